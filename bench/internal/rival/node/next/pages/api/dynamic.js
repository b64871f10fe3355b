export default function handler(req, res) {
  res.status(200).json({ customer: req.body.customer, items: req.body.items?.length ?? 0 })
}
