import { route } from '../../../../../lib/echo'

export default route('level/[a]/[b]/[...c]')
