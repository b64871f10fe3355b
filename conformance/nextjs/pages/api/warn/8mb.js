import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '8mb' } }

export default handler
