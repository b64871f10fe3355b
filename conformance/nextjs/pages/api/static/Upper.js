import { route } from '../../../lib/echo'

export default route('static/Upper')
