// The answers of the echo routes are JSON with sorted keys, so that the order
// in which a language keeps the keys of an object is no part of the comparison.

function sorted(value) {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  const pairs = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`)
  return `{${pairs.join(',')}}`
}

// kind tells apart what JSON cannot: undefined, null, an array and an object.
export function kind(value) {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

export function answer(res, value) {
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.send(sorted(value))
}

// body shows what the parser made of the body.
export function body(req, res) {
  answer(res, { body: req.body, kind: kind(req.body) })
}

// size shows how much the parser let through, for bodies too large to echo.
export function size(req, res) {
  answer(res, { kind: kind(req.body), size: Buffer.byteLength(req.body ?? '') })
}

// route shows which file answered and with which parameters.
export function route(file) {
  return (req, res) => answer(res, { query: req.query, route: file })
}

// raw collects the untouched stream of a route without a parser.
export async function raw(req) {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks)
}
