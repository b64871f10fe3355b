const kinds = {
  'html-text': ['text/html; charset=utf-8', '<p>hello</p>'],
  'xml-text': ['application/xml', '<a/>'],
  'json-text': ['application/json', '{"already":"text"}'],
  'png-buffer': ['image/png', Buffer.from([137, 80, 78, 71])],
  'text-object': ['text/plain', { a: 1 }],
  'vendor-object': ['application/vnd.api+json', { a: 1 }],
  'text-number': ['text/plain', 7],
  'text-null': ['text/plain', null],
}

// A type that the handler set stays for text and bytes; JSON overrides it.
export default function handler(req, res) {
  const [type, value] = kinds[req.query.kind]
  res.setHeader('Content-Type', type)
  res.send(value)
}
