export const config = { maxDuration: 1 }

export default function handler(req, res) {
  res.send('quick')
}
