import { Page, props } from '../../lib/page';

export default Page;
export const getStaticPaths = () => ({ paths: [{ params: { slug: 'built' } }], fallback: 'blocking' });
export const getStaticProps = async (context) => props(context);
