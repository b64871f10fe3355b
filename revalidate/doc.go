// Package revalidate has the redirects of Next.js and its cached pages: answers that
// are kept, regenerated in the background, and refreshed on demand.
//
//   - [Cache] keeps the pages of this program.
//   - [NextClient] refreshes the pages of a Next.js front end.
//   - [Draft] is draft mode: an editor sees pages as they will be.
//   - [Redirect], [RedirectStatus] and [RedirectLocal] answer with a redirect.
//
// # Redirects
//
//	err := revalidate.Redirect(c, "/login")                          // 307
//	err := revalidate.RedirectStatus(c, http.StatusSeeOther, "/done") // any status
//	err := revalidate.RedirectLocal(c, http.StatusSeeOther, c.Query("next"))
//
// Redirect and RedirectStatus send what they are given, as res.redirect does,
// "//host" and "https://host" included: use them for targets that the program
// wrote. RedirectLocal is for targets from a request: it refuses whatever could
// leave the site.
//
// They differ from res.redirect in three points. An empty URL is an error, in
// Next.js only a missing one. A status below 200 is refused, since net/http would
// send a second response after it. Characters beyond ASCII are percent-encoded in
// the header, where Next.js sends Latin-1 and fails on the rest; the body repeats
// the URL as it was given.
//
// # Pages
//
//	pages := revalidate.Must(r, revalidate.Config{})
//	r.GET("/posts/:id", pages.Page(60*time.Second), renderPost)
//	r.POST("/api/posts/:id", func(c *gin.Context) {
//		// … store the post …
//		err := pages.Revalidate(c, "/posts/"+c.Param("id"))
//	})
//
// A [Cache] keeps what handlers answer, as Next.js keeps the pages of
// getStaticProps. One render serves all who wait for it; one that fails leaves
// the page that was there. [Cache.Revalidate] and its kin return when every
// request that comes after them gets data that was read after the call. Handlers
// of package apiroutes can call res.Revalidate instead, behind apiroutes.Provide.
//
// A render is a request of the cache's own, made in the process, with the path,
// chosen query parameters ([Query]) and headers ([Vary]), and nothing else of
// any visitor. Middleware around the page runs for it too: one that asks who a
// visitor is has to let it pass, by [IsRender]; otherwise nothing is cached, and the
// handler answers each visitor who may see the page. An answer is kept if everybody
// may have it: its status is 200, 203, 301, 302, 303, 307, 308, 404 or 410; it has no Set-Cookie and no
// Cache-Control with private or no-store; it was written whole; and it does not
// vary by Cookie, Authorization, Host or everything. Headers that it does vary
// by become part of its key.
//
// # States
//
// The header x-nextjs-cache of an answer says how it came about:
//
//	MISS         rendered for this request, or for one that came at the same time
//	HIT          kept, and younger than the window; or older than Config.Expire, and rendered anew
//	STALE        kept, older than the window, and being rendered again in the background
//	REVALIDATED  rendered because the request asked for it, with Config.Secret
//
// Answers without it did not come from the cache. With [Config.Draft], answers to
// editors say HIT too, as in Next.js, though they are rendered for each request, and
// private.
//
// A page that is exactly as old as a limit is still within it. The
// Cache-Control of a page is s-maxage with its window and
// stale-while-revalidate with the rest until it expires, unless middleware
// around the page has set another. A render that fails makes the page it leaves
// fresh for 3 to 30 seconds before the next attempt.
//
// The cache differs from Next.js on purpose where that could serve a wrong
// page: a call on demand never joins a render that runs already, which may have
// read its data before the call; pages are tried again at a deadline
// (Config.RenderTimeout); a page does not trust a clock that was put back; and
// a call is not acknowledged while the store has not got the page.
package revalidate
