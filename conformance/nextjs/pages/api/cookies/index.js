import { answer } from '../../../lib/echo'

export default function handler(req, res) {
  answer(res, { cookies: req.cookies })
}
