package oracle_test

import (
	"encoding/hex"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/gin-apiroutes/apiroutes/internal/location"
)

// A kind is a function of the originals with a source of questions for it and
// the comparison with ours.
type kind struct {
	name  string
	rules []int
	// live is the number of random questions in a live run.
	live int
	ask  func(*rand.Rand) any
	// check returns what is wrong with our answer, or "".
	check func(q question) string
}

// pick draws one of several texts.
func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

// text draws up to longest pieces of an alphabet.
func text(r *rand.Rand, longest int, pieces ...string) string {
	var b strings.Builder
	for range r.IntN(longest + 1) {
		b.WriteString(pick(r, pieces...))
	}
	return b.String()
}

func askSize(r *rand.Rand) any {
	if r.IntN(4) == 0 {
		return text(r, 8, "1", "0", "9", ".", " ", "k", "K", "b", "B", "m", "-", "+", "e", "kb", "gb", "\t", ",", "x")
	}
	number := strconv.Itoa(r.IntN(pick(r, 10, 2000, 1<<30)))
	if r.IntN(3) == 0 {
		number += "." + strconv.Itoa(r.IntN(1000))
	}
	return pick(r, "", "", "", "+", "-") + number + text(r, 2, " ") + pick(r, "", "b", "B", "kb", "KB", "Kb", "mb", "gb", "tb", "pb", "k", "kib", "bytes", "e3")
}

func askFormat(r *rand.Rand) any {
	unit := pick(r, 1.0, 1<<10, 1<<20, 1<<30, 1<<40, 1<<50)
	return int64(r.Float64() * unit * pick(r, 2.0, 1500))
}

func askCookies(r *rand.Rand) any {
	if r.IntN(2) == 0 {
		return text(r, 12, "a", "b", "=", ";", "; ", " ", "\"", "%41", "%C5%BE", "%FF", "%", "%z", "+", ",", "\t", "é", "\u00ff", "\\", "\u00a0", "\v", "\f")
	}
	var pairs []string
	for range r.IntN(6) {
		name := pick(r, "a", "b", "A", "__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "", " x ", "$v", "1", "é")
		value := text(r, 4, "v", "\"", "%41", "%c5%be", "%e2%82%ac", "%80", "=", " ", "+", "é")
		pairs = append(pairs, name+pick(r, "=", "=", "=", "", " = ")+value)
	}
	return strings.Join(pairs, pick(r, "; ", ";", ";  ", " ; "))
}

func askContentType(r *rand.Rand) any {
	if r.IntN(4) == 0 {
		return text(r, 10, "a", "A", "/", ";", " ", "=", "\"", "\\", "charset", "utf-8", "+", ",", "é", "\t", "*")
	}
	header := pick(r, "application/json", "Application/JSON", "application/ld+json", "text/plain", "a/b", "json", "text/", "/plain", "text/a b", " text/html ", "application/x-www-form-urlencoded")
	var parameters strings.Builder
	for range r.IntN(4) {
		parameters.WriteString(pick(r, ";", "; ", " ;", ";  ", ";;") + pick(r, "charset", "CHARSET", "q", "boundary", "") + pick(r, "=", "=", " = ", ""))
		parameters.WriteString(pick(r, "utf-8", "UTF-8", "latin1", `"utf-8"`, `"a\"b"`, `""`, "", `"open`, "a b", "é", `"é;x"`, "'x'", `"\é"`))
	}
	return header + parameters.String() + pick(r, "", "", "", " ", ";", "; ")
}

// conditional is a question about a request and a tag.
type conditional struct {
	Headers map[string]string `json:"headers"`
	ETag    string            `json:"etag"`
}

func askFresh(r *rand.Rand) any {
	headers := map[string]string{}
	if r.IntN(8) != 0 {
		headers["if-none-match"] = text(r, 5, `"a"`, `"b"`, `W/"a"`, `W/"b"`, "*", ",", ", ", ",", " ", `""`, "a", `w/"a"`, "\t", `"a`)
	}
	if r.IntN(3) == 0 {
		headers["cache-control"] = text(r, 4, "no-cache", "max-age=0", ",", ", ", " ", "No-Cache", "no-cache=x", "x")
	}
	if r.IntN(6) == 0 {
		headers["if-modified-since"] = pick(r, "", "x", "Fri, 31 Dec 2100 23:59:59 GMT")
	}
	return conditional{headers, pick(r, `"a"`, `"a"`, `"b"`, `""`)}
}

func askText(r *rand.Rand) any {
	return text(r, 40, "a", "b", "é", "ž", "日", "😀", "\u0000", "\uffff", "\U0010ffff", " ", "0", strings.Repeat("x", 50))
}

func askBytes(r *rand.Rand) any {
	b := make([]byte, r.IntN(60))
	for i := range b {
		b[i] = byte(r.IntN(256))
	}
	return hex.EncodeToString(b)
}

func askPairs(r *rand.Rand) any {
	if r.IntN(40) == 0 {
		return strings.Repeat(pick(r, "a=1&", "&", "a&", "=&"), r.IntN(999))
	}
	return text(r, 14, "a", "b", "=", "&", "=", "&", "+", "%41", "%C5%BE", "%c5", "%BE", "%FF", "%E2%82%AC", "%F0%9F%98%80", "%ED%A0%80", "%", "%4", "%zz", "%2", ";", "[", "]", "__proto__", "é", "😀", " ", "%00", "%u0041", "%25", "toString")
}

// askPairBytes has bytes that are no UTF-8, beside escapes.
func askPairBytes(r *rand.Rand) any {
	return hex.EncodeToString([]byte(text(r, 12, "a", "=", "&", "%41", "%", "%C5", "\xc5", "\xbe", "\xff", "\xe2\x82", "\xac", "\xf0\x9f", "\x98\x80", "\xed\xa0\x80", "+", "\x00")))
}

// askTarget draws what an attacker may give as the place to go on to, with what is sent in its place.
func askTarget(r *rand.Rand) any {
	pieces := []string{
		"/", "/", "/", `\`, ".", "..", "./", "../", "%2e", "%2E%2e", "%2f", "%5C", "\t", "\n", "\r", " ", "\x00", "\x1f", "\x7f", "?", "#", "@", ":", ":80", "evil.example",
		"a", "b", "javascript:", "https:", "é", "／", "。", "＼", "\u00ad", "\u200b", "\u2028", "\ufeff", ";", "%00", "%09", "%", "|", "[", "]", "^", "{", "'", `"`, "<", "😀",
	}
	target := pick(r, "/", "/", "/", "/", "/a", "//", `/\`, "/.", "/..", "https:", " ", "") + text(r, 8, pieces...)
	sent, err := location.Local(target)
	if err != nil {
		sent = "/"
	}
	return []string{target, sent}
}

func askJSON(r *rand.Rand) any {
	switch r.IntN(4) {
	case 0:
		return text(r, 10, "{", "}", "[", "]", ",", ":", `"a"`, "1", "-", ".", "e", "0", "true", "null", " ", "\n", `"`, `\u00`, `\`, "//", "'", "\u00a0", "nul")
	case 1:
		return damage(r, value(r, 4))
	default:
		return value(r, 4)
	}
}

// value draws a JSON text.
func value(r *rand.Rand, depth int) string {
	n := 9
	if depth == 0 {
		n = 6
	}
	blank := func() string { return pick(r, "", "", "", " ", "\n", "\t") }
	switch r.IntN(n) {
	case 0:
		return pick(r, "null", "true", "false")
	case 1, 2:
		return jsonNumber(r)
	case 3, 4, 5:
		return `"` + text(r, 6, "a", "é", "😀", `\n`, `\"`, `\\`, `\/`, `\u0041`, `\u017e`, `\ud83d\ude00`, `\u0000`, "\u2028", "<", "&", "\x7f", `\b`) + `"`
	case 6, 7:
		var items []string
		for range r.IntN(4) {
			items = append(items, blank()+value(r, depth-1)+blank())
		}
		return "[" + strings.Join(items, ",") + "]"
	default:
		var items []string
		for _, key := range []string{`"10"`, `"a"`, `"b\u0062"`, `"é"`, `""`, `"9"`, `"a"`, `"__proto__"`} {
			if r.IntN(3) == 0 {
				items = append(items, blank()+key+blank()+":"+blank()+value(r, depth-1))
			}
		}
		return "{" + strings.Join(items, ",") + blank() + "}"
	}
}

func jsonNumber(r *rand.Rand) string {
	sign := pick(r, "", "-")
	whole := strconv.FormatUint(r.Uint64()>>r.IntN(64), 10)
	fraction := pick(r, "", "", ".0", ".5", "."+strconv.Itoa(r.IntN(1e9)), ".1000000000000000055511151231257827")
	exponent := pick(r, "", "", "", "e"+strconv.Itoa(r.IntN(30)), "E-"+strconv.Itoa(r.IntN(40)), "e+0", "e-330", "e288")
	return sign + whole + fraction + exponent
}

// damage takes away, doubles or replaces a byte of an ASCII neighbourhood.
func damage(r *rand.Rand, s string) string {
	i := r.IntN(len(s))
	if s[i] >= 0x80 {
		return s
	}
	switch r.IntN(3) {
	case 0:
		return s[:i] + s[i+1:]
	case 1:
		return s[:i] + s[i:i+1] + s[i:]
	default:
		return s[:i] + pick(r, ",", ":", "\"", "0", "}", "]", "\\", "e", "\x01") + s[i+1:]
	}
}
