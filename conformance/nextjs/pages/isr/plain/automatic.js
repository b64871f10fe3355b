import { Page } from '../../../lib/page'

// A page without data is a file.
export default function Automatic() {
  return <Page text="always the same" />
}
