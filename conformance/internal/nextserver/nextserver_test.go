package nextserver_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/nextserver"
)

// app makes a folder with programs named node and npm, which are shell scripts,
// as the only ones on the PATH beside those of the system.
func app(t *testing.T, node, npm string) (dir string) {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	for name, script := range map[string]string{"node": node, "npm": npm} {
		text := "#!/bin/sh\n" + script + "\n"
		if err := os.WriteFile(filepath.Join(bin, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"pages", "lib"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"next.config.mjs", "package-lock.json"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", bin+":/bin:/usr/bin")
	return dir
}

// install and build are what npm ci and next build leave behind.
const (
	install = "mkdir -p node_modules/next && touch node_modules/next/package.json && echo npm >> log"
	build   = "mkdir -p .next && touch .next/BUILD_ID && echo build >> log"
)

// TestPrepare installs and builds once, and builds again after a change.
func TestPrepare(t *testing.T) {
	dir := app(t, build, install)
	prepare := func(want string) {
		t.Helper()
		if err := nextserver.Prepare(t.Context(), dir); err != nil {
			t.Fatal(err)
		}
		log, err := os.ReadFile(filepath.Join(dir, "log"))
		if err != nil || strings.Join(strings.Fields(string(log)), " ") != want {
			t.Errorf("log %q (%v), want %q", log, err, want)
		}
	}
	if err := nextserver.Install(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	prepare("npm build")
	prepare("npm build")
	page, later := filepath.Join(dir, "pages", "new.js"), time.Now().Add(time.Hour)
	if err := errors.Join(os.WriteFile(page, nil, 0o600), os.Chtimes(page, later, later)); err != nil {
		t.Fatal(err)
	}
	prepare("npm build build")
}

// TestFaults: what cannot be prepared or started is an error with the output.
func TestFaults(t *testing.T) {
	t.Run("no node", func(t *testing.T) {
		t.Setenv("PATH", "")
		if err := nextserver.Prepare(t.Context(), t.TempDir()); !errors.Is(err, nextserver.ErrNoNode) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("npm fails", func(t *testing.T) {
		dir := app(t, build, "echo no registry; exit 1")
		if err := nextserver.Prepare(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "no registry") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("build fails", func(t *testing.T) {
		dir := app(t, "echo no page; exit 1", install)
		if err := nextserver.Prepare(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "no page") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("the server ends", func(t *testing.T) {
		dir := app(t, "echo port taken; exit 1", install)
		if _, err := nextserver.Start(t.Context(), dir, nextserver.Production); err == nil || !strings.Contains(err.Error(), "port taken") {
			t.Errorf("error %v", err)
		}
	})
	t.Run("no folder", func(t *testing.T) {
		if err := nextserver.Install(t.Context(), filepath.Join(t.TempDir(), "none")); err == nil {
			t.Error("no error")
		}
	})
}
