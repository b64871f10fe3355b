import { Page } from '../lib/page'
import { props } from '../lib/source'

export default Page

export const getStaticProps = (context) => props('/', context)
