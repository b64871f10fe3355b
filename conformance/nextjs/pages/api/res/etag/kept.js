// A 304 keeps Cache-Control, Vary, Set-Cookie and what else the handler set.
export default function handler(req, res) {
  res.setHeader('Cache-Control', 'max-age=60')
  res.setHeader('Vary', 'Accept')
  res.setHeader('Set-Cookie', 'a=1')
  res.setHeader('Last-Modified', 'Thu, 29 Feb 2024 12:00:00 GMT')
  res.setHeader('X-Own', 'kept')
  res.status(201).send({ hello: 'world' })
}
