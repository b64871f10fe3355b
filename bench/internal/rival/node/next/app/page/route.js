import { readFile } from 'node:fs/promises'

export const dynamic = 'force-static'
export const revalidate = 3600

export async function GET() {
  return new Response(await readFile('page.html', 'utf8'), { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
}
