import { Page } from '../../../lib/page'
import { props } from '../../../lib/source'

export default Page

export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' })

export const getStaticProps = ({ params, ...context }) => props(`/isr/rest/${params.slug.join('|')}`, context)
