import { isSecret } from '../../lib/secret.js';

// Refreshes a page from the side of Next.js. With Redis, the page of the Gin
// program at the same path is out of date then, too.
export default async function handler(req, res) {
  if (req.method !== 'POST' || !isSecret(req.headers['x-refresh-secret'])) return res.status(401).end();
  try {
    await res.revalidate(req.query.path);
    res.json({ refreshed: req.query.path });
  } catch (error) {
    res.status(502).json({ error: error.message });
  }
}
