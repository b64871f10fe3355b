import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '500kb' } } }

export default size
