package nextfront_test

import (
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/redistest"
	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// world is two servers of Next.js and two of Gin on one Redis.
type world struct {
	posts *source
	redis *redistest.Server
	wire  *wire // from the second server of Next.js to Redis
	next  [2]string
	gin   [2]instance
}

// TestShared is about the cache handler: either side revalidates for both.
func TestShared(t *testing.T) {
	w := &world{posts: newSource()}
	prepare(t, startAPI(t, w.posts))
	w.redis = startRedis(t)
	w.wire = startWire(t, w.redis.Addr)
	for i, redis := range []string{w.redis.URL(), "redis://" + w.wire.address} {
		w.next[i] = startNext(t, "REDIS_URL="+redis)
		w.gin[i] = startGin(t, w.posts, w.redis.URL())
	}
	t.Run("one page on two servers", w.testOnePage)
	t.Run("who revalidates", w.testWho)
	t.Run("spellings of a path", w.testSpellings)
	t.Run("not found", w.testNotFound)
	t.Run("a wrong id", w.testWrongID)
	t.Run("the App Router", w.testAppRouter)
	t.Run("a render under way", w.testUnderWay)
	t.Run("two builds", testBuilds)
	t.Run("a page that cannot be rendered", w.testBroken)
	t.Run("an empty Redis", w.testEmpty)
	t.Run("Redis hangs", w.testHangs)
	t.Run("a silent connection", w.testSilent)
	t.Run("Redis is away", w.testAway) // last: what it has is gone
}

// everywhere checks that all four servers show a post.
func (w *world) everywhere(t *testing.T, path, want string) {
	t.Helper()
	for _, base := range []string{w.next[0], w.next[1], w.gin[0].url, w.gin[1].url} {
		if got := get(t, base+path); got.status != http.StatusOK || !strings.Contains(got.body, want) {
			t.Errorf("%s%s: %d %s, want %q in %s", base, path, got.status, got.cache, want, got.body)
		}
	}
}

// A page that one server has rendered is a hit on the other, with the lifetime
// that it was rendered with, and so is its data.
func (w *world) testOnePage(t *testing.T) {
	want := w.posts.write("one")
	first, second := get(t, w.next[0]+"/posts/one"), get(t, w.next[1]+"/posts/one")
	if first.cache != "MISS" || second.cache != "HIT" || second.control != "s-maxage=31536000" || first.body != second.body || !strings.Contains(first.body, want) {
		t.Errorf("first  %+v\nsecond %+v", first, second)
	}
	_, id, _ := strings.Cut(first.body, `"buildId":"`)
	id, _, _ = strings.Cut(id, `"`)
	if data := get(t, w.next[1]+"/_next/data/"+id+"/posts/one.json"); data.cache != "HIT" || !strings.Contains(data.body, want) {
		t.Errorf("data %+v", data)
	}
	if reads := w.posts.readsOf("one"); reads != 1 {
		t.Errorf("rendered %d times", reads)
	}
}

// Whoever revalidates, by whatever name: all four show the new page at once,
// and no other page is touched.
func (w *world) testWho(t *testing.T) {
	client := revalidate.MustNextClient(revalidate.NextConfig{BaseURL: w.next[0], Manifest: manifest})
	w.everywhere(t, "/posts/other", w.posts.write("other"))
	w.posts.write("who")
	others := w.posts.readsOf("other")
	ok := func(a answer) error {
		if a.status == http.StatusOK {
			return nil
		}
		return errors.New(a.body)
	}
	for _, c := range []struct {
		name string
		call func() error
	}{
		{"Gin by path", func() error { return w.gin[0].pages.Revalidate(t.Context(), "/posts/who") }},
		{"Gin by tag", func() error { _, err := w.gin[1].pages.RevalidateTag(t.Context(), "post-who"); return err }},
		{"Next.js by path", func() error { return ok(refresh(t, w.next[1], "refresh", "path", "/posts/who")) }},
		{"Next.js by tag", func() error { return ok(refresh(t, w.next[0], "refresh-tag", "tag", "post-who")) }},
		{"from outside", func() error { return client.Revalidate(t.Context(), "/posts/who") }},
	} {
		w.everywhere(t, "/posts/who", w.posts.read("who")) // kept by all
		want := w.posts.write("who")
		if err := c.call(); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		w.everywhere(t, "/posts/who", want)
		if reads := w.posts.readsOf("other"); reads != others {
			t.Errorf("%s: another page was rendered", c.name)
		}
	}
}

// Both sides mean the same page by a path, however it is written.
func (w *world) testSpellings(t *testing.T) {
	for _, c := range []struct{ id, address, gin, next string }{
		{"café", "/posts/caf%C3%A9", "/posts/café", "/posts/caf%C3%A9"},
		{"a b", "/posts/a%20b", "/posts/a%20b", "/posts/a b"},
		{"100%", "/posts/100%25", "/posts/100%25", "/posts/100%25"},
		{"what?", "/posts/what%3F", "/posts/what%3f", "/posts/what%3F"},
		{"index", "/posts/index", "/posts/index/", "/posts/index"},
	} {
		w.posts.write(c.id)
		for name, call := range map[string]func() error{
			"Gin":     func() error { return w.gin[0].pages.Revalidate(t.Context(), c.gin) },
			"Next.js": func() error { return unless(refresh(t, w.next[0], "refresh", "path", c.next).status == http.StatusOK) },
		} {
			w.everywhere(t, c.address, c.id+" v")
			want := w.posts.write(c.id)
			if err := call(); err != nil {
				t.Errorf("%s, %s: %v", c.id, name, err)
			}
			w.everywhere(t, c.address, want)
		}
	}
}

func unless(ok bool) error {
	if ok {
		return nil
	}
	return errors.New("refused")
}

// That there is no page is kept and shared like a page.
func (w *world) testNotFound(t *testing.T) {
	for i, want := range []string{"MISS", "HIT"} {
		if got := get(t, w.next[i]+"/posts/none"); got.status != http.StatusNotFound || got.control != "s-maxage=31536000" || w.posts.readsOf("none") != 1 {
			t.Errorf("%d: %+v, want %s", i, got, want)
		}
	}
	want := w.posts.write("none")
	if err := w.gin[0].pages.Revalidate(t.Context(), "/posts/none"); err != nil {
		t.Error(err)
	}
	w.everywhere(t, "/posts/none", want)
}

// A visitor who sends a wrong id revalidates nothing, on neither side.
func (w *world) testWrongID(t *testing.T) {
	w.posts.write("safe")
	w.everywhere(t, "/posts/safe", "safe v1.")
	w.posts.write("safe")
	for _, id := range []string{strings.Repeat("f", 32), "", "1"} {
		if got := get(t, w.next[0]+"/posts/safe", "X-Prerender-Revalidate", id); got.cache != "HIT" {
			t.Errorf("%q: %+v", id, got)
		}
	}
	w.everywhere(t, "/posts/safe", "safe v1.")
	if got := send(t, http.MethodPost, w.next[0]+"/api/refresh?path=/posts/safe", "X-Refresh-Secret", "wrong"); got.status != http.StatusUnauthorized {
		t.Errorf("without the secret: %+v", got)
	}
}

// Pages of the App Router and the answers that they fetched are shared as well,
// with their tags.
func (w *world) testAppRouter(t *testing.T) {
	for name, call := range map[string]func() error{
		"Gin by tag":  func() error { _, err := w.gin[0].pages.RevalidateTag(t.Context(), "posts"); return err },
		"Gin by path": func() error { return w.gin[0].pages.Revalidate(t.Context(), "/latest") },
		"Next.js by tag": func() error {
			return unless(refresh(t, w.next[0], "refresh-tag", "tag", "posts").status == http.StatusOK)
		},
		"Next.js by path": func() error {
			return unless(refresh(t, w.next[0], "refresh", "path", "/latest").status == http.StatusOK)
		},
	} {
		get(t, w.next[0]+"/latest")
		w.posts.latest(name)
		for range 2 {
			if got := get(t, w.next[1]+"/latest"); got.cache != "HIT" || strings.Contains(got.body, name) {
				t.Errorf("%s: before the call a %s", name, got.cache)
			}
		}
		if err := call(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if first := get(t, w.next[1]+"/latest"); !strings.Contains(first.body, name) {
			t.Errorf("%s: the old page, %s", name, first.cache)
		}
		if second := get(t, w.next[0]+"/latest"); !strings.Contains(second.body, name) || second.cache != "HIT" {
			t.Errorf("%s: on the other server the page is a %s", name, second.cache)
		}
		data := get(t, w.next[1]+"/latest", "RSC", "1", "Next-Router-Prefetch", "1", "Next-Router-Segment-Prefetch", "/_tree")
		if data = get(t, w.next[1]+data.location, "RSC", "1", "Next-Router-Prefetch", "1", "Next-Router-Segment-Prefetch", "/_tree"); data.status != http.StatusOK || !strings.Contains(data.body, "latest") {
			t.Errorf("%s: the data of a segment: %+v", name, data)
		}
		data = get(t, w.next[1]+"/latest", "RSC", "1")
		if data = get(t, w.next[1]+data.location, "RSC", "1"); data.status != http.StatusOK || !strings.Contains(data.body, name) || strings.Contains(data.body, "<html") {
			t.Errorf("%s: the data of the page: %+v", name, data)
		}
	}
}

// A render that began before a revalidation is kept by nobody.
func (w *world) testUnderWay(t *testing.T) {
	for name, call := range map[string]func() error{
		"Gin by path": func() error { return w.gin[0].pages.Revalidate(t.Context(), "/posts/slow") },
		"Gin by tag":  func() error { _, err := w.gin[0].pages.RevalidateTag(t.Context(), "post-slow"); return err },
		"Next.js by tag": func() error {
			return unless(refresh(t, w.next[1], "refresh-tag", "tag", "post-slow").status == http.StatusOK)
		},
		"Next.js by path": func() error {
			return unless(refresh(t, w.next[1], "refresh", "path", "/posts/slow").status == http.StatusOK)
		},
		"Next.js by path, on the same server": func() error {
			return unless(refresh(t, w.next[0], "refresh", "path", "/posts/slow").status == http.StatusOK)
		},
	} {
		w.posts.write("slow")
		if err := w.gin[0].pages.Revalidate(t.Context(), "/posts/slow"); err != nil {
			t.Error(err)
		}
		release := w.posts.wait()
		old := make(chan answer, 1)
		go func() { old <- get(t, w.next[0]+"/posts/slow") }()
		<-w.posts.held // it has read the old post
		want := w.posts.write("slow")
		result := make(chan error, 1)
		go func() { result <- call() }()
		switch name {
		case "Next.js by path":
			<-w.posts.held // it renders at once
			release()
		case "Next.js by path, on the same server":
			// It waits for the first render, as Next.js does, but not for its page.
			eventually(t, "Gin has heard of the call", func() bool { return strings.Contains(get(t, w.gin[1].url+"/posts/slow").body, want) })
			release()
		}
		if err := <-result; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.HasPrefix(name, "Next.js by path") {
			release()
		}
		if a := <-old; strings.Contains(a.body, want) {
			t.Errorf("%s: the first render was not the old one: %s", name, a.body)
		}
		w.everywhere(t, "/posts/slow", want)
	}
}

// Where a page cannot be rendered, who waits for it gets 500, and the old one
// stays for some seconds, as in Next.js.
func (w *world) testBroken(t *testing.T) {
	for n := range 5 {
		if w.breaks(t, "flaky"+strconv.Itoa(n)) {
			return
		}
	}
	t.Error("the machine is too slow: the old page, which is kept for three seconds, got old itself")
}

// breaks is testBroken for one post. It is false if it took so long that Next.js
// had begun to render the page again by itself.
func (w *world) breaks(t *testing.T, id string) bool {
	t.Helper()
	path, tag := "/posts/"+id, "post-"+id
	old := w.posts.write(id)
	w.everywhere(t, path, old)
	w.posts.breaks(true)
	start := time.Now()
	refreshed := refresh(t, w.next[0], "refresh", "path", path)
	kept := get(t, w.next[1]+path)
	if _, err := w.gin[0].pages.RevalidateTag(t.Context(), tag); err != nil {
		t.Error(err)
	}
	waits, next := get(t, w.next[1]+path), get(t, w.next[0]+path)
	inTime := time.Since(start) < 2*time.Second // it looks a second ahead
	w.posts.breaks(false)
	if !inTime {
		return false
	}
	if refreshed.status != http.StatusBadGateway || !strings.Contains(refreshed.body, "Invalid response 500") {
		t.Errorf("refreshed: %+v", refreshed)
	}
	if kept.status != http.StatusOK || !strings.Contains(kept.body, old) || kept.control != "s-maxage=3" {
		t.Errorf("after a call that failed: %+v", kept)
	}
	if waits.status != http.StatusInternalServerError {
		t.Errorf("the one who waits: %+v", waits)
	}
	if next.status != http.StatusOK || !strings.Contains(next.body, old) {
		t.Errorf("the next one: %+v", next)
	}
	want := w.posts.write(id)
	if _, err := w.gin[0].pages.RevalidateTag(t.Context(), tag); err != nil {
		t.Error(err)
	}
	w.everywhere(t, path, want)
	return true
}

// What Redis has lost is rendered again, and nothing older comes back.
func (w *world) testEmpty(t *testing.T) {
	w.everywhere(t, "/posts/lost", w.posts.write("lost"))
	if reply := w.redis.Ask(t, "FLUSHALL"); reply != "+OK\r\n" {
		t.Fatal(reply)
	}
	reads := w.posts.readsOf("lost")
	for range 2 {
		w.everywhere(t, "/posts/lost", "lost v1.")
	}
	if more := w.posts.readsOf("lost") - reads; more != 1 {
		t.Errorf("rendered %d times", more)
	}
}

// A Redis that takes connections and does not answer is as good as away.
func (w *world) testHangs(t *testing.T) {
	w.everywhere(t, "/posts/hangs", w.posts.write("hangs"))
	w.redis.Signal(syscall.SIGSTOP)
	for range 5 {
		for _, base := range w.next {
			if got := get(t, base+"/posts/hangs"); got.status != http.StatusOK {
				t.Errorf("%+v", got)
			}
		}
	}
	// Nobody hears that this call fails; so it is made up for.
	want := w.posts.write("hangs")
	refresh(t, w.next[0], "refresh-tag", "tag", "post-hangs")
	w.redis.Signal(syscall.SIGCONT)
	eventually(t, "the other server has heard of it", func() bool {
		got := get(t, w.next[1]+"/posts/hangs")
		return got.cache == "HIT" && strings.Contains(got.body, want)
	})
	w.shared(t, "hangs")
}

// A connection whose other end has gone without a word is given up.
func (w *world) testSilent(t *testing.T) {
	w.everywhere(t, "/posts/silent", w.posts.write("silent"))
	w.wire.silence()
	if got := get(t, w.next[1]+"/posts/silent"); got.status != http.StatusOK {
		t.Errorf("%+v", got)
	}
	w.shared(t, "silent")
}

// shared waits until the servers of Next.js are on Redis again.
func (w *world) shared(t *testing.T, id string) {
	t.Helper()
	eventually(t, "pages are shared again", func() bool {
		first, second := get(t, w.next[0]+"/posts/"+id), get(t, w.next[1]+"/posts/"+id)
		return first.cache == "HIT" && second.cache == "HIT" && first.body == second.body
	})
	want := w.posts.write(id)
	eventually(t, "Gin is on Redis again", func() bool { return w.gin[0].pages.Revalidate(t.Context(), "/posts/"+id) == nil })
	w.everywhere(t, "/posts/"+id, want)
}

// Without Redis visitors get pages, and who revalidates gets an error. With it
// all is as before, without a restart.
func (w *world) testAway(t *testing.T) {
	w.posts.write("away")
	w.redis.Stop()
	for range 5 {
		for _, base := range w.next {
			if got := get(t, base+"/posts/away"); got.status != http.StatusOK || !strings.Contains(got.body, "away v1.") {
				t.Errorf("%+v", got)
			}
		}
	}
	if got := refresh(t, w.next[0], "refresh", "path", "/posts/away"); got.status != http.StatusBadGateway {
		t.Errorf("a call on demand: %+v", got)
	}
	if err := w.gin[0].pages.Revalidate(t.Context(), "/posts/away"); !errors.Is(err, redisstore.ErrAway) {
		t.Errorf("Gin: %v", err)
	}
	w.redis.Restart(t)
	clusterUp(t, w.redis)
	w.shared(t, "away")
}

// What one build has rendered is not for another, but both hear of the same
// calls.
func testBuilds(t *testing.T) {
	redis := startRedis(t)
	handler, err := filepath.Abs(filepath.Join(app, "node_modules", "@gin-apiroutes", "next-cache-handler", "index.js"))
	if err != nil {
		t.Fatal(err)
	}
	folders := []string{t.TempDir(), t.TempDir()}
	for i, folder := range folders {
		for name, text := range map[string]string{"BUILD_ID": strings.Repeat("b", i+1), "prerender-manifest.json": `{"preview":{"previewModeId":"none"}}`} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	output, err := exec.CommandContext(t.Context(), "node", append([]string{"testdata/builds.mjs", "file://" + handler, redis.URL()}, folders...)...).CombinedOutput()
	if err != nil || string(output) != "first\nsecond\nexpired expired\n" {
		t.Errorf("%s (%v)", output, err)
	}
}
