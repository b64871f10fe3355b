import { Page, props } from '../../lib/page';

export default Page;
export const getStaticPaths = () => ({ paths: [{ params: { slug: 'listed' } }], fallback: false });
export const getStaticProps = async (context) => props(context);
