import { Page } from '../../lib/page'
import { props } from '../../lib/source'

export default Page

// A page that is rendered for every request.
export const getServerSideProps = async (context) => ({ props: (await props('/isr/dynamic', context)).props })
