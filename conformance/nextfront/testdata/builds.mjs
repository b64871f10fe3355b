// node builds.mjs <handler> <redis> <folder of a build> <folder of another>
import { join } from 'node:path';

const [handler, url, ...folders] = process.argv.slice(2);
const { cacheHandler } = await import(handler);
const Handler = cacheHandler({ url });
const key = '/route-cache/PAGES/00/$/p';
const context = { kind: 'PAGES', isFallback: false };
const [first, second] = folders.map((folder) => () => new Handler({ serverDistDir: join(folder, 'server') }));

const render = async (instance, html) => {
  if ((await instance.get(key, context)) !== null) throw new Error('there is a page already');
  await instance.set(key, { kind: 'PAGES', html, pageData: { pageProps: {} } }, { ...context, cacheControl: { revalidate: false } });
};
await render(first(), 'first');
await render(second(), 'second');
console.log((await first().get(key, context)).value.html);
console.log((await second().get(key, context)).value.html);
await first().revalidateTag('_N_T_/p');
const states = await Promise.all([first(), second()].map((instance) => instance.get(key, context)));
console.log(...states.map(({ lastModified }) => (lastModified === -1 ? 'expired' : 'fresh')));
process.exit(); // the connection stays open
