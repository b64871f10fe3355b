// Package attack holds tests that attack the packages as a program composes them: random chains of middleware, and
// requests as no well-behaved client sends them, over real connections.
//
// Nothing imports it.
package attack
