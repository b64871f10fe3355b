import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '12abc' } } }

export default size
