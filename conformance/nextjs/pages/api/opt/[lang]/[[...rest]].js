import { route } from '../../../../lib/echo'

export default route('opt/[lang]/[[...rest]]')
