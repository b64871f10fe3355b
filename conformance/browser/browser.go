package browser

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// patience bounds one action, on a busy machine too.
const patience = 60 * time.Second

// names are those of the program on common systems.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

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

// Start runs a Chromium until the test ends.
func Start(t *testing.T, cookies Cookies) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)),
		chromedp.UserDataDir(profile(t, cookies)),
		chromedp.NoSandbox, // it opens our own pages only, and root cannot have one
		chromedp.DisableGPU,
		chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
		chromedp.Flag("lang", "en-US"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(patience),
	)
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop := chromedp.NewContext(allocator, chromedp.WithLogf(t.Logf), chromedp.WithErrorf(t.Logf))
	t.Cleanup(stop)
	if err := chromedp.Do(ctx); err != nil { // the first action starts it, and must have no deadline
		t.Fatalf("browser: Chromium does not start: %v", err)
	}
	return &Browser{ctx}
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

// profile returns the folder of a new profile.
func profile(t *testing.T, cookies Cookies) string {
	t.Helper()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "Default", "Preferences"), []byte(cookies), 0o600); err != nil {
		t.Fatal(err)
	}
	return root
}
