import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '0x10' } } }

export default size
