// Package subject is the program under test: an instance of a site built on the
// toolkit, with a route for each thing that may go wrong. It runs in a process
// of its own, which can be killed.
package subject
