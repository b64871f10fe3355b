import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: false } }

export default handler
