import { route } from '../../../lib/echo'

export default route('tail/[...path]')
