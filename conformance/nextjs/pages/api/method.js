import { answer } from '../../lib/echo'

// Every method reaches the handler, OPTIONS too, and no CORS header is added.
export default function handler(req, res) {
  answer(res, { method: req.method })
}
