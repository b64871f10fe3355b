// Package bytesize reads and prints sizes written as Next.js writes them: "1mb", "500kb", "1.5 GB".
//
// Units are b, kb, mb, gb, tb and pb in any case and are powers of 1024; a number without a unit is a number of bytes.
// A sign "+", a fraction and blanks before the unit are allowed, and a part of a byte is dropped: "1.5kb" is 1536, "0.3kb" is 307.
//
// Every string that the npm package bytes (which Next.js uses) recognizes has the same value here. The two differ on purpose in the rest:
// bytes reads the leading digits of anything it does not recognize, so that "1k" is one byte and "abc" means no limit at all.
// Here such a string is an error that says what to write instead. Negative sizes are errors too.
// Fractions are calculated exactly; bytes calculates with float64 and is off by a few bytes for some fractions of 100tb and more.
//
// A [Size] prints as the messages of Next.js do ("4MB", at most two decimals), and its text, JSON and YAML forms lose nothing:
// what is written is read back as the same number of bytes.
package bytesize
