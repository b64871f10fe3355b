import { body } from '../../../lib/echo'

export default body
