package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds one action, on a busy machine too.
const patience = 60 * time.Second

// names are those of the program on common systems.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is a running Chromium.
type Browser struct {
	ctx  context.Context
	stop func()
}

// running are the browsers of this process. To start one takes a second, and
// pages share nothing, so the tests share the browsers.
var running = struct {
	mu       sync.Mutex
	browsers map[Cookies]*Browser
}{browsers: map[Cookies]*Browser{}}

// Main runs the tests of a package and ends the browsers that they started. It
// returns the code to exit with.
func Main(m *testing.M) int {
	defer func() {
		running.mu.Lock()
		defer running.mu.Unlock()
		for _, b := range running.browsers {
			b.stop()
		}
	}()
	return m.Run()
}

// Cookies says which cookies a browser takes; people can choose either.
type Cookies string

// What there is to choose. The values are what Chromium keeps for it in a
// profile.
const (
	// FirstParty blocks those of a site that another site shows in a frame or
	// asks with a script, unless they are partitioned.
	FirstParty Cookies = `{"profile":{"cookie_controls_mode":1,"block_third_party_cookies":true}}`
	// ThirdParty takes them all, under the rules of SameSite.
	ThirdParty Cookies = `{"profile":{"cookie_controls_mode":0,"block_third_party_cookies":false}}`
)

// Start returns the Chromium of this process that takes these cookies, and runs
// it if it does not run yet. Call it from tests that [Main] runs.
func Start(t *testing.T, cookies Cookies) *Browser {
	t.Helper()
	path := find(t)
	running.mu.Lock()
	defer running.mu.Unlock()
	if b := running.browsers[cookies]; b != nil {
		if b.ctx.Err() == nil {
			return b
		}
		b.stop() // it has crashed
	}
	b, err := start(path, cookies)
	if err != nil {
		t.Fatalf("browser: Chromium does not start: %v", err)
	}
	running.browsers[cookies] = b
	return b
}

// start runs a Chromium until it is stopped.
func start(path string, cookies Cookies) (*Browser, error) {
	profile, err := newProfile(cookies)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.UserDataDir(profile),
		chromedp.NoSandbox, // it opens our own pages only, and root cannot have one
		chromedp.DisableGPU,
		chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
		chromedp.Flag("lang", "en-US"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	stop := func() {
		cancel() // waits for the end of the process
		end()
		_ = os.RemoveAll(profile)
	}
	if err := chromedp.Do(ctx); err != nil { // the first action starts it, and must have no deadline
		stop()
		return nil, err
	}
	return &Browser{ctx, stop}, nil
}

// find returns the path of Chromium. Without it the test is skipped, except in
// CI, which installs it.
func find(t *testing.T) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatal("browser: Chromium is missing; the system step of .ci/run installs it")
	}
	t.Skip("browser: Chromium is not installed here; Debian's package is chromium")
	return ""
}

// newProfile makes the folder of a profile.
func newProfile(cookies Cookies) (string, error) {
	root, err := os.MkdirTemp("", "browser")
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(root, "Default"), 0o700); err != nil {
		return "", err
	}
	return root, os.WriteFile(filepath.Join(root, "Default", "Preferences"), []byte(cookies), 0o600)
}
