import { route } from '../../../../lib/echo'

export default route('only/[id]/edit')
