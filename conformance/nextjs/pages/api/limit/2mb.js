import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '2mb' } } }

export default size
