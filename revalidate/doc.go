// Package revalidate leads clients to the right page, and keeps pages right.
//
// # Redirects
//
//	err := revalidate.Redirect(c, "/login")                          // 307
//	err := revalidate.RedirectStatus(c, http.StatusSeeOther, "/done") // any status
//	err := revalidate.RedirectLocal(c, http.StatusSeeOther, c.Query("next"))
//
// Redirect and RedirectStatus pass on what they are given, as res.redirect does,
// "//host" and "https://host" included: use them for targets that the program
// wrote. RedirectLocal is for targets from a request: it refuses whatever could
// leave the site.
//
// They differ from res.redirect in three points. An empty URL is an error there
// only when it is missing. A status below 200 is refused, since net/http would
// send a second response after it. Characters beyond ASCII are percent-encoded in
// the header, where Next.js sends Latin-1 and fails on the rest; the body repeats
// the URL as it was given.
package revalidate
