import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1mb' } } }

export default size
