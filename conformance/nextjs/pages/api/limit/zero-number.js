import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: 0 } } }

export default size
