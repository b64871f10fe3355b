import { route } from '../../../../lib/echo'

export default route('mix/a/[x]')
