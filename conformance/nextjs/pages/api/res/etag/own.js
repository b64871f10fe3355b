// A tag that the handler set is replaced.
export default function handler(req, res) {
  res.setHeader('ETag', '"my-own"')
  res.send('hello')
}
