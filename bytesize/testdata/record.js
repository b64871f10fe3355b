// Answers what the npm package bytes, as Next.js ships it, makes of the inputs on stdin:
// {"parse": [text…], "format": [number…]} → {"parse": [[text, number or null]…], "format": [[number, text]…]}.
// Run by `NODE_PATH=<folder with next>/node_modules go test ./bytesize -update`.
const bytes = require('next/dist/compiled/bytes')

const input = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const lines = (rows) => '[\n' + rows.map((row) => '  ' + JSON.stringify(row)).join(',\n') + '\n]'
const parse = input.parse.map((text) => [text, bytes.parse(text)]) // NaN becomes null
const format = input.format.map((n) => [n, bytes.format(n)])
process.stdout.write(`{"parse": ${lines(parse)},\n"format": ${lines(format)}}\n`)
