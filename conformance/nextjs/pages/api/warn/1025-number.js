import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: 1025 } }

export default handler
