// Package doctest holds the tests that keep the documents true: code in them
// is code of this repository, packages in tables exist, links lead somewhere.
// It has no code of its own.
package doctest
