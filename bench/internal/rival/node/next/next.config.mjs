import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))

// Nobody compresses in this comparison.
export default { compress: false, poweredByHeader: false, outputFileTracingRoot: root, turbopack: { root } }
