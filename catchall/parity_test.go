package catchall_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

// nextMatcher sorts patterns and matches paths with the functions that Next.js' server uses; it throws where the build
// would fail.
const nextMatcher = `(q) => {
  const utils = 'next/dist/shared/lib/router/utils/';
  const { getSortedRoutes } = require(utils + 'sorted-routes');
  const { getRouteRegex } = require(utils + 'route-regex');
  const { getRouteMatcher } = require(utils + 'route-matcher');
  const routes = getSortedRoutes(q.patterns).map((page) => ({ page, match: getRouteMatcher(getRouteRegex(page)) }));
  return q.paths.map((path) => {
    for (const { page, match } of routes) {
      const params = match(path || '/');
      if (params) return { page, params };
    }
    return { page: '' };
  });
}`

var recordedSets = flag.Int("catchall.sets", 250, "random sets that TestMatchesAsNextJS asks Next.js about, with -update")

type matchQuestion struct {
	Patterns []string `json:"patterns"`
	Paths    []string `json:"paths"`
}

type matchAnswer struct {
	Page   string         `json:"page"`
	Params map[string]any `json:"params,omitempty"`
}

// matchQuestions are random sets, in which names and kinds clash more often than in randomSet.
func matchQuestions() []matchQuestion {
	rnd := rand.New(rand.NewPCG(15, 18)) // the same questions each time
	questions := make([]matchQuestion, *recordedSets)
	for i := range questions {
		q := &questions[i]
		seen := map[string]bool{}
		for range 1 + rnd.IntN(6) {
			pattern := randomPattern(rnd)
			if rnd.IntN(12) == 0 {
				pattern = strings.ReplaceAll(pattern, strconv.Itoa(rnd.IntN(4)), "x")
			}
			if !seen[pattern] {
				seen[pattern] = true
				q.Patterns = append(q.Patterns, pattern)
			}
		}
		for range 8 {
			q.Paths = append(q.Paths, randomPath(rnd))
		}
	}
	return questions
}

func TestMatchesAsNextJS(t *testing.T) {
	t.Parallel()
	matched, refused := 0, 0
	for _, c := range referee.Table[matchQuestion, []matchAnswer](t, "matches", nextMatcher, matchQuestions) {
		var got answer
		engine := rawEngine()
		err := tryMount(engine.Group("/api"), &got, c.Question.Patterns...)
		if (err != nil) != (c.Answer == nil) {
			t.Errorf("%q: Mount %v, Next.js refuses: %t", c.Question.Patterns, err, c.Answer == nil)
		}
		if err != nil || c.Answer == nil {
			refused++
			continue
		}
		for i, want := range *c.Answer {
			got = answer{}
			send(t, engine, http.MethodGet, "/api"+c.Question.Paths[i])
			if got.Handler != want.Page {
				t.Errorf("%q, path %q: %q, Next.js %q", c.Question.Patterns, c.Question.Paths[i], got.Handler, want.Page)
			}
			if want.Page == "" {
				continue
			}
			matched++
			if len(got.Query) != len(want.Params) {
				t.Errorf("%q, path %q: %v, Next.js %v", c.Question.Patterns, c.Question.Paths[i], got.Query, want.Params)
			}
			for name, value := range want.Params {
				if !sameValue(got.Query[name], value) {
					t.Errorf("%q, path %q: %v, Next.js %v", c.Question.Patterns, c.Question.Paths[i], got.Query, want.Params)
				}
			}
		}
	}
	if matched == 0 || refused == 0 {
		t.Errorf("%d paths matched, %d sets refused: the record shows nothing", matched, refused)
	}
}

// sameValue compares a value with one that was decoded from JSON.
func sameValue(have, want any) bool {
	list, isList := want.([]any)
	if !isList {
		return have == want
	}
	all, _ := have.([]string)
	if len(all) != len(list) {
		return false
	}
	for i := range all {
		if all[i] != list[i] {
			return false
		}
	}
	return true
}
