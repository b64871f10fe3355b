import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '1.5kb' } }

export default handler
