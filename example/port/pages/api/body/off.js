import { raw } from '../../../lib/echo'

export const config = { api: { bodyParser: false } }

// The stream is untouched: the bytes come back as they were sent.
export default async function handler(req, res) {
  res.setHeader('X-Body-Property', req.body === undefined ? 'absent' : 'present')
  res.send(await raw(req))
}
