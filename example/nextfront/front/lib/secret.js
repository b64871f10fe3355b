import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text) => createHash('sha256').update(String(text)).digest();

// Who may refresh pages from outside has to know it.
export function isSecret(given) {
  const secret = process.env.REFRESH_SECRET;
  return Boolean(secret) && timingSafeEqual(digest(given), digest(secret));
}
