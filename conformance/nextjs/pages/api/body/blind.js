// A handler that never looks at its body: what is wrong with it is refused all
// the same, because parsing comes first.
export default function handler(req, res) {
  res.status(200).end('not looked at')
}
