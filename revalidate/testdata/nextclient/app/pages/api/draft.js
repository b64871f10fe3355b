const seen = (req) => ({ draftMode: req.draftMode ?? null, preview: req.preview ?? null, previewData: req.previewData ?? null });

// ?enable=1 and ?enable=0 write the cookie; without, only what was read is told.
export default function handler(req, res) {
  const answer = seen(req);
  if (req.query.enable) res.setDraftMode({ enable: req.query.enable === '1' });
  res.json(answer);
}
