// POST begins draft mode, DELETE ends it, and GET says whether it is on.
export default function handler(req, res) {
  if (req.method !== 'GET') res.setDraftMode({ enable: req.method === 'POST' })
  res.json({ draftMode: req.draftMode === true, previewData: req.previewData || null })
}
