// Package querystring reads query strings and bodies of HTML forms as Next.js does, which is as querystring.parse of Node.js does.
//
// Pairs are separated by "&" alone, "+" is a blank, a repeated key keeps its values in order, and names like "a[]" or "b[c]" or
// "__proto__" are names and nothing more: no nesting, no index. Malformed escapes stay as they are, and bytes that are not UTF-8
// become U+FFFD. Nothing in the text is an error, with one exception.
//
// # The cap
//
// The number of pairs is capped. Node.js drops what is over the cap in silence, so that a request means one thing to the sender
// and another to the handler; here it is a [*TooManyError], found before anything is allocated for a pair.
// Time and memory are linear in the length of the text.
package querystring
