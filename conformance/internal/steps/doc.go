// Package steps runs sequences against a server with cached pages: requests one
// after the other and at the same time, with changes of what the pages show and
// with time that passes in between. What the server answers is recorded step by
// step, together with how often it rendered the pages.
package steps
