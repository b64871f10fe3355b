// bytes answers with as many bytes as the query asks for, in one piece or in
// several writes.
export default function handler(req, res) {
  const size = Number(req.query.size ?? 0)
  const pieces = Number(req.query.pieces ?? 1)
  if (pieces === 1) return res.send('x'.repeat(size))
  for (let i = 1; i < pieces; i++) res.write('x'.repeat(Math.floor(size / pieces)))
  res.end('x'.repeat(size - Math.floor(size / pieces) * (pieces - 1)))
}
