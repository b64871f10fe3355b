// Page is all that the pages show. A page that is still being made has no text.
export function Page({ text = 'loading' }) {
  return <main>{text}</main>
}
