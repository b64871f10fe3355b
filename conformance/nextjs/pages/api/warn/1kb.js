import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '1kb' } }

export default handler
