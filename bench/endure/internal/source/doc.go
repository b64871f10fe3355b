// Package source is the database of the site under test: it says which version
// the data of a page has, sometimes slowly, and sometimes it fails.
package source
