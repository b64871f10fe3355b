import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.url));

/** @type {import('next').NextConfig} */
export default {
  outputFileTracingRoot: root,
  turbopack: { root },
  // With Redis, pages are kept there instead of in memory and files.
  ...(process.env.REDIS_URL && { cacheHandler: join(root, 'cache-handler.mjs'), cacheMaxMemorySize: 0 }),
};
