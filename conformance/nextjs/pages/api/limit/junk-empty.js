import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '' } } }

export default size
