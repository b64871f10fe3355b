export const config = { api: { externalResolver: true } }

// The same, but declared: no warning.
export default function handler(req, res) {
  setTimeout(() => res.end('late'), 20)
}
