import { fetchPosts } from '../../lib/posts.js';

export const dynamic = 'force-static';

// A page of the App Router: its tag is that of its data.
export default async function Latest() {
  const posts = await fetchPosts('', { next: { tags: ['posts'] } });
  return <main><h1>Latest</h1><p>{posts.at(-1)?.title ?? 'Nothing yet'}</p></main>;
}
