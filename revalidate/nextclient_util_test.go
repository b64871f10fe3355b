package revalidate_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

func init() { gin.SetMode(gin.TestMode) } // gin.New is silent then

const (
	nextID     = "158ec99209cd94f1591e0b01e55773d7"
	nextSecret = "a-secret-for-the-route-of-38-characters"
)

// frontAnswer is what a pretended front end answers.
type frontAnswer struct {
	status int
	header map[string]string
}

// frontEnd pretends to be Next.js and records what it is asked.
type frontEnd struct {
	*httptest.Server
	mu      sync.Mutex
	asked   []string // method and request URI
	headers []http.Header
}

// newFrontEnd answers with what answer returns.
func newFrontEnd(t *testing.T, answer func(r *http.Request) frontAnswer) *frontEnd {
	t.Helper()
	f := &frontEnd{}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.asked = append(f.asked, r.Method+" "+r.RequestURI)
		header := r.Header.Clone()
		header.Set("Host", r.Host)
		f.headers = append(f.headers, header)
		f.mu.Unlock()
		a := answer(r)
		for name, value := range a.header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(a.status)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *frontEnd) requests() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.asked...)
}

// revalidated is what Next.js answers when it has rendered a page.
var revalidated = frontAnswer{http.StatusOK, map[string]string{"X-Nextjs-Cache": "REVALIDATED", "Cache-Control": "s-maxage=31536000"}}

// takesID answers as Next.js does to the right id and to a wrong one.
func takesID(r *http.Request, id string) frontAnswer {
	if r.Header.Get("X-Prerender-Revalidate") == id {
		return revalidated
	}
	return frontAnswer{http.StatusOK, map[string]string{"X-Nextjs-Cache": "HIT", "Cache-Control": "s-maxage=31536000"}}
}

// newNext returns a client for the front end that does not wait between
// attempts.
func newNext(t *testing.T, config revalidate.NextConfig) *revalidate.NextClient {
	t.Helper()
	if config.PreviewModeID == "" && config.Manifest == "" && config.Route == "" {
		config.PreviewModeID = nextID
	}
	if config.Sleep == nil {
		config.Sleep = func(context.Context, time.Duration) error { return nil }
	}
	c, err := revalidate.NewNextClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// roundTrip is a transport without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// writeManifest writes a prerender-manifest.json with an id, as a deploy does:
// a new file in the place of the old one.
func writeManifest(t *testing.T, path, id string) {
	t.Helper()
	text, err := json.Marshal(map[string]any{"version": 4, "preview": map[string]string{
		"previewModeId": id, "previewModeSigningKey": strings.Repeat("5", 64), "previewModeEncryptionKey": strings.Repeat("e", 64),
	}})
	if err != nil {
		t.Fatal(err)
	}
	part := filepath.Join(filepath.Dir(path), "part")
	if err := os.WriteFile(part, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(part, path); err != nil {
		t.Fatal(err)
	}
}
