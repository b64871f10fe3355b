import { Page } from '../../../lib/page'
import { props } from '../../../lib/source'

export default Page

// A page that is rendered for every request.
export async function getServerSideProps({ params, ...context }) {
  return { props: (await props(`/isr/dynamic/${params.slug}`, context)).props }
}
