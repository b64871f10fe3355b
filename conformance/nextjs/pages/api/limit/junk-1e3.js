import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1e3' } } }

export default size
