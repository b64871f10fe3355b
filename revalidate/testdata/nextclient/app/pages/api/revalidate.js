import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text) => createHash('sha256').update(String(text)).digest();
const secret = process.env.REVALIDATE_SECRET;

export default async function handler(req, res) {
  if (req.method !== 'POST') return res.status(405).end();
  if (!secret || !timingSafeEqual(digest(req.headers['x-revalidate-secret']), digest(secret))) return res.status(401).end();
  const { paths, onlyGenerated } = req.body;
  const one = (path) => res.revalidate(path, { unstable_onlyGenerated: onlyGenerated }).then(() => ({ path }), (e) => ({ path, error: e.message }));
  res.json({ results: await Promise.all(paths.map(one)) });
}
