// Asks the originals: one JSON question a line on standard input, one JSON
// answer a line on standard output, in the same order.
//
//   {"kind": "bytes.parse", "input": "1.5kb"}   →   {"value": 1536}
//
// An answer is {"value": …}, or {"error": true} where the original throws.

import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import querystring from 'node:querystring'

const require = createRequire(new URL('../nextjs/package.json', import.meta.url))
const bytes = require('next/dist/compiled/bytes')
const cookie = require('next/dist/compiled/cookie')
const contentType = require('next/dist/compiled/content-type')
const fresh = require('next/dist/compiled/fresh')
const { generateETag } = require('next/dist/server/lib/etag')
const { getSortedRoutes } = require('next/dist/shared/lib/router/utils/sorted-routes')
const { getRouteRegex } = require('next/dist/shared/lib/router/utils/route-regex')
const { getRouteMatcher } = require('next/dist/shared/lib/router/utils/route-matcher')

// number keeps what JSON cannot write.
const number = (n) => (n === null || Number.isFinite(n) ? n : String(n))

// pairs keeps the order and the repetitions of an object of strings and arrays.
const pairs = (object) => Object.entries(object).map(([key, value]) => [key, [].concat(value)])

// sorted is JSON.stringify with the keys in order, as a Go map has them.
function sorted(value) {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const keys = Object.keys(value).sort()
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sorted(value[key])}`).join(',')}}`
}

// route is what a request for the path gets from a set of patterns: the files
// without parameters are looked up by name, the others tried in their order.
function route(patterns, path) {
  if (patterns.includes(path)) return { pattern: path, params: {} }
  for (const pattern of getSortedRoutes(patterns)) {
    if (!pattern.includes('[')) continue
    let params
    try {
      params = getRouteMatcher(getRouteRegex(pattern))(path)
    } catch {
      return { pattern, malformed: true }
    }
    if (params) return { pattern, params }
  }
  return null
}

const originals = {
  'bytes.parse': (text) => number(bytes.parse(text)),
  'bytes.format': (size) => bytes.format(size),
  'cookie.parse': (header) => pairs(cookie.parse(header)),
  'content-type.parse': (header) => {
    // As in parse-body.js of Next.js.
    let parsed
    try {
      parsed = contentType.parse(header || 'text/plain')
    } catch {
      parsed = contentType.parse('text/plain')
    }
    return { type: parsed.type, charset: parsed.parameters.charset || '' }
  },
  fresh: ({ headers, etag }) => fresh(headers, { etag }),
  'etag.text': (text) => generateETag(text),
  'etag.buffer': (hex) => generateETag(JSON.stringify(Buffer.from(hex, 'hex'))),
  'querystring.parse': (text) => pairs(querystring.parse(text)),
  'querystring.parse.bytes': (hex) => pairs(querystring.parse(Buffer.from(hex, 'hex').toString())),
  // The value itself would lose -0 and Infinity on the way; what JSON.stringify
  // makes of it is compared with ours.
  'json.parse': (text) => sorted(JSON.parse(text)),
  // Where browsers go from a page: the URL Standard, as node has it.
  url: (targets) => targets.map((target) => {
    const url = new URL(target, 'https://app.example/dir/page?x#y')
    return { origin: url.origin, rest: url.pathname + url.search + url.hash }
  }),
  'routes.sort': (patterns) => getSortedRoutes(patterns),
  'routes.match': ({ patterns, paths }) => paths.map((path) => route(patterns, path)),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { kind, input } = JSON.parse(line)
  let answer
  try {
    answer = { value: originals[kind](input) }
  } catch (error) {
    if (!(kind in originals)) throw error
    answer = { error: true }
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
