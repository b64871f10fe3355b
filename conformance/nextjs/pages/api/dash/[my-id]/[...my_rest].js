import { route } from '../../../../lib/echo'

export default route('dash/[my-id]/[...my_rest]')
