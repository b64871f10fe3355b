import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '0.00001gb' } } }

export default size
