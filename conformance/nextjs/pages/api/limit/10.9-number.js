import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: 10.9 } } }

export default size
