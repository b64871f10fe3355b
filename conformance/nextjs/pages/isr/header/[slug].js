import { Page } from '../../../lib/page'
import { props } from '../../../lib/source'

export default Page

// next.config.mjs gives these pages a Cache-Control of their own.
export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' })

export const getStaticProps = ({ params, ...context }) => props(`/isr/header/${params.slug}`, context)
