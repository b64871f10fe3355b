import { cacheHandler } from '@gin-apiroutes/next-cache-handler';

export default cacheHandler({
  url: process.env.REDIS_URL,
  prefix: 'nextfront:', // that of the Gin program
  tags: ({ props }) => props.tags ?? [],
});
