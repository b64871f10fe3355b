package catchall_test

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/catchall"
)

var randomPaths = flag.Int("catchall.paths", 30_000, "random paths that TestRandomSets compares with the reference")

// randomSet returns patterns that mostly fit together: names follow from the level, so that only the faults of
// catch-alls remain.
func randomSet(rnd *rand.Rand) []string {
	seen := map[string]bool{}
	var set []string
	for range 1 + rnd.IntN(8) {
		pattern := randomPattern(rnd)
		if !seen[pattern] {
			seen[pattern] = true
			set = append(set, pattern)
		}
	}
	return set
}

func randomPattern(rnd *rand.Rand) string {
	var b strings.Builder
	depth := rnd.IntN(5)
	for level := range depth {
		b.WriteByte('/')
		name := strconv.Itoa(level)
		last := level == depth-1
		switch n := rnd.IntN(10); {
		case n < 5:
			b.WriteString([]string{"a", "b", "ab", "abc"}[rnd.IntN(4)])
		case n < 8 || !last:
			b.WriteString("[p" + name + "]")
		case n == 8:
			b.WriteString("[...r" + name + "]")
		default:
			b.WriteString("[[...o" + name + "]]")
		}
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

func randomPath(rnd *rand.Rand) string {
	words := []string{"a", "b", "ab", "abc", "c", "abcd", "a%2Fb", "%61", "a+b", "%2561", "x%20y", "caf%C3%A9", "%2F", "a%5Cb", "...", "~!$&'()*+,;=:@"}
	var b strings.Builder
	for range rnd.IntN(7) {
		b.WriteByte('/')
		n := len(words)
		if rnd.IntN(3) > 0 {
			n = 5
		}
		b.WriteString(words[rnd.IntN(n)])
	}
	return b.String()
}

// TestRandomSets holds the compiled routes against the reference: random sets, random paths. The long form is
//
//	go test ./catchall -run RandomSets -catchall.paths 1000000
func TestRandomSets(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	rnd := rand.New(rand.NewPCG(seed, 1))
	perSet := 60
	refused, matched, largest := 0, 0, 0
	for done := 0; done < *randomPaths; {
		set := randomSet(rnd)
		var got answer
		engine, prefix := randomPlace(rnd)
		if err := tryMount(engine.Group(prefix), &got, set...); err != nil {
			refused++
			continue
		}
		largest = max(largest, countPaths(engine))
		for range perSet {
			path := randomPath(rnd)
			if compare(t, engine, &got, set, prefix, path) {
				matched++
			}
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
			done++
		}
	}
	t.Logf("%d paths, %d matched; %d sets refused; the largest set needed %d paths", *randomPaths, matched, refused, largest)
}

// randomPlace returns an engine and the group that the set is mounted on.
func randomPlace(rnd *rand.Rand) (*gin.Engine, string) {
	prefix := []string{"/api", "/api", "/", "/t/:tenant"}[rnd.IntN(4)]
	switch rnd.IntN(3) {
	case 0:
		return gin.New(catchall.NextPaths), prefix
	case 1:
		return gin.New(), prefix
	default:
		return rawEngine(), prefix
	}
}

// countPaths returns the number of paths without those that end in a slash, which are redirects.
func countPaths(engine *gin.Engine) int {
	paths := map[string]bool{}
	for _, r := range engine.Routes() {
		if !strings.HasSuffix(r.Path, "/") {
			paths[r.Path] = true
		}
	}
	return len(paths)
}

// compare sends one path below the group and tells whether some pattern took it.
func compare(t *testing.T, engine *gin.Engine, got *answer, set []string, prefix, path string) bool {
	t.Helper()
	*got = answer{}
	target := strings.TrimSuffix(strings.Replace(prefix, ":tenant", "a%2Bb", 1), "/") + path
	if target == "" {
		target = "/"
	}
	recorder := send(t, engine, "GET", target)
	want, params := refMatch(set, path)
	if got.Handler == "" && !engine.UseRawPath && strings.Contains(target, "%") && (recorder.Code == 404 || recorder.Code == 301) {
		return false // Gin matched another form of the path: refused by the set, or redirected by Gin
	}
	if got.Handler != want {
		t.Errorf("set %q path %q: handler of %q ran, want %q (status %d, %s)", set, target, got.Handler, want, recorder.Code, headersOf(recorder, "Location"))
		return false
	}
	if want == "" {
		if recorder.Code != 404 {
			t.Errorf("set %q path %q: status %d, want 404", set, target, recorder.Code)
		}
		return false
	}
	if strings.Contains(prefix, ":tenant") {
		params["tenant"] = []string{"a+b"}
	}
	pattern := strings.TrimSuffix(prefix, "/") + want
	if len(pattern) > 1 {
		pattern = strings.TrimSuffix(pattern, "/")
	}
	if got.Pattern != pattern {
		t.Errorf("set %q path %q: Pattern %q, want %q", set, target, got.Pattern, pattern)
	}
	if len(got.Slices) != len(params) || len(params) > 0 && !reflect.DeepEqual(got.Slices, params) {
		t.Errorf("set %q path %q: parameters %q, want %q", set, target, got.Slices, params)
	}
	for _, p := range got.Params {
		if joined := strings.Join(params[p.Key], "/"); p.Value != joined {
			t.Errorf("set %q path %q: c.Param(%q) = %q, want %q", set, target, p.Key, p.Value, joined)
		}
	}
	return true
}
