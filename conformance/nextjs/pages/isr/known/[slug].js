import { Page } from '../../../lib/page'
import { props } from '../../../lib/source'

export default Page

// Other paths than these are 404.
export const getStaticPaths = () => ({
  paths: ['a', 'forever'].flatMap((name) => [0, 1, 2, 3, 4, 5].map((n) => `/isr/known/${name}-x${n}x`)),
  fallback: false,
})

export const getStaticProps = ({ params, ...context }) => props(`/isr/known/${params.slug}`, context)
