// POST {"data": …, "options": …} begins draft mode with data, DELETE ends both.
export default function handler(req, res) {
  try {
    if (req.method === 'POST') res.setPreviewData(req.body.data, req.body.options ?? {})
    if (req.method === 'DELETE') res.clearPreviewData(req.body || {})
    res.json({ draftMode: req.draftMode === true, previewData: req.previewData || null })
  } catch (error) {
    res.status(500).json({ message: error.message })
  }
}
