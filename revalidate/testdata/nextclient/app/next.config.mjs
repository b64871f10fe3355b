// Two front ends from one source: plain, and a shop with a basePath, locales
// and trailing slashes. Each has a build folder of its own.
const shop = process.env.FRONT === 'shop';

export default {
  distDir: process.env.DIST_DIR ?? '.next',
  poweredByHeader: false,
  // Pages that a team keeps out of the caches on the way.
  headers: () => ['/p/private', '/p/gone'].map((source) => ({
    source, headers: [{ key: 'Cache-Control', value: 'private, no-store' }],
  })),
  ...(shop && {
    basePath: '/shop',
    trailingSlash: true,
    i18n: { locales: ['en', 'de'], defaultLocale: 'en', localeDetection: false },
  }),
};
