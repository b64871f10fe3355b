// Marks a place in the log, so that the recorder knows which warnings belong
// to which request.
export default function handler(req, res) {
  console.warn(`marker ${req.query.name}`)
  res.end('marked')
}
