const values = {
  undefined: undefined,
  null: null,
  text: 'plain text',
  html: '<p>markup & "quotes"</p>',
  unicode: 'žluťoučký kůň 日本語 😀',
  'empty-text': '',
  buffer: Buffer.from([0, 1, 254, 255]),
  'text-buffer': Buffer.from('text in a buffer'),
  'empty-buffer': Buffer.alloc(0),
  object: { b: 1, a: [true, null, 'x'] },
  'empty-object': {},
  array: [1, 'two', { three: 3 }],
  'empty-array': [],
  number: 42,
  zero: 0,
  fraction: 0.1,
  true: true,
  false: false,
}

export default function handler(req, res) {
  res.send(values[req.query.value])
}
