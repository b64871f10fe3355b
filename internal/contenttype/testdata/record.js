// Answers what Next.js reads in the Content-Type headers on stdin, a JSON array: [[header, media type, charset or ""]…].
// What the package refuses, Next.js takes for text/plain; see next/dist/server/api-utils/node/parse-body.js.
// Run by `NODE_PATH=<folder with next>/node_modules go test ./internal/contenttype -update`.
const { parse } = require('next/dist/compiled/content-type')

const headers = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const read = (header) => {
  try {
    return parse(header || 'text/plain')
  } catch {
    return parse('text/plain')
  }
}
const row = (header) => {
  const { type, parameters } = read(header)
  return '  ' + JSON.stringify([header, type, parameters.charset || ''])
}
process.stdout.write('[\n' + headers.map(row).join(',\n') + '\n]\n')
