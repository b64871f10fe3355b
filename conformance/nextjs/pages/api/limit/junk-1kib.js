import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1kib' } } }

export default size
