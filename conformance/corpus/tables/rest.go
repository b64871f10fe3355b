package tables

import (
	"slices"
	"strconv"

	"github.com/gin-apiroutes/apiroutes/conformance/corpus"
)

func redirectCases() []corpus.Case {
	var cases []corpus.Case
	for _, t := range []string{
		"plain", "query", "absolute", "relative", "dots", "empty", "other-host", "unicode", "escaped", "blank", "quotes", "beyond-latin1", "crlf", "newline", "nul", "missing", "null", "number", "not-text",
		"status-301", "status-302", "status-303", "status-307", "status-308", "status-200", "status-201", "status-204", "status-304", "status-404", "status-599", "status-999", "status-99", "status-1000", "status-text", "after-type",
	} {
		cases = append(cases, one("redirect/get/"+t, get("/api/res/redirect/"+t), 24))
	}
	for _, t := range []string{"plain", "status-301", "status-303", "other-host", "crlf"} {
		cases = append(cases,
			one("redirect/post/"+t, post("/api/res/redirect/"+t, jsonType, "{}"), 24),
			one("redirect/head/"+t, bare("HEAD", "/api/res/redirect/"+t), 24, 25),
		)
	}
	return append(cases, one("redirect/accept-html", get("/api/res/redirect/plain", "Accept: text/html"), 24))
}

func errorCases() []corpus.Case {
	var cases []corpus.Case
	for _, when := range []string{"at-once", "rejected", "text", "null", "after-status", "after-headers", "after-end", "after-write", "with-status"} {
		cases = append(cases,
			one("error/throw/"+when, get("/api/res/throw/"+when), 25),
			one("error/throw-head/"+when, bare("HEAD", "/api/res/throw/"+when), 25),
			one("error/throw-post/"+when, post("/api/res/throw/"+when, jsonType, "{}"), 25),
		)
	}
	return append(cases,
		one("error/refusal-head", with("HEAD", echo, jsonType, []corpus.Part{corpus.Text("{")}), 7, 25),
		one("error/refusal-accept-json", post(echo, jsonType, "{", "Accept: application/json"), 7),
		one("error/refusal-is-unconditional", post(echo, jsonType, "{", "If-None-Match: *"), 7, 22),
	)
}

// responses are the routes of pages/api/warn with sizes around their limits.
var responses = []struct {
	route string
	sizes []int
	rules []int
}{
	{"default", []int{4<<20 - 1, 4 << 20, 4<<20 + 1}, []int{26}},
	{"on", []int{4<<20 - 1, 4 << 20}, []int{26}},
	{"off", []int{100, 5 << 20}, []int{26}},
	{"10b", []int{0, 9, 10, 11}, []int{26}},
	{"10-number", []int{9, 10}, []int{13, 26}},
	{"1000b", []int{999, 1000}, []int{13, 26}},
	{"1kb", []int{1023, 1024}, []int{13, 26}},
	{"1.5kb", []int{1535, 1536}, []int{13, 26}},
	{"500kb", []int{500<<10 - 1, 500 << 10}, []int{13, 26}},
	{"1000000-number", []int{999999, 1000000}, []int{13, 26}},
	{"1025-number", []int{1024, 1025}, []int{13, 26}},
	{"1mb", []int{1 << 20}, []int{13, 26}},
	{"8mb", []int{5 << 20, 8 << 20}, []int{13, 26}},
	{"zero-number", []int{0, 1}, []int{26}},
}

func warnCases() []corpus.Case {
	logged := func(c corpus.Case) corpus.Case {
		c.Log = true
		return c
	}
	var cases []corpus.Case
	for _, s := range responses {
		for _, size := range s.sizes {
			name := "warn/" + s.route + "/" + strconv.Itoa(size)
			cases = append(cases, logged(one(name, get("/api/warn/"+s.route+"?size="+strconv.Itoa(size)), s.rules...)))
		}
	}
	cases = append(cases,
		logged(one("warn/pieces/over", get("/api/warn/10b?size=12&pieces=4"), 26)),
		logged(one("warn/pieces/under", get("/api/warn/10b?size=8&pieces=4"), 26)),
		logged(one("warn/head", bare("HEAD", "/api/warn/10b?size=12"), 26)),
		logged(one("warn/post", post("/api/warn/10b?size=12", jsonType, "{}"), 26)),
		logged(one("warn/not-modified", get("/api/warn/10b?size=12", "If-None-Match: *"), 26)),
	)
	for _, route := range []string{"nothing", "external"} {
		dev := logged(one("warn/development/"+route, get("/api/res/"+route), 27))
		dev.Dev = true
		cases = append(cases, dev, logged(one("warn/production/"+route, get("/api/res/"+route), 27)))
	}
	answered := logged(one("warn/development/answered", get("/api/res/send/text"), 27))
	answered.Dev = true
	return append(cases, answered,
		one("warn/deadline/slow", get("/api/res/slow"), 28),
		one("warn/deadline/quick", get("/api/res/quick"), 28),
	)
}

func methodCases() []corpus.Case {
	var cases []corpus.Case
	for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PURGE", "LINK", "REPORT"} {
		cases = append(cases, one("method/plain/"+m, bare(m, "/api/method"), 29))
	}
	preflight := []string{"Origin: https://example.com", "Access-Control-Request-Method: PUT", "Access-Control-Request-Headers: x-token"}
	return append(cases,
		one("method/preflight", bare("OPTIONS", "/api/method", preflight...), 29),
		one("method/preflight-dynamic", bare("OPTIONS", "/api/only/1", preflight...), 29),
		one("method/preflight-unknown", bare("OPTIONS", "/api/nowhere", preflight...), 29),
		one("method/origin-get", get("/api/method", "Origin: https://example.com"), 29),
		one("method/origin-post", post("/api/method", jsonType, "{}", "Origin: null"), 29),
		one("method/override-header-ignored", post("/api/method", jsonType, "{}", "X-HTTP-Method-Override: DELETE"), 29),
		one("method/options-with-body", with("OPTIONS", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1, 29),
		one("method/get-with-body", with("GET", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
		one("method/delete-with-body", with("DELETE", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
		one("method/patch-with-body", with("PATCH", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
		one("method/head-with-body", with("HEAD", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
		one("method/put-with-body", with("PUT", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
		one("method/propfind-with-body", with("PROPFIND", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}), 1),
	)
}

// connectionCases look at more than one answer, or at what becomes of the
// connection.
func connectionCases() []corpus.Case {
	next := get("/api/only/next")
	const ten = "/api/limit/10b"
	watched := func(c corpus.Case) corpus.Case {
		c.Watch = true
		return c
	}
	half := func(c corpus.Case) corpus.Case {
		c.HalfClose = true
		return c
	}
	two := func(name string, first, second []corpus.Part, rules ...int) corpus.Case {
		c := one("connection/"+name, append(slices.Clip(first), second...), rules...)
		c.Methods = append(c.Methods, one("", second).Methods...)
		return c
	}
	after := func(c corpus.Case) corpus.Case {
		c.Hangs = true
		return c
	}
	return []corpus.Case{
		after(two("pipelined/413-small-then-get", limited(ten, 11), next, 8)),
		after(two("pipelined/413-large-then-get", limited(ten, 300000), next, 8)),
		after(two("pipelined/413-chunked-then-get", chunked(ten, textType, []corpus.Part{filled(11)}), next, 8)),
		after(two("pipelined/413-chunked-large-then-get", chunked(ten, textType, []corpus.Part{filled(300000)}), next, 8)),
		two("pipelined/get-get", get("/api/only/first"), next, 25),
		two("pipelined/head-get", bare("HEAD", "/api/only/first"), next, 25),
		two("pipelined/json-then-get", post(echo, jsonType, `{"a":1}`), next, 7),
		two("pipelined/broken-json-then-get", post(echo, jsonType, "{"), next, 7, 8),
		two("pipelined/chunked-then-get", chunked(echo, jsonType, []corpus.Part{corpus.Text("{}")}), next, 7),
		two("pipelined/unread-body-then-get", post("/api/limit/1kb", textType, "abc"), next, 7),
		two("pipelined/blind-then-get", post(blind, jsonType, "{}"), next, 1),
		two("pipelined/raw-then-get", post("/api/body/off", textType, "abc"), next, 9),
		two("pipelined/not-modified-then-get", get("/api/res/etag/text", "If-None-Match: *"), next, 22),
		two("pipelined/no-content-then-get", get("/api/res/status/204/text"), next, 23),
		two("pipelined/redirect-then-get", get("/api/res/redirect/plain"), next, 24),
		two("pipelined/throw-then-get", get("/api/res/throw/at-once"), next, 25),
		watched(one("connection/after-413/small", limited(ten, 11), 8)),
		watched(one("connection/after-413/large", limited(ten, 300000), 8)),
		watched(one("connection/after-413/chunked", chunked(ten, textType, []corpus.Part{filled(11)}), 8)),
		watched(one("connection/after-400", post(echo, jsonType, "{"), 8)),
		watched(one("connection/after-500", get("/api/res/throw/at-once"), 25)),
		watched(one("connection/after-200", get("/api/only/1"), 25)),
		watched(one("connection/close-asked", get("/api/only/1", "Connection: close"), 25)),
		watched(one("connection/close-asked-413", with("POST", ten, textType, []corpus.Part{filled(11)}, "Connection: close"), 8)),
		watched(half(one("connection/half-closed/get", get("/api/only/1"), 25))),
		watched(half(one("connection/half-closed/post", post(echo, jsonType, `{"a":1}`), 7))),
		watched(half(one("connection/half-closed/chunked", chunked(echo, jsonType, []corpus.Part{corpus.Text("{}")}), 7))),
		watched(half(one("connection/half-closed/cut-body", bare("POST", echo, "Content-Type: application/json", "Content-Length: 10"), 7))),
		watched(half(one("connection/half-closed/cut-chunk", append(bare("POST", echo, "Content-Type: application/json", "Transfer-Encoding: chunked"), corpus.Text("a\r\n{}")), 7))),
		watched(one("connection/http10", []corpus.Part{corpus.Text("GET /api/only/1 HTTP/1.0\r\nHost: localhost\r\n\r\n")}, 25)),
		watched(one("connection/http10-keep-alive", []corpus.Part{corpus.Text("GET /api/only/1 HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n")}, 25)),
		watched(one("connection/http10-written", []corpus.Part{corpus.Text("GET /api/res/end/written HTTP/1.0\r\nHost: localhost\r\n\r\n")}, 25)),
		one("connection/expect-continue", with("POST", echo, jsonType, []corpus.Part{corpus.Text(`{"a":1}`)}, "Expect: 100-continue"), 7),
	}
}
