export const config = { maxDuration: 1 }

// Twice as slow as it promises to be.
export default async function handler(req, res) {
  await new Promise((resolve) => setTimeout(resolve, 2000))
  res.send('slow')
}
