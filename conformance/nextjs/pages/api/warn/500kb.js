import handler from '../../../lib/bytes'

export const config = { api: { responseLimit: '500kb' } }

export default handler
