// Package exampletest tests the programs below example/ as a reader uses them:
// it starts the program of the test binary, runs the lines of its README in a
// shell, and compares what they print with what the README says.
package exampletest
