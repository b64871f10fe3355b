import { Page } from '../lib/page';

export default Page;
export const getServerSideProps = async () => ({ props: { name: 'ssr' } });
