// Package preview reads and writes the two cookies of Next.js' draft mode and
// preview data: __prerender_bypass, which holds an id of the build, and
// __next_preview_data, which holds a signed and encrypted token.
//
// It is pure: bytes in, a verdict out. It follows Next.js 16.4.6
// (next/dist/server/api-utils/node/try-get-preview-data.js and api-resolver.js,
// crypto-utils.js and compiled/fast-jwt in the same folder) in what is accepted
// and how it is written, so that a real Next.js reads what is made here and the
// reverse.
//
// The work that a stranger can cause is bounded. A token that is too long is
// not looked at. The signature is compared before anything inside the token is
// read, and the costly key derivation (100000 rounds) comes after it, once per
// salt: the derived keys of the last [KeyCache] salts are kept.
package preview
