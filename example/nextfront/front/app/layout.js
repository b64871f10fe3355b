export const metadata = { title: 'nextfront' };

export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>;
}
