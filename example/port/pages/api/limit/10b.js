import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '10b' } } }

export default size
