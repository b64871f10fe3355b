const values = {
  text: 'hello',
  unicode: 'žluťoučký kůň',
  emoji: '😀😀',
  'empty-text': '',
  long: 'x'.repeat(100000),
  object: { hello: 'world' },
  buffer: Buffer.from([1, 2, 3]),
  null: null,
}

export default function handler(req, res) {
  res.send(values[req.query.value])
}
