const kinds = {
  one: (res) => res.setHeader('X-One', 'value'),
  number: (res) => res.setHeader('X-Number', 7),
  list: (res) => res.setHeader('X-List', ['a', 'b']),
  empty: (res) => res.setHeader('X-Empty', ''),
  replaced: (res) => {
    res.setHeader('X-Own', 'first')
    res.setHeader('x-own', 'second')
  },
  appended: (res) => {
    res.appendHeader('X-Own', 'first')
    res.appendHeader('X-Own', 'second')
  },
  removed: (res) => {
    res.setHeader('X-Own', 'first')
    res.removeHeader('X-Own')
  },
  latin1: (res) => res.setHeader('X-Own', 'caf\u00e9'),
  'cache-control': (res) => res.setHeader('Cache-Control', 's-maxage=60, stale-while-revalidate'),
  'content-length': (res) => res.setHeader('Content-Length', '4'),
  'beyond-latin1': (res) => res.setHeader('X-Own', '日本'),
  crlf: (res) => res.setHeader('X-Own', 'a\r\nX-Injected: 1'),
  'bad-name': (res) => res.setHeader('X Own', 'a'),
  'undefined-value': (res) => res.setHeader('X-Own', undefined),
}

export default function handler(req, res) {
  kinds[req.query.kind](res)
  res.send('sent')
}
