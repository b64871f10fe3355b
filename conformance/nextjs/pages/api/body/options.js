import { body } from '../../../lib/echo'

// An empty object keeps the default limit.
export const config = { api: { bodyParser: {} } }

export default body
