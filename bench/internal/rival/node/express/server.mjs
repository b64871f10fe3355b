import { readFileSync } from 'node:fs'
import cors from 'cors'
import express from 'express'

const page = readFileSync('page.html', 'utf8')
const app = express()
app.disable('x-powered-by')

app.get('/api/hello', (req, res) => res.json({ message: 'Hello from the API' }))

app.post('/api/dynamic', express.json({ limit: '1mb' }), (req, res) => {
  res.json({ customer: req.body.customer, items: req.body.items?.length ?? 0 })
})

app.get('/api/docs/*slug', (req, res) => res.json({ slug: req.params.slug }))

for (let i = 0; i < 50; i++) {
  app.get(`/api/r${i}`, (req, res) => res.json({ ok: true }))
  app.get(`/api/r${i}/:id`, (req, res) => res.json({ id: req.params.id }))
  app.get(`/api/r${i}/:id/comments`, (req, res) => res.json({ id: req.params.id }))
  app.get(`/api/f${i}/*slug`, (req, res) => res.json({ slug: req.params.slug }))
}

// Express has no cache of pages.
app.get('/page', (req, res) => res.type('html').send(page))

const policy = cors({
  origin: ['https://app.example.com', 'https://admin.example.com'],
  methods: ['GET', 'PUT'],
  allowedHeaders: ['Content-Type'],
  credentials: true,
  maxAge: 3600,
})
app.options('/api/cors/:id', policy)
app.put('/api/cors/:id', policy, (req, res) => res.json({ ok: true }))

app.listen(Number(process.env.PORT), '127.0.0.1')
