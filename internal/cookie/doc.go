// Package cookie reads the Cookie header as Next.js does for req.cookies.
//
// It is the reading half of the package cookie with the options of Next.js:
// the first of several cookies with one name counts, values are
// percent-decoded, and what cannot be decoded stays as it came.
package cookie
