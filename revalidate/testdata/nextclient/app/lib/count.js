// How often each page was rendered, for as long as the server runs.
const counts = (globalThis.counts ??= new Map());

export function render(name) {
  counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts.get(name);
}

export function rendered() {
  return Object.fromEntries(counts);
}
