package revalidate_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/internal/referee"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Keys of the form that `next build` makes.
const (
	draftSigning    = "4695f5741afe03df6c225f681ab26ebf65e09c4f5fbbf64ca8466044852f6e9c"
	draftEncryption = "ef3996a7ab6161774c1db391c99c7cd9e9d5bef3b4d48fca5ca670ae6198c354"
)

var draftNow = time.Date(2026, 3, 1, 12, 0, 0, 250e6, time.UTC)

// newDraft returns a draft mode with fixed keys and a fixed time.
func newDraft(t *testing.T, change func(*revalidate.DraftConfig)) *revalidate.Draft {
	t.Helper()
	config := revalidate.DraftConfig{ID: nextID, SigningKey: draftSigning, EncryptionKey: draftEncryption, Now: func() time.Time { return draftNow }}
	if change != nil {
		change(&config)
	}
	d, err := revalidate.NewDraft(config)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// visited is what a browser got.
type visited struct {
	StatusCode int
	Header     http.Header
}

// visit sends one request with a Cookie header through the handlers.
func visit(cookie string, handlers ...gin.HandlerFunc) visited {
	r := gin.New()
	r.GET("/", handlers...)
	request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return visited{w.Code, w.Header()}
}

// cookiesOf makes a Cookie header of what an answer sets.
func cookiesOf(response visited) string {
	var pairs []string
	for _, line := range response.Header["Set-Cookie"] {
		pair, _, _ := strings.Cut(line, ";")
		pairs = append(pairs, pair)
	}
	return strings.Join(pairs, "; ")
}

// draftCall is a call of one of the three methods.
type draftCall struct {
	Method string   `json:"method"`
	Enable *bool    `json:"enable,omitempty"`
	Data   any      `json:"data,omitempty"`
	MaxAge *float64 `json:"maxAge,omitempty"`
	Path   *string  `json:"path,omitempty"`
}

var draftByNext = fmt.Sprintf(`(() => {
  const { apiResolver } = require('next/dist/server/api-utils/node/api-resolver');
  const context = { previewModeId: %q, previewModeSigningKey: %q, previewModeEncryptionKey: %q };
  return ({ calls, development }) => {
    process.env.NODE_ENV = development ? 'development' : 'production';
    let set = [], thrown;
    const handler = (req, res) => {
      try {
        for (const { method, enable, data, maxAge, path } of calls) {
          const options = {};
          if (maxAge !== undefined) options.maxAge = maxAge;
          if (path !== undefined) options.path = path;
          if (method === 'setDraftMode') res.setDraftMode(enable === undefined ? undefined : { enable });
          if (method === 'setPreviewData') res.setPreviewData(data, options);
          if (method === 'clearPreviewData') res.clearPreviewData(options);
        }
      } catch (error) { thrown = error; }
    };
    const res = { getHeader: () => set, setHeader: (name, lines) => { set = lines; }, write() {}, end() {}, once() {} };
    apiResolver({ headers: {} }, res, {}, { default: handler, config: { api: { bodyParser: false } } }, context, false, false, '/');
    if (thrown) throw thrown;
    return set.map((line) => line.replace(/=ey[\w.-]+/, '=<token>'));
  };
})()`, nextID, draftSigning, draftEncryption)

type draftCalls struct {
	Calls       []draftCall `json:"calls"`
	Development bool        `json:"development"`
}

func draftQuestions() []draftCalls {
	minute, zero, half, blog, evil := 60.0, 0.0, 90.5, "/blog", "/x\ny"
	var list []draftCalls
	for _, calls := range [][]draftCall{
		{{Method: "setDraftMode"}},
		{{Method: "setDraftMode", Enable: new(true)}},
		{{Method: "setDraftMode", Enable: new(false)}},
		{{Method: "setPreviewData", Data: map[string]any{}}},
		{{Method: "setPreviewData", Data: map[string]any{"a": 1}, MaxAge: &minute}},
		{{Method: "setPreviewData", Data: map[string]any{"a": 1}, MaxAge: &zero, Path: &blog}},
		{{Method: "setPreviewData", Data: map[string]any{"a": 1}, MaxAge: &half}},
		{{Method: "setPreviewData", Data: "x", Path: &blog}},
		{{Method: "setPreviewData", Data: "x", Path: &evil}},
		{{Method: "setPreviewData", Data: strings.Repeat("x", 700)}},
		{{Method: "clearPreviewData"}},
		{{Method: "clearPreviewData", Path: &blog}},
		{{Method: "clearPreviewData"}, {Method: "clearPreviewData"}},
		{{Method: "setDraftMode"}, {Method: "clearPreviewData"}},
		{{Method: "clearPreviewData"}, {Method: "setPreviewData", Data: 1.5}},
	} {
		list = append(list, draftCalls{Calls: calls}, draftCalls{Calls: calls, Development: true})
	}
	return list
}

// apply makes one of the recorded calls.
func (call *draftCall) apply(c *gin.Context, draft *revalidate.Draft) error {
	var options []revalidate.PreviewOption
	if call.MaxAge != nil {
		options = append(options, revalidate.PreviewMaxAge(time.Duration(*call.MaxAge*float64(time.Second))))
	}
	if call.Path != nil {
		options = append(options, revalidate.PreviewPath(*call.Path))
	}
	switch {
	case call.Method == "setPreviewData":
		return draft.SetPreviewData(c, call.Data, options...)
	case call.Method == "clearPreviewData":
		return draft.ClearPreviewData(c, options...)
	case call.Enable != nil && !*call.Enable:
		draft.Disable(c)
	default:
		draft.Enable(c)
	}
	return nil
}

// Every Set-Cookie line is the one that Next.js writes, byte for byte.
func TestDraftCookiesAgreeWithNext(t *testing.T) {
	t.Parallel()
	token := regexp.MustCompile(`=ey[\w.-]+`)
	drafts := map[bool]*revalidate.Draft{
		false: newDraft(t, nil),
		true:  newDraft(t, func(config *revalidate.DraftConfig) { config.Insecure = true }),
	}
	for _, c := range referee.Table[draftCalls, []string](t, "draft/cookies", draftByNext, draftQuestions) {
		draft := drafts[c.Question.Development]
		name, _ := json.Marshal(c.Question)
		var err error
		// In draft mode, so that Disable may write the id.
		response := visit("__prerender_bypass="+nextID, func(g *gin.Context) {
			for i := range c.Question.Calls {
				err = errors.Join(err, c.Question.Calls[i].apply(g, draft))
			}
		})
		if (err != nil) != (c.Answer == nil) {
			t.Errorf("%.100s: %v", name, err)
		}
		if c.Answer == nil {
			if len(response.Header["Set-Cookie"]) > 0 {
				t.Errorf("%.100s: refused, and written", name)
			}
			continue
		}
		var got []string
		for _, line := range response.Header["Set-Cookie"] {
			got = append(got, token.ReplaceAllString(line, "=<token>"))
		}
		if !slices.Equal(got, *c.Answer) {
			t.Errorf("%s:\n%q\nNext.js writes\n%q", name, got, *c.Answer)
		}
		if control := response.Header.Get("Cache-Control"); control != private && len(got) > 0 {
			t.Errorf("%s: Cache-Control %q", name, control)
		}
	}
}

// Attributes that Next.js does not offer.
func TestDraftAttributes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*revalidate.DraftConfig)
		want   string // behind the value, when it is enabled
	}{
		{"default", nil, "; Path=/; HttpOnly; Secure; SameSite=None"},
		{"development", func(d *revalidate.DraftConfig) { d.Insecure = true }, "; Path=/; HttpOnly; SameSite=Lax"},
		{"frame of a CMS", func(d *revalidate.DraftConfig) { d.Partitioned = true }, "; Path=/; HttpOnly; Secure; SameSite=None; Partitioned"},
		{"strict", func(d *revalidate.DraftConfig) { d.SameSite = http.SameSiteStrictMode }, "; Path=/; HttpOnly; Secure; SameSite=Strict"},
		{"lax", func(d *revalidate.DraftConfig) { d.SameSite = http.SameSiteLaxMode }, "; Path=/; HttpOnly; Secure; SameSite=Lax"},
		{"none", func(d *revalidate.DraftConfig) { d.SameSite = http.SameSiteNoneMode }, "; Path=/; HttpOnly; Secure; SameSite=None"},
		{"default of net/http", func(d *revalidate.DraftConfig) { d.SameSite = http.SameSiteDefaultMode }, "; Path=/; HttpOnly; Secure; SameSite=None"},
		{"all", func(d *revalidate.DraftConfig) {
			d.MaxAge, d.Path, d.Domain = 90*time.Minute+time.Second/2, "/blog", "example.org"
		}, "; Max-Age=5400; Domain=example.org; Path=/blog; HttpOnly; Secure; SameSite=None"},
	} {
		draft := newDraft(t, c.change)
		set := visit("", draft.Enable).Header["Set-Cookie"]
		if want := "__prerender_bypass=" + nextID + c.want; len(set) != 1 || set[0] != want {
			t.Errorf("%s:\n%q, want\n%q", c.name, set, want)
		}
		// A browser deletes a cookie only by the same Domain, Path and Partitioned.
		past := regexp.MustCompile(`; Max-Age=\d+`).ReplaceAllString(c.want, "")
		past = strings.Replace(past, "; HttpOnly", "; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly", 1)
		want := []string{"__prerender_bypass=" + past, "__next_preview_data=" + past}
		if got := visit("", func(g *gin.Context) { _ = draft.ClearPreviewData(g) }).Header["Set-Cookie"]; !slices.Equal(got, want) {
			t.Errorf("%s: cleared by\n%q, want\n%q", c.name, got, want)
		}
		if got := visit("__prerender_bypass=wrong", func(g *gin.Context) { draft.Enabled(g) }).Header["Set-Cookie"]; !slices.Equal(got, want) {
			t.Errorf("%s: dropped by\n%q, want\n%q", c.name, got, want)
		}
		if got := visit("", draft.Disable).Header["Set-Cookie"]; !slices.Equal(got, want[:1]) {
			t.Errorf("%s: disabled by\n%q, want\n%q", c.name, got, want[:1])
		}
	}
}

// Who has not got the id does not get it by leaving a draft mode that he is
// not in (the class of session fixation: S38).
func TestDraftDisableTellsNoID(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	for cookie, told := range map[string]bool{
		"": false, "__prerender_bypass=": false, "__prerender_bypass=wrong": false, "__prerender_bypass=" + nextID[:31]: false, "__prerender_bypass=" + nextID: true,
	} {
		if got := fmt.Sprint(visit(cookie, draft.Disable).Header); strings.Contains(got, nextID) != told {
			t.Errorf("%q: %s", cookie, got)
		}
	}
}

// The table of what cookies mean, and what is answered.
func TestDraftStates(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	set := func(data any, options ...revalidate.PreviewOption) string {
		return cookiesOf(visit("", func(g *gin.Context) {
			if err := draft.SetPreviewData(g, data, options...); err != nil {
				t.Error(err)
			}
		}))
	}
	good := set(map[string]any{"a": "é<&>"})
	_, data, _ := strings.Cut(good, "; ")
	foreign := revalidate.MustDraft(revalidate.DraftConfig{ID: nextID, SigningKey: strings.Repeat("0", 64), EncryptionKey: draftEncryption})
	mixed := revalidate.MustDraft(revalidate.DraftConfig{ID: nextID, SigningKey: draftSigning, EncryptionKey: strings.Repeat("0", 64)})
	from := func(d *revalidate.Draft) string {
		return cookiesOf(visit("", func(g *gin.Context) { _ = d.SetPreviewData(g, 1) }))
	}
	for _, c := range []struct {
		name, cookie string
		enabled      bool
		data         any
		dropped      bool
		reason       string
	}{
		{"nothing", "", false, nil, false, ""},
		{"other cookies", "a=b", false, nil, false, ""},
		{"empty", "__prerender_bypass=", false, nil, false, ""},
		{"bypass", "__prerender_bypass=" + nextID, true, map[string]any{}, false, ""},
		{"preview data", good, true, map[string]any{"a": "é<&>"}, false, ""},
		{"an array", set([]int{1}), true, []any{1.0}, false, ""},
		{"null", set(nil), true, nil, false, ""},
		{"false", set(false), false, nil, false, "preview data is false"},
		{"data alone", data, false, nil, true, "without the bypass cookie"},
		{"wrong id", "__prerender_bypass=wrong", false, nil, true, "not that of this build"},
		{"wrong id, good data", "__prerender_bypass=wrong; " + data, false, nil, true, "not that of this build"},
		{"garbage", "__prerender_bypass=" + nextID + "; __next_preview_data=x", false, nil, true, "not signed with our key"},
		{"too long", "__prerender_bypass=" + nextID + "; __next_preview_data=" + strings.Repeat("x", 100_000), false, nil, true, "not signed with our key"},
		{"of another build", from(foreign), false, nil, true, "not signed with our key"},
		{"expired", set(1, revalidate.PreviewMaxAge(0)), false, nil, true, "out of date"},
		{"not yet expired", set(1, revalidate.PreviewMaxAge(time.Second)), true, 1.0, false, ""},
		{"of two builds", from(mixed), false, nil, true, "cannot be decrypted"}, // Next.js: 500
	} {
		var states []revalidate.DraftState
		response := visit(c.cookie, func(g *gin.Context) {
			g.Header("Cache-Control", "s-maxage=60")
			states = append(states, draft.State(g), draft.State(g))
			data, on := draft.PreviewData(g)
			if on != draft.Enabled(g) || !reflect.DeepEqual(data, states[0].Data) {
				t.Errorf("%s: the methods disagree: %v, %t", c.name, data, on)
			}
			g.Status(http.StatusNoContent)
		})
		for _, s := range states {
			if s.Enabled != c.enabled || !reflect.DeepEqual(s.Data, c.data) {
				t.Errorf("%s: %+v", c.name, s)
			}
			var typed *revalidate.DraftCookieError
			if (c.reason == "") != (s.Err == nil) || s.Err != nil && (!errors.As(s.Err, &typed) || !strings.Contains(typed.Error(), c.reason)) {
				t.Errorf("%s: error %v, want %q", c.name, s.Err, c.reason)
			}
		}
		var want []string
		if c.dropped {
			const past = "=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=None"
			want = []string{"__prerender_bypass" + past, "__next_preview_data" + past}
		}
		if got := response.Header["Set-Cookie"]; !slices.Equal(got, want) {
			t.Errorf("%s: Set-Cookie %q, want %q", c.name, got, want)
		}
		control := "s-maxage=60"
		if c.enabled {
			control = private
		}
		if got := response.Header.Get("Cache-Control"); got != control || response.StatusCode != http.StatusNoContent {
			t.Errorf("%s: %d, Cache-Control %q, want %q", c.name, response.StatusCode, got, control)
		}
	}
}

// A page that is being revalidated is made for everybody, whoever asks.
func TestDraftIsOffForRevalidation(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	r := gin.New()
	r.GET("/", func(c *gin.Context) { c.JSON(http.StatusOK, draft.Enabled(c)) })
	for _, c := range []struct {
		header []string
		want   string
	}{{nil, "true"}, {[]string{nextID}, "false"}, {[]string{"wrong"}, "true"}, {[]string{""}, "true"}, {[]string{nextID, nextID}, "true"}} {
		request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		request.Header.Set("Cookie", "__prerender_bypass="+nextID)
		request.Header["X-Prerender-Revalidate"] = c.header
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		if w.Body.String() != c.want || len(w.Header()["Set-Cookie"]) > 0 {
			t.Errorf("%q: %s %v", c.header, w.Body, w.Header())
		}
	}
}

// With Signed the id alone is nothing, and sessions end.
func TestDraftSigned(t *testing.T) {
	t.Parallel()
	now := draftNow
	change := func(d *revalidate.DraftConfig) {
		d.Signed, d.MaxAge, d.Now = true, time.Minute, func() time.Time { return now }
	}
	draft := newDraft(t, change)
	enabled := visit("", draft.Enable)
	cookie := cookiesOf(enabled)
	state := func(d *revalidate.Draft, cookie string) (s revalidate.DraftState) {
		visit(cookie, func(g *gin.Context) { s = d.State(g) })
		return s
	}
	if s := state(draft, cookie); !s.Enabled || !reflect.DeepEqual(s.Data, map[string]any{}) {
		t.Errorf("after Enable: %+v", s)
	}
	if s := state(newDraft(t, nil), cookie); !s.Enabled {
		t.Errorf("where it need not be signed: %+v", s)
	}
	if lines := enabled.Header["Set-Cookie"]; len(lines) != 2 || !strings.Contains(lines[1], "; Max-Age=60; Path=/; HttpOnly") {
		t.Errorf("Set-Cookie %q", lines)
	}
	dropped := visit("__prerender_bypass="+nextID, func(g *gin.Context) {
		if s := draft.State(g); s.Enabled || s.Err == nil {
			t.Errorf("the id alone: %+v", s)
		}
	})
	if n := len(dropped.Header["Set-Cookie"]); n != 2 {
		t.Errorf("%d cookies are dropped", n)
	}
	disabled := visit(cookie, draft.Disable)
	if lines := disabled.Header["Set-Cookie"]; len(lines) != 2 || strings.Contains(fmt.Sprint(disabled.Header), nextID) || disabled.Header.Get("Cache-Control") != private {
		t.Errorf("disabled by %v", disabled.Header)
	}
	now = now.Add(time.Minute)
	if s := state(draft, cookie); s.Enabled {
		t.Errorf("after a minute: %+v", s)
	}
}

// Data is written whole or not at all.
func TestDraftPreviewDataFaults(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	for name, call := range map[string]func(*gin.Context) error{
		"a function":   func(g *gin.Context) error { return draft.SetPreviewData(g, func() {}) },
		"too large":    func(g *gin.Context) error { return draft.SetPreviewData(g, strings.Repeat("x", 626)) },
		"1 MB":         func(g *gin.Context) error { return draft.SetPreviewData(g, strings.Repeat("x", 1<<20)) },
		"negative age": func(g *gin.Context) error { return draft.SetPreviewData(g, 1, revalidate.PreviewMaxAge(-time.Second)) },
		"no path":      func(g *gin.Context) error { return draft.SetPreviewData(g, 1, revalidate.PreviewPath("blog")) },
		"attribute": func(g *gin.Context) error {
			return draft.SetPreviewData(g, 1, revalidate.PreviewPath("/; Domain=evil"))
		},
		"clear, no path": func(g *gin.Context) error { return draft.ClearPreviewData(g, revalidate.PreviewPath("")) },
	} {
		var err error
		response := visit("", func(g *gin.Context) { err = call(g) })
		if err == nil || !strings.HasPrefix(err.Error(), "revalidate: ") || len(response.Header["Set-Cookie"]) > 0 {
			t.Errorf("%s: %v, %v", name, err, response.Header)
		}
		var tooLarge *revalidate.PreviewTooLargeError
		if wants := name == "too large" || name == "1 MB"; errors.As(err, &tooLarge) != wants || wants && (tooLarge.Limit != 2048 || tooLarge.Length <= 2048) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := func() (err error) {
		visit("", func(g *gin.Context) { err = draft.SetPreviewData(g, strings.Repeat("<", 625)) })
		return err
	}(); err != nil {
		t.Errorf("625 characters: %v", err)
	}
}

// A second clearing of one path is left out, as in Next.js; another path is not.
func TestDraftClearTwice(t *testing.T) {
	t.Parallel()
	draft := newDraft(t, nil)
	response := visit("__prerender_bypass=wrong", func(g *gin.Context) {
		draft.Enabled(g)
		for _, path := range []string{"/", "/", "/blog", "/blog"} {
			if err := draft.ClearPreviewData(g, revalidate.PreviewPath(path)); err != nil {
				t.Error(err)
			}
		}
	})
	lines := response.Header["Set-Cookie"]
	if len(lines) != 4 || !strings.Contains(lines[0], "Path=/;") || !strings.Contains(lines[3], "Path=/blog;") {
		t.Errorf("Set-Cookie %q", lines)
	}
}

// Keys of a manifest change with the deploy, without a restart here.
func TestDraftManifest(t *testing.T) {
	t.Parallel()
	const second = "2967a57034e7a42dfc436b44843a5384"
	file := filepath.Join(t.TempDir(), "prerender-manifest.json")
	writeManifest(t, file, nextID)
	draft, err := revalidate.NewDraft(revalidate.DraftConfig{Manifest: file})
	if err != nil {
		t.Fatal(err)
	}
	in := func(cookie string) (on bool) {
		visit(cookie, func(g *gin.Context) { on = draft.Enabled(g) })
		return on
	}
	first := cookiesOf(visit("", draft.Enable))
	if first != "__prerender_bypass="+nextID || !in(first) {
		t.Errorf("the first build: %s", first)
	}
	writeManifest(t, file, second)
	if in(first) {
		t.Error("the session of the old build goes on")
	}
	if again := cookiesOf(visit("", draft.Enable)); again != "__prerender_bypass="+second || !in(again) {
		t.Errorf("the second build: %s", again)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if !in("__prerender_bypass=" + second) {
		t.Error("in the middle of a deploy there are no keys")
	}
}

// Without keys each Draft has its own.
func TestDraftRandomKeys(t *testing.T) {
	t.Parallel()
	one, two := revalidate.MustDraft(revalidate.DraftConfig{}), revalidate.MustDraft(revalidate.DraftConfig{})
	cookie := cookiesOf(visit("", one.Enable))
	visit(cookie, func(g *gin.Context) {
		if !one.Enabled(g) || two.Enabled(g) {
			t.Errorf("%s: %t here, %t elsewhere", cookie, one.Enabled(g), two.Enabled(g))
		}
	})
}

func TestDraftConfigFaults(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "prerender-manifest.json")
	writeManifest(t, file, nextID)
	for _, c := range []struct {
		name   string
		config revalidate.DraftConfig
		want   []string
	}{
		{"zero", revalidate.DraftConfig{}, nil},
		{"keys", revalidate.DraftConfig{ID: nextID, SigningKey: draftSigning, EncryptionKey: draftEncryption}, nil},
		{"signed", revalidate.DraftConfig{Signed: true, MaxAge: time.Hour}, nil},
		{"id alone", revalidate.DraftConfig{ID: nextID}, []string{"previewModeSigningKey has 0", "previewModeEncryptionKey has 0"}},
		{"id that is none", revalidate.DraftConfig{ID: "a b; Path=/ ......", SigningKey: draftSigning, EncryptionKey: draftEncryption}, []string{"only letters"}},
		{"manifest and keys", revalidate.DraftConfig{ID: nextID, Manifest: file}, []string{"both Manifest and keys"}},
		{"no manifest", revalidate.DraftConfig{Manifest: file + "x"}, []string{"no such file"}},
		{"None without Secure", revalidate.DraftConfig{Insecure: true, SameSite: http.SameSiteNoneMode}, []string{"SameSite=None needs Secure"}},
		{"Partitioned without Secure", revalidate.DraftConfig{Insecure: true, Partitioned: true}, []string{"Partitioned needs Secure"}},
		{"SameSite", revalidate.DraftConfig{SameSite: 9}, []string{"SameSite is none"}},
		{"path", revalidate.DraftConfig{Path: "blog"}, []string{`Path "blog"`}},
		{"path with an attribute", revalidate.DraftConfig{Path: "/; Domain=evil"}, []string{"semicolon"}},
		{"domain", revalidate.DraftConfig{Domain: "a;b"}, []string{`Domain "a;b"`}},
		{"short", revalidate.DraftConfig{MaxAge: time.Millisecond}, []string{"MaxAge is less than a second"}},
		{"negative", revalidate.DraftConfig{MaxAge: -time.Hour}, []string{"MaxAge is less than a second"}},
		{"signed without end", revalidate.DraftConfig{Signed: true}, []string{"Signed needs MaxAge"}},
		{"all at once", revalidate.DraftConfig{ID: nextID, Path: "x", Domain: " ", Insecure: true, Partitioned: true, Signed: true}, []string{"previewModeSigningKey", "Path", "Domain", "Partitioned", "Signed"}},
	} {
		draft, err := revalidate.NewDraft(c.config)
		if (err == nil) != (c.want == nil) || (draft == nil) != (err != nil) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not say %q", c.name, err, part)
			}
		}
	}
	if field := reflect.TypeFor[revalidate.DraftConfig]().Field(0); field.Name != "_" || field.Type.Size() != 0 {
		t.Errorf("literals need no keys: the first field is %s", field.Name)
	}
	defer func() {
		if recover() == nil {
			t.Error("MustDraft did not panic")
		}
	}()
	revalidate.MustDraft(revalidate.DraftConfig{Signed: true})
}

// A request that has nothing to do with it costs nothing.
func TestDraftAllocations(t *testing.T) {
	draft := newDraft(t, nil)
	c, _ := gin.CreateTestContext(httptest.NewRecorder())
	c.Request = httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	c.Request.Header.Set("Cookie", "session=abc; theme=dark")
	if n := testing.AllocsPerRun(100, func() {
		if draft.Enabled(c) {
			t.Error("in draft mode")
		}
		draft.Handle(c)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What a request costs: without the cookies, in draft mode, with preview data.
func BenchmarkDraft(b *testing.B) {
	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	for name, cookie := range map[string]string{
		"none":  "session=abc; theme=dark",
		"draft": cookiesOf(visit("", draft.Enable)),
		"data":  cookiesOf(visit("", func(c *gin.Context) { _ = draft.SetPreviewData(c, map[string]any{"a": 1}) })),
		"wrong": "__prerender_bypass=wrong",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			request := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
			request.Header.Set("Cookie", cookie)
			c, _ := gin.CreateTestContext(httptest.NewRecorder())
			c.Request = request
			for b.Loop() {
				c.Keys = nil
				clear(c.Writer.Header())
				draft.Enabled(c)
			}
		})
	}
}
