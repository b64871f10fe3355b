// What the pages in pages/isr show, and how often they were rendered. The tests
// set it by /api/isr/source: pages and API routes are in one process.

const sources = (globalThis.conformanceSources ??= new Map())

export function source(path) {
  if (!sources.has(path)) sources.set(path, { ...initial(path), renders: 0, running: 0 })
  return sources.get(path)
}

// initial is what a page is before anybody has said anything, so also for
// `next build`: forever… and gone… are as they are called.
function initial(path) {
  const name = path.split('/').at(-1)
  return {
    value: 'first',
    revalidate: name.startsWith('forever') ? false : 2,
    missing: name.startsWith('gone'),
  }
}

// change sets fields of a source: value, revalidate, missing, redirect, fail,
// and hold, which lets renders wait until it is false again.
export function change(path, fields) {
  const s = Object.assign(source(path), fields)
  if (s.hold) s.gate ??= new Promise((open) => { s.open = open })
  else if (s.gate) {
    s.open()
    s.gate = undefined
  }
}

// props is the getStaticProps of all pages.
export async function props(path, { draftMode, previewData, revalidateReason }) {
  const s = source(path)
  const render = revalidateReason === 'build' ? 'built' : `render ${++s.renders}`
  const text = `${s.value}, ${render}${draftMode ? `, draft ${JSON.stringify(previewData)}` : ''}`
  s.running++
  await s.gate
  s.running--
  if (s.fail) throw new Error(`the source of ${path} fails`)
  const lifetime = s.revalidate === null ? {} : { revalidate: s.revalidate }
  if (s.missing) return { notFound: true, ...lifetime }
  if (s.redirect) return { redirect: s.redirect, ...lifetime }
  return { props: { text }, ...lifetime }
}
