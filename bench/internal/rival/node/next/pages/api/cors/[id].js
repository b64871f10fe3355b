import Cors from 'cors'

const cors = Cors({
  origin: ['https://app.example.com', 'https://admin.example.com'],
  methods: ['GET', 'PUT'],
  allowedHeaders: ['Content-Type'],
  credentials: true,
  maxAge: 3600,
})

export default async function handler(req, res) {
  await new Promise((resolve, reject) => {
    cors(req, res, (result) => (result instanceof Error ? reject(result) : resolve()))
  })
  res.status(200).json({ ok: true })
}
