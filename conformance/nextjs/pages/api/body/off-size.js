import { answer, raw } from '../../../lib/echo'

export const config = { api: { bodyParser: false } }

// Without a parser there is no limit either.
export default async function handler(req, res) {
  const bytes = await raw(req)
  answer(res, { size: bytes.length })
}
