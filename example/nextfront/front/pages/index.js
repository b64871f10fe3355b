import Link from 'next/link';
import { fetchPosts } from '../lib/posts.js';

export default function Home({ posts, rendered }) {
  return (
    <main>
      <h1>Posts</h1>
      <ul>{posts.map(({ id, title }) => <li key={id}><Link href={`/posts/${id}`}>{title}</Link></li>)}</ul>
      <p>Rendered at {rendered}</p>
    </main>
  );
}

// No revalidate: the page stays as it is until the Gin program asks for it.
export async function getStaticProps() {
  return { props: { posts: await fetchPosts(''), rendered: new Date().toISOString(), tags: ['posts'] } };
}
