package browser

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// folder is where pictures go, below that of the test.
const folder = "screenshots"

// Desktop gives the tab the size of one on a desktop.
func (p *Page) Desktop() {
	p.t.Helper()
	run(p, "desktop", chromedp.EmulateViewport(1280, 800))
	settle(p, 1280)
}

// Phone makes the tab that of a phone, 390 pixels wide. The page must be made
// for phones: <meta name="viewport" content="width=device-width">.
func (p *Page) Phone() {
	p.t.Helper()
	run(p, "phone", chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2)))
	settle(p, 390)
}

// settle waits until the page knows its new width and its scripts were told:
// they are before a frame is drawn, which the browser does in its own time.
func settle(p *Page, width int) {
	p.t.Helper()
	until(p, fmt.Sprintf("be %d pixels wide", width), fmt.Sprintf(`matchMedia('(width: %dpx)').matches`, width))
	Eval[bool](p, `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true))))`)
}

// Screenshot keeps a picture of the whole page as screenshots/<name>.png, for
// people to look at.
func (p *Page) Screenshot(name string) {
	p.t.Helper()
	picture := run(p, "screenshot "+name, chromedp.FullScreenshot(100))
	if err := os.MkdirAll(folder, 0o750); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		p.t.Fatalf("browser: %v", err)
	}
}
