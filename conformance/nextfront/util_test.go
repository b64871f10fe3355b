package nextfront_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/nextserver"
	"github.com/gin-apiroutes/apiroutes/internal/redistest"
)

func init() { gin.SetMode(gin.TestMode) }

const (
	app     = "../../example/nextfront/front"
	handler = "../../revalidate/redisstore/nextjs"

	refreshSecret = "known to the front end and to the test" //nolint:gosec // by nobody else
)

var manifest = filepath.Join(app, ".next", "prerender-manifest.json")

// missing skips a test for what this machine lacks; with CI=true it fails.
func missing(t *testing.T, what any) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// prepare installs and builds the front end, whose posts come from api, with
// the cache handler as it is now.
func prepare(t *testing.T, api string) {
	t.Helper()
	if os.Getenv("APIROUTES_NEXT") != "1" && os.Getenv("CI") != "true" {
		t.Skip("the real server is asked with APIROUTES_NEXT=1")
	}
	t.Setenv("API_URL", api)
	t.Setenv("REFRESH_SECRET", refreshSecret)
	if err := nextserver.Prepare(t.Context(), app); errors.Is(err, nextserver.ErrNoNode) {
		missing(t, err)
	} else if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"index.js", "scripts.js", "package.json"} {
		text, err := os.ReadFile(filepath.Join(handler, name))
		if err != nil {
			t.Fatal(err)
		}
		installed := filepath.Join(app, "node_modules", "@gin-apiroutes", "next-cache-handler", name)
		if err := os.WriteFile(installed, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// startNext runs a server of the front end and returns its address.
func startNext(t *testing.T, environment ...string) string {
	t.Helper()
	s, err := nextserver.Start(t.Context(), app, nextserver.Production, environment...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(strings.Join(s.Log(), "\n"))
		}
	})
	return "http://" + s.Addr
}

// startRedis runs a cluster, though of one node, which refuses scripts and
// commands whose keys are in several slots.
func startRedis(t *testing.T) *redistest.Server {
	t.Helper()
	redis := redistest.Start(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes")
	clusterUp(t, redis)
	return redis
}

// clusterUp gives the node all slots and waits until it serves them.
func clusterUp(t *testing.T, redis *redistest.Server) {
	t.Helper()
	redis.Ask(t, "CLUSTER ADDSLOTSRANGE 0 16383") // refused after a restart, when it has them
	eventually(t, "the cluster is up", func() bool { return strings.Contains(redis.Ask(t, "CLUSTER INFO"), "cluster_state:ok") })
}

// eventually waits for something that becomes true in another process.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for start := time.Now(); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Since(start) > time.Minute {
			t.Fatal("not within a minute: " + what)
		}
	}
}

// answer is what a test looks at.
type answer struct {
	status                         int
	cache, control, location, body string
}

// send makes one request; headers are alternately names and values.
func send(t *testing.T, method, address string, headers ...string) answer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	h := response.Header
	return answer{response.StatusCode, h.Get("X-Nextjs-Cache"), h.Get("Cache-Control"), h.Get("Location"), string(text)}
}

func get(t *testing.T, address string, headers ...string) answer {
	t.Helper()
	return send(t, http.MethodGet, address, headers...)
}

// refresh asks an API route of the front end to refresh a path or a tag.
func refresh(t *testing.T, front, route, name, value string) answer {
	t.Helper()
	return send(t, http.MethodPost, front+"/api/"+route+"?"+name+"="+url.QueryEscape(value), "X-Refresh-Secret", refreshSecret)
}
