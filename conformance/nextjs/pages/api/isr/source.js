import { change, source } from '../../../lib/source'

// POST {"path": …, …} changes what a page shows; GET says how often the pages
// were rendered, and how many renders are running.
export default function handler(req, res) {
  if (req.method === 'POST') {
    const { path, ...fields } = req.body
    change(path, fields)
    return res.json({ path })
  }
  const sum = { held: 0, renders: 0, running: 0 }
  for (const path of [req.query.path ?? []].flat()) {
    const s = source(path)
    sum.renders += s.renders
    sum.running += s.running
    sum.held += s.hold ? s.running : 0
  }
  res.json(sum)
}
