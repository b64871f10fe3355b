import { size } from '../../../lib/echo'

export const config = { api: { bodyParser: { sizeLimit: '.5kb' } } }

export default size
