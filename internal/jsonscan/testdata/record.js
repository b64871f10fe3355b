// Answers what JSON.parse makes of the texts on stdin, a JSON array: [[text, "value", "error" or "infinite"]…].
// Infinite are texts that pass with a number too large for a double in them.
// Run by `go test ./internal/jsonscan -update`.
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'))
const verdict = (text) => {
  let infinite = false
  try {
    JSON.parse(text, (_, value) => {
      infinite ||= value === Infinity || value === -Infinity
      return value
    })
  } catch {
    return 'error'
  }
  return infinite ? 'infinite' : 'value'
}
process.stdout.write('[\n' + texts.map((text) => '  ' + JSON.stringify([text, verdict(text)])).join(',\n') + '\n]\n')
