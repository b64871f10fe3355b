import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1tb' } } }

export default size
