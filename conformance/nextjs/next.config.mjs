import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))

// How long a page lives, in seconds: the tests run a second server with a short
// time.
const expireTime = process.env.CONFORMANCE_EXPIRE

/** @type {import('next').NextConfig} */
const config = {
  // Compression is a layer of the server, not of an API route: without it the
  // bytes on the wire are the bytes of the handler.
  compress: false,
  // Nothing that a user of the toolkit would want to be the same.
  poweredByHeader: false,
  // Fixed, since it is in the addresses of the data of pages.
  generateBuildId: () => 'conformance',
  // Every run begins with the pages as they were built.
  experimental: { isrFlushToDisk: false },
  ...(expireTime && { expireTime: Number(expireTime) }),
  headers: () => [{ source: '/isr/header/:slug', headers: [{ key: 'Cache-Control', value: 'public, max-age=7' }] }],
  rewrites: () => [{ source: '/isr-rewritten/:slug', destination: '/isr/:slug' }],
  outputFileTracingRoot: root,
  turbopack: { root },
}

export default config
