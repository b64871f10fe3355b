import { route } from '../../../../lib/echo'

export default route('opt/en/about')
