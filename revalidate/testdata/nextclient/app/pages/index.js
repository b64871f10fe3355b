import { Page, props } from '../lib/page';

export default Page;
export const getStaticProps = async (context) => props(context);
