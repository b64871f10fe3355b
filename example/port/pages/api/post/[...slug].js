import { route } from '../../../lib/echo'

export default route('post/[...slug]')
