// Two clients that people really use, run against the server named on the
// command line: node's fetch, and an HTML form as a browser submits it (built
// by URLSearchParams and FormData, with the headers of a navigation). Each line
// on standard output is what one call came to.

const base = process.argv[2]

const navigation = {
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'de,en;q=0.5',
  'Cache-Control': 'max-age=0',
  'Upgrade-Insecure-Requests': '1',
}

async function call(name, path, options = {}) {
  const response = await fetch(base + path, options)
  const kept = ['content-type', 'etag', 'location', 'set-cookie', 'x-body-property']
  const headers = Object.fromEntries(kept.map((key) => [key, response.headers.get(key)]))
  const url = response.url.slice(base.length)
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1')
  process.stdout.write(`${JSON.stringify({ name, status: response.status, redirected: response.redirected, url, headers, body })}\n`)
  return response
}

const json = (value, method = 'POST') => ({ method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) })

// fetch
await call('get', '/api/query?a=1&a=2&b=%C5%BE')
await call('post json', '/api/body/echo', json({ a: [1, 'ž', null], b: { c: true } }))
await call('put json', '/api/body/echo', json([1, 2, 3], 'PUT'))
await call('delete with a body', '/api/body/echo', json({ a: 1 }, 'DELETE'))
await call('post text', '/api/body/echo', { method: 'POST', body: 'plain ž' })
await call('post bytes', '/api/body/off', { method: 'POST', body: new Uint8Array([0, 1, 254, 255]) })
await call('post a stream', '/api/body/off', { method: 'POST', duplex: 'half', body: new Blob(['one ', 'two']).stream() })
await call('post bad json', '/api/body/echo', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' })
await call('over the limit', '/api/limit/10b', { method: 'POST', body: '12345678901' })
await call('after a refusal', '/api/only/next')
await call('head', '/api/res/send/object', { method: 'HEAD' })
await call('options', '/api/method', { method: 'OPTIONS' })
await call('cookies', '/api/cookies', { headers: { Cookie: 'a=1; b="2"; c=%C5%BE' } })
await call('set-cookie twice', '/api/cookies/list')
await call('catch-all', '/api/post/a%2Fb/c?slug=x')
await call('redirect followed', '/api/post/abc/')
await call('redirect not followed', '/api/res/redirect/plain', { redirect: 'manual' })
const first = await call('etag', '/api/res/etag/text')
await call('not modified', '/api/res/etag/text', { headers: { 'If-None-Match': first.headers.get('etag') } })
await call('no content', '/api/res/status/204/json')
await call('chunks', '/api/res/end/written')

// a form
const fields = [['name', 'Ada Lovelace'], ['mail', 'ada+1@example.com'], ['text', 'two\r\nlines & more'], ['tag', 'a'], ['tag', 'b'], ['empty', ''], ['ž', 'š']]
await call('form, method get', `/api/query?${new URLSearchParams(fields)}`, { headers: navigation })
await call('form, method post', '/api/body/echo', { method: 'POST', headers: navigation, body: new URLSearchParams(fields) })
const form = new FormData()
for (const [name, value] of fields) form.append(name, value)
form.append('file', new Blob([new Uint8Array([0, 255, 13, 10])], { type: 'image/png' }), 'a "b".png')
await call('form, multipart', '/api/body/blind', { method: 'POST', headers: navigation, body: form })
