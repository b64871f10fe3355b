// Package jsonscan checks in one pass that a text is JSON, as strictly as JSON.parse of JavaScript does, without decoding it.
//
// It is for requests that are refused before a handler runs: the text is looked at once, nothing is allocated, and the
// nesting is capped before any stack or memory could grow with it. What passes is accepted by encoding/json as well.
package jsonscan
