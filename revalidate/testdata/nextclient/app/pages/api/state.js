import { rendered } from '../../lib/count';

// ?broken=slug makes that page fail until the next call.
export default function handler(req, res) {
  globalThis.broken = req.query.broken;
  res.json(rendered());
}
