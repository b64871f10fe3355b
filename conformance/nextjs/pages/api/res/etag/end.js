// end computes no tag, and If-None-Match is not looked at.
export default function handler(req, res) {
  res.end('hello')
}
