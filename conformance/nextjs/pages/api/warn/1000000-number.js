import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: 1000000 } }

export default handler
