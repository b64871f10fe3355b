import { route } from '../../../../../lib/echo'

export default route('shop/[category]/items/[...rest]')
