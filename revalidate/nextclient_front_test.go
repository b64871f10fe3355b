//go:build unix

package revalidate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// frontApp is the Next.js app that the tests build and run.
const frontApp = "testdata/nextclient/app"

const nextProgram = "node_modules/next/dist/bin/next"

// prepareFront installs the app and builds both of its front ends, unless that
// is done. Without Node, or without the packages, the test is skipped; with
// CI=true it has to run, and npm gets the packages.
func prepareFront(t *testing.T) {
	t.Helper()
	must := os.Getenv("CI") == "true"
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			if must {
				t.Fatal(err)
			}
			t.Skip(err)
		}
	}
	installed := func() bool {
		_, err := os.Stat(filepath.Join(frontApp, nextProgram))
		return err == nil
	}
	if !installed() && !must {
		t.Skipf("Next.js is not installed: run `npm ci` in revalidate/%s, or set CI=true", frontApp)
	}
	// Other runs of go test may be at it in the same folder.
	lock, err := os.OpenFile(filepath.Join(frontApp, ".lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Close() }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	if !installed() {
		runFront(t, nil, "npm", "ci", "--no-audit", "--no-fund")
	}
	for dist, variables := range map[string][]string{".next": nil, ".next-shop": {"FRONT=shop", "DIST_DIR=.next-shop"}} {
		if !frontIsBuilt(t, dist) {
			runFront(t, variables, "node", nextProgram, "build")
		}
	}
}

// frontIsBuilt says whether a build is younger than its sources.
func frontIsBuilt(t *testing.T, dist string) bool {
	t.Helper()
	built, err := os.Stat(filepath.Join(frontApp, dist, "BUILD_ID"))
	if err != nil {
		return false
	}
	fresh := true
	for _, root := range []string{"pages", "lib", "next.config.mjs", "package-lock.json"} {
		err := filepath.WalkDir(filepath.Join(frontApp, root), func(_ string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err == nil && info.ModTime().After(built.ModTime()) {
				fresh = false
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return fresh
}

func runFront(t *testing.T, variables []string, name string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = frontApp
	command.Env = append(append(os.Environ(), "NEXT_TELEMETRY_DISABLED=1"), variables...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, output)
	}
}

// realFront is a running `next start` on a copy of a build.
type realFront struct {
	dist      string // the copy, relative to the app
	variables []string
	port      string
	url       string
	stop      func()
}

// startFront copies a build, so that what the server keeps does not stay, and
// runs it on a free port.
func startFront(t *testing.T, build string, variables ...string) *realFront {
	t.Helper()
	dist, err := os.MkdirTemp(frontApp, ".next-run-") //nolint:usetesting // Next.js looks below the app only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dist) })
	for _, part := range []string{"server", "static"} {
		if err := os.CopyFS(filepath.Join(dist, part), os.DirFS(filepath.Join(frontApp, build, part))); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(filepath.Join(frontApp, build))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if file.Type().IsRegular() {
			copyFile(t, filepath.Join(dist, file.Name()), filepath.Join(frontApp, build, file.Name()))
		}
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f := &realFront{dist: filepath.Base(dist), variables: variables, url: "http://" + listener.Addr().String()}
	_, f.port, _ = net.SplitHostPort(listener.Addr().String())
	_ = listener.Close()
	f.start(t)
	t.Cleanup(func() { f.stop() })
	return f
}

func copyFile(t *testing.T, to, from string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(to, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// start runs the server and waits until it answers.
func (f *realFront) start(t *testing.T) {
	t.Helper()
	var output bytes.Buffer
	command := exec.CommandContext(context.WithoutCancel(t.Context()), "node", nextProgram, "start", "-H", "127.0.0.1", "-p", f.port)
	command.Dir = frontApp
	command.Env = append(append(os.Environ(), "NEXT_TELEMETRY_DISABLED=1", "DIST_DIR="+f.dist, "REVALIDATE_SECRET="+nextSecret), f.variables...)
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that its children end with it
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		_ = command.Wait()
		close(done)
	}()
	f.stop = func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		<-done
		f.stop = func() {}
	}
	for range 600 {
		if _, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", "127.0.0.1:"+f.port); err == nil {
			return
		}
		select {
		case <-done:
			t.Fatalf("next start ended:\n%s", output.String())
		case <-time.After(100 * time.Millisecond): // a program of others is coming up
		}
	}
	f.stop()
	t.Fatalf("next start does not answer:\n%s", output.String())
}

// manifest is the path of the running build's prerender-manifest.json.
func (f *realFront) manifest() string {
	return filepath.Join(frontApp, f.dist, "prerender-manifest.json")
}

// deploy puts a build with other keys in the place of the running one. The
// server has to be restarted to see it.
func (f *realFront) deploy(t *testing.T, change func(text string) string) {
	t.Helper()
	for _, name := range []string{"prerender-manifest.json", "server/preview-props.json"} {
		path := filepath.Join(frontApp, f.dist, name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		changed := change(string(text))
		if changed == string(text) {
			t.Fatalf("%s is not changed", name)
		}
		part := path + ".part"
		if err := os.WriteFile(part, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(part, path); err != nil {
			t.Fatal(err)
		}
	}
}

// keys are the id and the signing key of the running build.
func (f *realFront) keys(t *testing.T) (id, signing string) {
	t.Helper()
	text, err := os.ReadFile(f.manifest())
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Preview struct{ PreviewModeID, PreviewModeSigningKey string }
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	return manifest.Preview.PreviewModeID, manifest.Preview.PreviewModeSigningKey
}

// call sends one request and returns the answer with its body.
func (f *realFront) call(t *testing.T, method, path, cookie, body string) (visited, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, f.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if cookie != "" {
		request.Header.Set("Cookie", cookie)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return visited{response.StatusCode, response.Header}, string(text)
}

// pageProps are what a page of the app shows.
type pageProps struct {
	Name        string
	N           int
	DraftMode   *bool
	PreviewData any
}

// page visits a page.
func (f *realFront) page(t *testing.T, path, cookie string) (response visited, props pageProps) {
	t.Helper()
	response, text := f.call(t, http.MethodGet, path, cookie, "")
	_, text, _ = strings.Cut(text, `"pageProps":`)
	_ = json.NewDecoder(strings.NewReader(text)).Decode(&props) // error pages have none
	return response, props
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
