import Link from 'next/link';
import { fetchPosts } from '../../lib/posts.js';

export default function Post({ post, rendered }) {
  return (
    <main>
      <h1>{post.title}</h1>
      <p>{post.text}</p>
      <p>Rendered at {rendered}. <Link href="/">All posts</Link></p>
    </main>
  );
}

export const getStaticPaths = () => ({ paths: [], fallback: 'blocking' });

export async function getStaticProps({ params }) {
  const post = await fetchPosts(`/${encodeURIComponent(params.id)}`);
  if (!post) return { notFound: true };
  return { props: { post, rendered: new Date().toISOString(), tags: ['posts', `post-${post.id}`] } };
}
