// Answers after the handler has returned: development mode warns about it.
export default function handler(req, res) {
  setTimeout(() => res.end('late'), 20)
}
