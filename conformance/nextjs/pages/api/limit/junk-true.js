import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: true } } }

export default size
