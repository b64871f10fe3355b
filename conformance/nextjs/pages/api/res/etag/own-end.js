export default function handler(req, res) {
  res.setHeader('ETag', '"my-own"')
  res.end('hello')
}
