package tables

import (
	"strconv"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

// The names of the tables in pages/api/res.
var (
	sendValues = []string{"undefined", "null", "text", "html", "unicode", "empty-text", "buffer", "text-buffer", "empty-buffer", "object", "empty-object", "array", "empty-array", "number", "zero", "fraction", "true", "false"}
	jsonValues = []string{"undefined", "null", "text", "empty-text", "markup", "separators", "control", "backslash", "unicode", "array", "empty-array", "object", "empty-object", "true", "zero", "minus-zero", "integer", "minus-one", "fraction", "third", "1e20", "1e21", "1.5e300", "123456789e15", "1e-6", "1e-7", "5e-324", "max", "markup-key", "date"}
	typeKinds  = []string{"html-text", "xml-text", "json-text", "png-buffer", "text-object", "vendor-object", "text-number", "text-null"}
	endWays    = []string{"nothing", "text", "unicode", "bytes", "written", "length", "head", "status"}
)

func sendCases() []corpus.Case {
	cases := make([]corpus.Case, 0, 2*len(sendValues)+len(jsonValues)+len(typeKinds)+2*len(endWays)+20)
	for _, v := range sendValues {
		cases = append(cases,
			one("send/value/"+v, get("/api/res/send/"+v), 20, 22),
			one("send/head/"+v, bare("HEAD", "/api/res/send/"+v), 20, 25),
		)
	}
	for _, v := range jsonValues {
		cases = append(cases, one("send/json/"+v, get("/api/res/json/"+v), 20, 21))
	}
	for _, k := range typeKinds {
		cases = append(cases, one("send/type/"+k, get("/api/res/type/"+k), 20))
	}
	cases = append(cases,
		one("send/type/json-overrides", get("/api/res/type/json"), 20),
		one("send/post", post("/api/res/send/object", jsonType, "{}"), 20, 22),
		one("send/accept-ignored", get("/api/res/send/object", "Accept: text/html"), 20),
		one("send/accept-encoding-ignored", get("/api/res/send/text", "Accept-Encoding: identity"), 20),
		one("send/range-ignored", get("/api/res/send/text", "Range: bytes=0-1"), 20),
	)
	for _, w := range endWays {
		cases = append(cases,
			one("send/end/"+w, get("/api/res/end/"+w), 22),
			one("send/end-head/"+w, bare("HEAD", "/api/res/end/"+w), 25),
		)
	}
	for _, kind := range []string{"one", "number", "list", "empty", "replaced", "appended", "removed", "latin1", "cache-control", "content-length", "beyond-latin1", "crlf", "bad-name", "undefined-value"} {
		cases = append(cases, one("send/header/"+kind, get("/api/res/header/"+kind), 20, 25))
	}
	return cases
}

func statusCases() []corpus.Case {
	var cases []corpus.Case
	for _, code := range []int{200, 201, 202, 203, 204, 205, 206, 207, 299, 300, 301, 302, 303, 304, 305, 307, 308, 399, 400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 416, 418, 421, 422, 425, 426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 505, 511, 599, 600, 799, 999} {
		target := "/api/res/status/" + strconv.Itoa(code)
		cases = append(cases, one("status/text/"+strconv.Itoa(code), get(target+"/text"), 20, 23))
		if code < 210 || code == 304 || code == 404 || code == 500 {
			cases = append(cases,
				one("status/json/"+strconv.Itoa(code), get(target+"/json"), 20, 23),
				one("status/end/"+strconv.Itoa(code), get(target+"/end"), 23),
				one("status/head/"+strconv.Itoa(code), bare("HEAD", target+"/text"), 23, 25),
			)
		}
	}
	for _, code := range []string{"100", "101", "103", "199"} {
		// An interim answer: whoever asked goes on waiting for the final one.
		c := one("status/interim/"+code, get("/api/res/status/"+code+"/text"), 25)
		c.Hangs = true
		cases = append(cases, c)
	}
	for _, code := range []string{"0", "1", "42", "99", "1000", "-1", "200.5", "text"} {
		cases = append(cases, one("status/bad/"+code, get("/api/res/status/"+code+"/text"), 25))
	}
	return cases
}

// Tags of the values of pages/api/res/etag.
const (
	textTag   = `"2caikvdqo85"`
	objectTag = `"kxl31zjxesh"`
)

var conditions = []struct {
	name    string
	headers []string
}{
	{"same", []string{"If-None-Match: TAG"}},
	{"weak", []string{"If-None-Match: W/TAG"}},
	{"other", []string{`If-None-Match: "other"`}},
	{"star", []string{"If-None-Match: *"}},
	{"star-blank", []string{"If-None-Match:  * "}},
	{"star-in-list", []string{`If-None-Match: "other", *`}},
	{"quoted-star", []string{`If-None-Match: "*"`}},
	{"list-first", []string{`If-None-Match: TAG, "other"`}},
	{"list-last", []string{`If-None-Match: "other", TAG`}},
	{"list-no-blank", []string{`If-None-Match: "other",TAG,"more"`}},
	{"list-weak", []string{`If-None-Match: "other", W/TAG`}},
	{"list-none", []string{`If-None-Match: "other", "more"`}},
	{"list-many-blanks", []string{`If-None-Match: "other"  ,   TAG`}},
	{"list-tab", []string{"If-None-Match: \"other\",\tTAG"}},
	{"two-headers", []string{`If-None-Match: "other"`, "If-None-Match: TAG"}},
	{"unquoted", []string{"If-None-Match: UNQUOTED"}},
	{"weak-lower", []string{"If-None-Match: w/TAG"}},
	{"weak-twice", []string{"If-None-Match: W/W/TAG"}},
	{"empty", []string{"If-None-Match:"}},
	{"cut", []string{"If-None-Match: CUT"}},
	{"upper", []string{"If-None-Match: UPPER"}},
	{"no-cache", []string{"If-None-Match: TAG", "Cache-Control: no-cache"}},
	{"no-cache-list", []string{"If-None-Match: TAG", "Cache-Control: max-age=0, no-cache"}},
	{"no-cache-no-blank", []string{"If-None-Match: TAG", "Cache-Control: max-age=0,no-cache,x"}},
	{"no-cache-upper", []string{"If-None-Match: TAG", "Cache-Control: No-Cache"}},
	{"no-cache-value", []string{"If-None-Match: TAG", `Cache-Control: no-cache="x"`}},
	{"no-cache-inside-word", []string{"If-None-Match: TAG", "Cache-Control: x-no-cache"}},
	{"no-cache-star", []string{"If-None-Match: *", "Cache-Control: no-cache"}},
	{"max-age-0", []string{"If-None-Match: TAG", "Cache-Control: max-age=0"}},
	{"no-store", []string{"If-None-Match: TAG", "Cache-Control: no-store"}},
	{"pragma", []string{"If-None-Match: TAG", "Pragma: no-cache"}},
	{"modified-since-future", []string{"If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"}},
	{"modified-since-past", []string{"If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"}},
	{"modified-since-and-same", []string{"If-None-Match: TAG", "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"}},
	{"modified-since-and-other", []string{`If-None-Match: "other"`, "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"}},
	{"if-match-other", []string{`If-Match: "other"`}},
	{"none", nil},
}

func etagCases() []corpus.Case {
	var cases []corpus.Case
	for _, v := range []string{"text", "unicode", "emoji", "empty-text", "long", "object", "buffer", "null"} {
		cases = append(cases,
			one("etag/value/"+v, get("/api/res/etag/"+v), 22),
			one("etag/star/"+v, get("/api/res/etag/"+v, "If-None-Match: *"), 22, 23),
		)
	}
	for _, c := range conditions {
		cases = append(cases, one("etag/condition/"+c.name, get("/api/res/etag/text", tagged(c.headers, textTag)...), 22))
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"} {
		cases = append(cases,
			one("etag/method/"+method, bare(method, "/api/res/etag/text", "If-None-Match: "+textTag), 22),
			one("etag/method-other/"+method, bare(method, "/api/res/etag/text", `If-None-Match: "other"`), 22),
		)
	}
	return append(cases,
		one("etag/own-is-replaced", get("/api/res/etag/own"), 22),
		one("etag/own-does-not-match", get("/api/res/etag/own", `If-None-Match: "my-own"`), 22),
		one("etag/end-has-none", get("/api/res/etag/end"), 22),
		one("etag/end-is-unconditional", get("/api/res/etag/end", "If-None-Match: *"), 22),
		one("etag/end-keeps-own", get("/api/res/etag/own-end"), 22),
		one("etag/end-own-is-unconditional", get("/api/res/etag/own-end", `If-None-Match: "my-own"`), 22),
		one("etag/kept-200", get("/api/res/etag/kept"), 22),
		one("etag/kept-304", get("/api/res/etag/kept", "If-None-Match: *"), 22, 23),
		one("etag/kept-304-by-tag", get("/api/res/etag/kept", "If-None-Match: "+objectTag), 22, 23),
		one("etag/kept-modified-since", get("/api/res/etag/kept", "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"), 22),
		one("etag/kept-modified-since-before", get("/api/res/etag/kept", "If-Modified-Since: Sat, 01 Jan 2000 00:00:00 GMT"), 22),
		one("etag/status-404-becomes-304", get("/api/res/status/404/text", "If-None-Match: *"), 22),
		one("etag/status-500-becomes-304", get("/api/res/status/500/json", "If-None-Match: *"), 22),
		one("etag/status-204-stays", get("/api/res/status/204/text", "If-None-Match: *"), 22, 23),
		one("etag/json", get("/api/res/json/object", "If-None-Match: *"), 22, 23),
		one("etag/json-null", get("/api/res/json/null", "If-None-Match: *"), 22, 23),
		one("etag/html-type", get("/api/res/type/html-text", "If-None-Match: *"), 22, 23),
		one("etag/redirect-is-unconditional", get("/api/res/redirect/plain", "If-None-Match: *"), 22, 24),
	)
}
