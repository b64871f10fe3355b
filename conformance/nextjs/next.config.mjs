import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))

/** @type {import('next').NextConfig} */
const config = {
  // Compression is a layer of the server, not of an API route: without it the
  // bytes on the wire are the bytes of the handler.
  compress: false,
  outputFileTracingRoot: root,
  turbopack: { root },
}

export default config
