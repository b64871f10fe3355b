package job

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"sync"
)

// Kind is what a server has to be able to do for a job. A contender has one
// server for each, with no more in it than its users would put there.
type Kind string

// The kinds of servers.
const (
	Hello    Kind = "hello"    // a small JSON answer
	Dynamic  Kind = "dynamic"  // JSON into a map, under a limit of 1 MB
	Typed    Kind = "typed"    // JSON into a struct, validated, under a limit of 1 MB
	CatchAll Kind = "catchall" // one catch-all
	Table    Kind = "table"    // a table of 200 patterns
	Page     Kind = "page"     // 10 KB of HTML from a cache
	CORS     Kind = "cors"     // a policy for one origin
	Deadline Kind = "deadline" // a small JSON answer with a deadline of a minute
	Churn    Kind = "churn"    // many pages from a cache, some of which are made anew
)

// Request is what is sent.
type Request struct {
	Method, Path string
	Header       http.Header // in canonical form
	Body         []byte
	// Chunked leaves the Content-Length out.
	Chunked bool
}

// Answer is what must come back.
type Answer struct {
	Status int
	// Also is another status that is as good, 0 for none.
	Also int
	// Type is the media type without parameters, "" is any.
	Type string
	// Body is compared without white space at its end, which some encoders of
	// JSON write. "" is any: refusals have texts of their own.
	Body string
	// Header has what must be there too.
	Header map[string]string
}

// Job is one thing to measure.
type Job struct {
	// Scenario is S1 to S9, and Name what is done of it; together they are
	// what reports and the -scenario flag call the job.
	Scenario, Name string
	Title          string
	Kind           Kind
	Request        Request
	Want           Answer
	// More are sent in turn after the first one, if there are any.
	More []Request
	// Yardstick is the contender that ratios are taken to.
	Yardstick string
	// LoopbackOnly says that the job means nothing without a connection, and
	// InProcessOnly that it is not measured over one.
	LoopbackOnly, InProcessOnly bool
}

// String is the scenario and the name: "S2 dynamic".
func (j *Job) String() string {
	if j.Name == "" {
		return j.Scenario
	}
	return j.Scenario + " " + j.Name
}

// Limit is the largest body that the servers accept, in bytes.
const Limit = 1 << 20

// Origin is the origin that the policy of S7 allows.
const Origin = "https://app.example.com"

// Names of the contenders that ratios are taken to: most are to Gin, S7's to
// gin-contrib/cors and S9's to the fastest of the caches for Gin.
const (
	Gin      = "gin"
	Contrib  = "gin-contrib"
	GinCache = "chenyahui/gin-cache"
)

// Yardsticks are these names.
func Yardsticks() []string { return []string{Gin, Contrib, GinCache} }

const jsonType = "application/json"

var hello = Answer{Status: http.StatusOK, Type: jsonType, Body: `{"message":"Hello from the API"}`}

// All returns the jobs in the order of the reports.
func All() []Job { return slices.Clone(list()) }

var list = sync.OnceValue(func() []Job {
	get := func(scenario, title, path string, kind Kind, want Answer) []Job {
		return []Job{{Scenario: scenario, Title: title, Kind: kind, Request: Request{Method: http.MethodGet, Path: path}, Want: want}}
	}
	all := slices.Concat(
		get("S1", "GET, small JSON", "/api/hello", Hello, hello),
		bodies("S2", "1 KB", 1<<10),
		bodies("S3", "100 KB", 100<<10),
		tooLarge(),
		routes(),
		get("S6", "GET, a page of 10 KB from the cache", "/page", Page, Answer{Status: http.StatusOK, Type: "text/html", Body: HTML()}),
		crossOrigin(),
		get("S8", "GET, small JSON, deadline armed but not hit", "/api/deadline", Deadline, hello),
		churn(),
	)
	for i := range all {
		if all[i].Yardstick == "" {
			all[i].Yardstick = Gin
		}
	}
	return all
})

// PageCount is the number of pages of S9.
const PageCount = 10_000

// churn is the job with many pages. The order of the requests is random, and
// the same for all.
func churn() []Job {
	const requests, revalidated = 20_000, 20 // one in so many
	random := rand.New(rand.NewPCG(1, 2))    //nolint:gosec // to be the same in every run
	first := Request{Method: http.MethodGet, Path: "/posts/7"}
	more := make([]Request, requests)
	for i := range more {
		id := strconv.Itoa(random.IntN(PageCount))
		more[i] = Request{Method: http.MethodGet, Path: "/posts/" + id}
		if i%revalidated == 0 {
			more[i] = Request{Method: http.MethodPost, Path: "/api/revalidate/" + id}
		}
	}
	return []Job{{
		Scenario: "S9", Title: "GET, one of 10,000 pages of 1 KB from the cache, with a POST that makes one anew every 20 requests", Kind: Churn,
		Request: first, More: more, Yardstick: GinCache,
		Want: Answer{Status: http.StatusOK, Type: "text/html", Body: Post("7")},
	}}
}

// bodies are the jobs that post one order, decoded into a map and into a struct.
func bodies(scenario, size string, least int) []Job {
	body, items := OrderBody(least)
	post := func(path string) Request {
		return Request{Method: http.MethodPost, Path: path, Header: http.Header{"Content-Type": {jsonType}}, Body: body}
	}
	want := Answer{Status: http.StatusOK, Type: jsonType, Body: summary(items)}
	return []Job{
		{Scenario: scenario, Name: "dynamic", Title: "POST, " + size + " of JSON into a map", Kind: Dynamic, Request: post("/api/dynamic"), Want: want},
		{Scenario: scenario, Name: "typed", Title: "POST, " + size + " of JSON into a struct, validated", Kind: Typed, Request: post("/api/typed"), Want: want},
	}
}

// tooLarge are the jobs that post twice the limit.
func tooLarge() []Job {
	request := Request{Method: http.MethodPost, Path: "/api/dynamic", Header: http.Header{"Content-Type": {jsonType}}, Body: TooLargeBody()}
	chunked := request
	chunked.Chunked = true
	want := Answer{Status: http.StatusRequestEntityTooLarge}
	return []Job{
		{Scenario: "S4", Name: "length", Title: "POST, 2 MB against a limit of 1 MB, with Content-Length", Kind: Dynamic, Request: request, Want: want, LoopbackOnly: true},
		{Scenario: "S4", Name: "chunked", Title: "POST, 2 MB against a limit of 1 MB, chunked", Kind: Dynamic, Request: chunked, Want: want, LoopbackOnly: true},
	}
}

// routes are the jobs for the router.
func routes() []Job {
	get := func(kind Kind, name, title, path, body string) Job {
		return Job{
			Scenario: "S5", Name: name, Title: title, Kind: kind,
			Request: Request{Method: http.MethodGet, Path: path},
			Want:    Answer{Status: http.StatusOK, Type: jsonType, Body: body},
		}
	}
	static := get(Table, "static", "GET, a literal among 200 patterns", "/api/r17", `{"ok":true}`)
	id := get(Table, "id", "GET, a parameter among 200 patterns", "/api/r17/12345/comments", `{"id":"12345"}`)
	tail := get(Table, "tail", "GET, a catch-all among 200 patterns", "/api/f17/a/b/c", `{"slug":["a","b","c"]}`)
	static.InProcessOnly, id.InProcessOnly, tail.InProcessOnly = true, true, true // nobody could tell them apart over loopback
	table := get(Table, "table", "GET, each of 200 patterns in turn", "/api/r17", `{"ok":true}`)
	table.More = eachPattern()
	return []Job{get(CatchAll, "catch-all", "GET, a catch-all of three segments", "/api/docs/2026/june/hello", `{"slug":["2026","june","hello"]}`), static, id, tail, table}
}

// eachPattern has a request for each pattern of the table, in an order that is
// random, and the same for all.
func eachPattern() []Request {
	requests := make([]Request, 0, 200)
	for i := range 50 {
		n := strconv.Itoa(i)
		for _, path := range []string{"/api/r" + n, "/api/r" + n + "/12345", "/api/r" + n + "/12345/comments", "/api/f" + n + "/a/b/c"} {
			requests = append(requests, Request{Method: http.MethodGet, Path: path})
		}
	}
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // to be the same in every run
	random.Shuffle(len(requests), func(i, k int) { requests[i], requests[k] = requests[k], requests[i] })
	return requests
}

// crossOrigin are the jobs for CORS. The yardstick is the package that everybody uses.
func crossOrigin() []Job {
	want := map[string]string{"Access-Control-Allow-Origin": Origin, "Access-Control-Allow-Credentials": "true"}
	return []Job{
		{
			Scenario: "S7", Name: "preflight", Title: "OPTIONS, a preflight that is allowed", Kind: CORS, Yardstick: Contrib,
			Request: Request{Method: http.MethodOptions, Path: "/api/cors/1", Header: http.Header{
				"Origin": {Origin}, "Access-Control-Request-Method": {http.MethodPut}, "Access-Control-Request-Headers": {"content-type"},
			}},
			Want: Answer{Status: http.StatusNoContent, Also: http.StatusOK, Header: want},
		},
		{
			Scenario: "S7", Name: "actual", Title: "PUT, the request after the preflight", Kind: CORS, Yardstick: Contrib,
			Request: Request{Method: http.MethodPut, Path: "/api/cors/1", Header: http.Header{"Origin": {Origin}}},
			Want:    Answer{Status: http.StatusOK, Type: jsonType, Body: `{"ok":true}`, Header: want},
		},
	}
}
