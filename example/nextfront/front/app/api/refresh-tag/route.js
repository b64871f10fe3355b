import { revalidateTag } from 'next/cache';
import { isSecret } from '../../../lib/secret.js';

// The same for all pages that have a tag, of both programs.
export async function POST(request) {
  if (!isSecret(request.headers.get('x-refresh-secret'))) return new Response(null, { status: 401 });
  const tag = new URL(request.url).searchParams.get('tag');
  revalidateTag(tag, { expire: 0 });
  return Response.json({ refreshed: tag });
}
