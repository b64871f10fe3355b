import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '10b' } }

export default handler
