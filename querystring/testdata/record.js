// Answers what querystring.parse of Node.js makes of the texts on stdin, a JSON array: [[text, [[key, value or values]…]]…].
// Run by `go test ./querystring -update`.
const { parse } = require('node:querystring')

const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const row = (text) => {
  const result = parse(text)
  return '  ' + JSON.stringify([text, Object.entries(result)])
}
process.stdout.write('[\n' + texts.map(row).join(',\n') + '\n]\n')
