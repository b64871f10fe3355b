import { Page } from '../../../lib/page'
import { props } from '../../../lib/source'

export default Page

// A path that is visited for the first time shows "loading", and the browser
// fetches the rest.
export const getStaticPaths = () => ({ paths: [], fallback: true })

export const getStaticProps = ({ params, ...context }) => props(`/isr/shell/${params.slug}`, context)
