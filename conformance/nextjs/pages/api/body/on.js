import { body } from '../../../lib/echo'

// true is the default written out.
export const config = { api: { bodyParser: true } }

export default body
