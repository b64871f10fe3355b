import { render } from './count';

export function Page(props) {
  return <pre id="props">{JSON.stringify(props)}</pre>;
}

// One page for every result that a cached page can have. `broken` is switched
// by /api/state.
export function props({ params, locale, draftMode, preview, previewData }) {
  const slug = params?.slug ?? 'index';
  const name = locale ? `${locale}/${slug}` : slug;
  const n = render(name);
  if (globalThis.broken === slug) throw new Error(`${slug} is broken`);
  if (slug.startsWith('gone')) return { notFound: true };
  if (slug.startsWith('away')) return { redirect: { destination: '/', permanent: false } };
  return {
    props: { name, n, draftMode: draftMode ?? null, preview: preview ?? null, previewData: previewData ?? null },
    revalidate: false,
  };
}
