import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '1000b' } }

export default handler
