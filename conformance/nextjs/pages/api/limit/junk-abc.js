import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: 'abc' } } }

export default size
