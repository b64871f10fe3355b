import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: 10 } }

export default handler
