import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '0.5mb' } } }

export default size
