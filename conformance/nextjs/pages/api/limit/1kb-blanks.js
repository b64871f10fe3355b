import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1   kb' } } }

export default size
