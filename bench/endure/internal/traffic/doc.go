// Package traffic is the visitors: those that behave, those that don't, and
// those that change data and have its pages revalidated. Every answer is
// compared with what its request deserves.
package traffic
