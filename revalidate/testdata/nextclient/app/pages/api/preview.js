// POST the data to set, with maxAge and path in the query; DELETE clears.
export default function handler(req, res) {
  const options = {};
  if (req.query.maxAge !== undefined) options.maxAge = Number(req.query.maxAge);
  if (req.query.path !== undefined) options.path = req.query.path;
  try {
    if (req.method === 'DELETE') res.clearPreviewData(options);
    else res.setPreviewData(req.body, options);
  } catch (error) {
    return res.status(400).send(error.message);
  }
  res.json({});
}
