package revalidate_test

import (
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Every fault of a config is reported at once, and none is repaired.
func TestNextConfigFaults(t *testing.T) {
	t.Parallel()
	half := filepath.Join(t.TempDir(), "manifest.json")
	if err := os.WriteFile(half, []byte(`{"preview":{}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	good := revalidate.NextConfig{BaseURL: "http://127.0.0.1:3000", PreviewModeID: nextID}
	for _, c := range []struct {
		name   string
		change func(*revalidate.NextConfig)
		want   []string
	}{
		{"good", func(*revalidate.NextConfig) {}, nil},
		{"TLS", func(n *revalidate.NextConfig) { n.BaseURL = "https://shop.example/" }, nil},
		{"IPv6", func(n *revalidate.NextConfig) { n.BaseURL = "http://[::1]:3000" }, nil},
		{"no URL", func(n *revalidate.NextConfig) { n.BaseURL = "" }, []string{"BaseURL"}},
		{"no scheme", func(n *revalidate.NextConfig) { n.BaseURL = "127.0.0.1:3000" }, []string{"BaseURL"}},
		{"host alone", func(n *revalidate.NextConfig) { n.BaseURL = "localhost:3000" }, []string{"BaseURL", "http://127.0.0.1:3000"}},
		{"no host", func(n *revalidate.NextConfig) { n.BaseURL = "http:///p" }, []string{"BaseURL"}},
		{"other scheme", func(n *revalidate.NextConfig) { n.BaseURL = "ftp://example.org" }, []string{"BaseURL"}},
		{"broken", func(n *revalidate.NextConfig) { n.BaseURL = "http://[::1" }, []string{"BaseURL"}},
		{"path", func(n *revalidate.NextConfig) { n.BaseURL = "http://127.0.0.1/shop" }, []string{"put it into BasePath"}},
		{"query", func(n *revalidate.NextConfig) { n.BaseURL = "http://127.0.0.1/?a" }, []string{"query or a fragment"}},
		{"empty fragment", func(n *revalidate.NextConfig) { n.BaseURL = "http://127.0.0.1/#" }, []string{"query or a fragment"}},
		{"user", func(n *revalidate.NextConfig) { n.BaseURL = "http://me:secret@127.0.0.1" }, []string{"header Authorization"}},
		{"nothing to prove who it is", func(n *revalidate.NextConfig) { n.PreviewModeID = "" }, []string{"0 of PreviewModeID, Manifest and Route are set"}},
		{"two ways", func(n *revalidate.NextConfig) { n.Route, n.Secret = "/api/r", nextSecret }, []string{"2 of PreviewModeID"}},
		{"short id", func(n *revalidate.NextConfig) { n.PreviewModeID = "development-id" }, []string{"PreviewModeID", "write at least 16"}},
		{"line break in the id", func(n *revalidate.NextConfig) { n.PreviewModeID = nextID + "\r\nX: y" }, []string{"only letters"}},
		{"no manifest", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Manifest = "", "/no/such/file" }, []string{"no such file", "next build"}},
		{"manifest is a folder", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Manifest = "", filepath.Dir(half) }, []string{"manifest"}},
		{"manifest without keys", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Manifest = "", half }, []string{`no object "preview"`}},
		{"secret without route", func(n *revalidate.NextConfig) { n.Secret = nextSecret }, []string{"Secret is set without Route"}},
		{"route without secret", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Route = "", "/api/r" }, []string{"Secret must have at least 16"}},
		{"secret with a blank", func(n *revalidate.NextConfig) {
			n.PreviewModeID, n.Route, n.Secret = "", "/api/r", "a secret of some words"
		}, []string{"Secret must have"}},
		{"route is none", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Route, n.Secret = "", "api/r", nextSecret }, []string{`Route "api/r"`}},
		{"route is the root", func(n *revalidate.NextConfig) { n.PreviewModeID, n.Route, n.Secret = "", "/", nextSecret }, []string{`Route "/"`}},
		{"route on another host", func(n *revalidate.NextConfig) {
			n.PreviewModeID, n.Route, n.Secret = "", "//evil.example/r", nextSecret
		}, []string{"Route"}},
		{"basePath with a slash", func(n *revalidate.NextConfig) { n.BasePath = "/shop/" }, []string{`BasePath "/shop/"; write it as in next.config.js: /shop`}},
		{"basePath without", func(n *revalidate.NextConfig) { n.BasePath = "shop" }, []string{"BasePath"}},
		{"basePath is the root", func(n *revalidate.NextConfig) { n.BasePath = "/" }, []string{"BasePath"}},
		{"basePath with dots", func(n *revalidate.NextConfig) { n.BasePath = "/a/.." }, []string{"BasePath"}},
		{"basePath, deep", func(n *revalidate.NextConfig) { n.BasePath = "/a/b" }, nil},
		{"locales", func(n *revalidate.NextConfig) { n.Locales = []string{"en", "", "a/b", "..", "a b"} }, []string{`locale ""`, `locale "a/b"`, `locale ".."`, `locale "a b"`}},
		{"own headers", func(n *revalidate.NextConfig) {
			n.Header = http.Header{"host": {"evil"}, "X-Prerender-Revalidate": {"x"}, "Transfer-Encoding": {"chunked"}}
		}, []string{"Header has Host", "Header has X-Prerender-Revalidate", "Header has Transfer-Encoding"}},
		{"bad headers", func(n *revalidate.NextConfig) {
			n.Header = http.Header{"X Y": {"x"}, "": {"x"}, "X-A": {"a\r\nHost: evil"}}
		}, []string{`the name "X Y"`, `the name ""`, `"X-A" has a control character`}},
		{"numbers", func(n *revalidate.NextConfig) {
			n.Concurrency, n.Retries, n.Backoff, n.Timeout, n.TotalTimeout = -1, -2, -1, -time.Second, -1
		}, []string{"Concurrency is negative", "Retries is negative", "Backoff is negative", "Timeout is negative", "TotalTimeout is negative"}},
		{"all at once", func(n *revalidate.NextConfig) { *n = revalidate.NextConfig{BasePath: "/", Retries: -5} }, []string{"BaseURL", "BasePath", "PreviewModeID", "Retries"}},
	} {
		config := good
		c.change(&config)
		client, err := revalidate.NewNextClient(config)
		if (err == nil) != (c.want == nil) || (client == nil) != (err != nil) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err == nil {
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", c.name, err, part)
			}
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			if !strings.HasPrefix(line, "revalidate: ") && !strings.HasPrefix(line, "preview: ") {
				t.Errorf("%s: %q does not say whose error it is", c.name, line)
			}
		}
		if strings.Contains(err.Error(), "me:secret") || strings.Contains(err.Error(), nextSecret) {
			t.Errorf("%s: the message shows a secret: %v", c.name, err)
		}
	}
}

func TestMustNextClient(t *testing.T) {
	t.Parallel()
	if revalidate.MustNextClient(revalidate.NextConfig{BaseURL: "http://127.0.0.1:3000", PreviewModeID: nextID}) == nil {
		t.Error("no client")
	}
	defer func() {
		if recover() == nil {
			t.Error("a config with faults did not panic")
		}
	}()
	revalidate.MustNextClient(revalidate.NextConfig{})
}

// Literals without keys do not compile, so that fields may be added.
func TestNextConfigNeedsKeys(t *testing.T) {
	t.Parallel()
	if field := reflect.TypeFor[revalidate.NextConfig]().Field(0); field.Name != "_" || field.Type.Size() != 0 {
		t.Errorf("the first field is %s", field.Name)
	}
}

// Slices of the config are copied.
func TestNextConfigIsCopied(t *testing.T) {
	t.Parallel()
	front := newFrontEnd(t, func(*http.Request) frontAnswer { return revalidated })
	locales := []string{"en"}
	client := newNext(t, revalidate.NextConfig{BaseURL: front.URL, Locales: locales})
	locales[0] = "xx"
	if err := client.Revalidate(t.Context(), "/p"); err != nil || front.requests()[0] != "HEAD /en/p" {
		t.Errorf("%v, asked %q", err, front.requests())
	}
}
