const accidents = {
  'at-once': () => {
    throw new Error('accident')
  },
  rejected: () => Promise.reject(new Error('accident')),
  text: () => {
    throw 'accident'
  },
  null: () => {
    throw null
  },
  'after-status': (res) => {
    res.status(201)
    throw new Error('accident')
  },
  'after-headers': (res) => {
    res.setHeader('Content-Type', 'text/html')
    res.setHeader('X-Own', 'set before')
    throw new Error('accident')
  },
  'after-end': (res) => {
    res.status(202).send('done')
    throw new Error('accident')
  },
  'after-write': (res) => {
    res.write('half an ')
    throw new Error('accident')
  },
  'with-status': () => {
    throw Object.assign(new Error('accident'), { statusCode: 418 })
  },
}

export default function handler(req, res) {
  return accidents[req.query.when](res)
}
