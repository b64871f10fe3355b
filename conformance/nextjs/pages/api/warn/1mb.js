import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '1mb' } }

export default handler
