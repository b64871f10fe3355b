package browser

import (
	"context"
	"os"
	"os/exec"
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

// Start runs a Chromium until the test ends. Flags are further ones of its
// command line, without the dashes: "test-third-party-cookie-phaseout".
func Start(t *testing.T, flags ...string) *Browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(find(t)),
		chromedp.UserDataDir(t.TempDir()),
		chromedp.NoSandbox, // it opens our own pages only, and root cannot have one
		chromedp.DisableGPU,
		chromedp.IgnoreCertErrors,
		chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1"),
		chromedp.Flag("lang", "en-US"),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.WSURLReadTimeout(patience),
	)
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
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
