const ways = {
  nothing: (res) => res.end(),
  text: (res) => res.end('ended'),
  unicode: (res) => res.end('ž 😀'),
  bytes: (res) => res.end(Buffer.from([0, 255])),
  written: (res) => {
    res.write('one ')
    res.write('two ')
    res.end('three')
  },
  length: (res) => {
    res.setHeader('Content-Length', '5')
    res.write('12')
    res.end('345')
  },
  head: (res) => {
    res.writeHead(202, { 'Content-Type': 'text/plain' })
    res.end('accepted')
  },
  status: (res) => res.status(201).end('created'),
}

export default function handler(req, res) {
  ways[req.query.how](res)
}
