import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: true } }

export default handler
