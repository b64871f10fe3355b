const values = {
  one: 'a=1; Path=/',
  list: ['a=1; Path=/', 'b=2; Path=/; HttpOnly'],
  same: ['a=1', 'a=2'],
  deleted: 'a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
}

// Each value of an array is a header of its own.
export default function handler(req, res) {
  res.setHeader('Set-Cookie', values[req.query.set])
  res.send('set')
}
