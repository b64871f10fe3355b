import { Page, props } from '../../lib/page';

export default Page;
export const getStaticPaths = () => ({ paths: [], fallback: true });
export const getStaticProps = async (context) => props(context);
