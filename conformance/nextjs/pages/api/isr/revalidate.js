// POST {"path": …, "onlyGenerated": …} revalidates a page and says how it went.
export default async function handler(req, res) {
  const { path, onlyGenerated } = req.body
  try {
    await res.revalidate(path, { unstable_onlyGenerated: onlyGenerated })
    res.json({ revalidated: true })
  } catch (error) {
    res.status(500).json({ message: error.message })
  }
}
