// json overrides the type as well.
export default function handler(req, res) {
  res.setHeader('Content-Type', 'application/vnd.api+json')
  res.json({ a: 1 })
}
