// Package cputime measures, for tests, how much work something is, on a machine that may be busy with other things.
package cputime
