import handler from '../../../lib/bytes'

export default handler
