// Package contenttype reads Content-Type headers as Next.js does before it parses a body: with the npm package content-type,
// and with "text/plain" in place of whatever that package refuses. Nothing is allocated for the headers that clients usually send.
package contenttype
