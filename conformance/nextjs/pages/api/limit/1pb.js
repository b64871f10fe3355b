import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '1pb' } } }

export default size
