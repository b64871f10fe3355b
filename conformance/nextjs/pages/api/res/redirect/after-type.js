// Headers set before stay.
export default function handler(req, res) {
  res.setHeader('Content-Type', 'text/plain')
  res.setHeader('Set-Cookie', 'a=1')
  res.redirect(303, '/there')
}
