// Package browser drives a real browser, a headless Chromium: it opens pages,
// clicks and types as people do, reads what is there, and takes pictures of it.
// The tests of the package try the programs of example/, and what only a browser
// decides: which answers a script may read, which cookies go along, where a form
// ends up.
//
// Chromium is a program of the machine, as Debian's package chromium brings it.
// Where there is none, tests are skipped, and fail if CI is set. Pictures go to
// the folder screenshots beside the tests, which git ignores.
//
// Every name that ends in .test leads to this machine, so that servers on
// 127.0.0.1 can be of any site: http://app.test:8080. Certificates are not
// checked, so that they may be of any name as well.
package browser
