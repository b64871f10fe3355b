import { Page } from '../../lib/page'
import { props } from '../../lib/source'

export default Page

// The paths that are built; every other is made at its first visit.
export const getStaticPaths = () => ({
  paths: ['built', 'forever', 'forever2', 'gone'].flatMap((name) => [0, 1, 2, 3, 4, 5].map((n) => `/isr/${name}-x${n}x`)),
  fallback: 'blocking',
})

export const getStaticProps = ({ params, ...context }) => props(`/isr/${params.slug}`, context)
