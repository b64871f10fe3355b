import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: 0 } }

export default handler
