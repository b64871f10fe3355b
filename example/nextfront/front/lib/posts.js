const api = process.env.API_URL ?? 'http://127.0.0.1:8093';

// The posts are the Gin program's.
export async function fetchPosts(path, options) {
  const response = await fetch(`${api}/api/posts${path}`, options);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the API answers ${response.status}`);
  return response.json();
}
