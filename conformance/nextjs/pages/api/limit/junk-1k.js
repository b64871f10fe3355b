import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1k' } } }

export default size
