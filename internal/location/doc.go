// Package location decides which redirect targets may go into a Location
// header.
//
// Header is the rule for targets that the program wrote: whatever Node would
// send, in a form that every client reads alike. Local is the rule for targets
// that a user supplied: only paths on the same origin, judged as a browser
// resolves them (the URL Standard, https://url.spec.whatwg.org), not as
// net/url reads them.
package location
