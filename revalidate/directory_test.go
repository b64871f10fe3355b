package revalidate_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// start makes a site on a folder; stop ends it, as a restart does.
func start(t *testing.T, folder string, config revalidate.Config) (s *site, stop func()) {
	t.Helper()
	config.Directory = folder
	s = newSite(t, config)
	s.Any("/p/:id", s.pages.Page(time.Minute), s.count)
	s.GET("/never/:id", s.pages.Page(revalidate.Never), s.count)
	s.GET("/lang", s.pages.Page(time.Minute), func(c *gin.Context) {
		c.Header("Vary", "X-Lang")
		c.String(http.StatusOK, "%s %d", c.GetHeader("X-Lang"), s.runs.Add(1))
	})
	return s, func() {
		t.Helper()
		if err := s.pages.Close(context.Background()); err != nil { //nolint:usetesting // is called by cleanups too
			t.Error(err)
		}
	}
}

// fileOf is the path of a page's file.
func fileOf(folder, key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(folder, hex.EncodeToString(sum[:])+".page")
}

// TestRestart serves what was kept for what is left of its lifetime.
func TestRestart(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "pages")
	synctest.Test(t, func(t *testing.T) {
		s, stop := start(t, folder, revalidate.Config{Expire: time.Hour})
		first := s.expect(t, "/p/a", "MISS", "run 1")
		s.expect(t, "/never/a", "MISS", "run 2")
		s.expect(t, "/lang", "MISS", "de 4", "X-Lang", "de")
		s.expect(t, "/p/%C3%A4%3Fb?x=1", "MISS", "run 5")
		if err := s.pages.Revalidate(t.Context(), "/never/a"); err != nil {
			t.Fatal(err)
		}
		stop()
		time.Sleep(30 * time.Second)

		s, stop = start(t, folder, revalidate.Config{Expire: time.Hour})
		w := s.expect(t, "/p/a", "HIT", "run 1")
		if !reflect.DeepEqual(w.Header(), mapWith(first.Header(), "X-Nextjs-Cache", "HIT")) {
			t.Errorf("got %v, want %v", w.Header(), first.Header())
		}
		s.expect(t, "/never/a", "HIT", "run 6")
		s.expect(t, "/lang", "HIT", "de 4", "X-Lang", "de")
		s.expect(t, "/p/%c3%a4%3fb", "HIT", "run 5")
		time.Sleep(30*time.Second + 1)
		s.expect(t, "/p/a", "STALE", "run 1")
		synctest.Wait()
		s.expect(t, "/p/a", "HIT", "run 1") // the first of this process
		stop()

		time.Sleep(2 * time.Hour)
		s, stop = start(t, folder, revalidate.Config{Expire: time.Hour})
		s.expect(t, "/p/a", "MISS", "run 1")
		s.expect(t, "/never/a", "HIT", "run 6")
		if err := s.pages.Revalidate(t.Context(), "/never/a"); err != nil {
			t.Fatal(err)
		}
		s.expect(t, "/never/a", "HIT", "run 2")
		stop()
		s, stop = start(t, folder, revalidate.Config{})
		s.expect(t, "/never/a", "HIT", "run 2")
		stop()
	})
}

func mapWith(h http.Header, name, value string) http.Header {
	h = h.Clone()
	h.Set(name, value)
	return h
}

// TestRestartAfterFailure keeps the page and its shorter lifetime, and forgets
// one that has become private.
func TestRestartAfterFailure(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		mode := ""
		open := func() (*site, func()) {
			s, stop := start(t, folder, revalidate.Config{})
			s.GET("/x", s.pages.Page(revalidate.Never), func(c *gin.Context) {
				switch mode {
				case "broken":
					panic("broken")
				case "private":
					c.Header("Cache-Control", "private")
				}
				s.count(c)
			})
			return s, stop
		}
		s, stop := open()
		s.expect(t, "/x", "MISS", "run 1")
		mode = "broken"
		if err := s.pages.Revalidate(t.Context(), "/x"); err == nil {
			t.Error("acknowledged")
		}
		stop()
		s, stop = open()
		if got := s.expect(t, "/x", "HIT", "run 1").Header().Get("Cache-Control"); got != "s-maxage=3" {
			t.Errorf("got %q", got)
		}
		mode = "private"
		if err := s.pages.Revalidate(t.Context(), "/x"); err == nil {
			t.Error("acknowledged")
		}
		stop()
		mode = ""
		s, stop = open()
		s.expect(t, "/x", "MISS", "run 1")
		stop()
	})
}

// TestFilesThatAreNoPages are never served and never in the way.
func TestFilesThatAreNoPages(t *testing.T) {
	damage := map[string]func(t *testing.T, file string, b []byte) error{
		"empty":  func(_ *testing.T, file string, _ []byte) error { return os.WriteFile(file, nil, 0o600) },
		"cut":    func(_ *testing.T, file string, b []byte) error { return os.WriteFile(file, b[:len(b)-1], 0o600) },
		"longer": func(_ *testing.T, file string, b []byte) error { return os.WriteFile(file, append(b, 0), 0o600) },
		"other body": func(_ *testing.T, file string, b []byte) error {
			return os.WriteFile(file, bytes.Replace(b, []byte("run"), []byte("ran"), 1), 0o600)
		},
		"other version": func(_ *testing.T, file string, b []byte) error { b[15]++; return os.WriteFile(file, b, 0o600) },
		"other page": func(_ *testing.T, file string, _ []byte) error {
			return os.Rename(filepath.Join(filepath.Dir(file), "b"), file)
		},
		"folder":       func(_ *testing.T, file string, _ []byte) error { return os.Mkdir(file, 0o700) },
		"link":         func(_ *testing.T, file string, _ []byte) error { return os.Symlink("b", file) },
		"link outside": func(_ *testing.T, file string, _ []byte) error { return os.Symlink("/etc/passwd", file) },
	}
	for name, spoil := range damage {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			s, stop := start(t, folder, revalidate.Config{})
			s.expect(t, "/p/a", "MISS", "run 1")
			s.expect(t, "/p/b", "MISS", "run 2")
			stop()
			file := fileOf(folder, "/p/a")
			b, err := os.ReadFile(file)
			if err == nil {
				err = os.Remove(file)
			}
			if err == nil { // as somebody else's
				err = os.Rename(fileOf(folder, "/p/b"), filepath.Join(folder, "b"))
			}
			if err == nil {
				err = spoil(t, file, b)
			}
			if err == nil {
				err = os.WriteFile(fileOf(folder, "/x")+".1-1.partial", b, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			s, stop = start(t, folder, revalidate.Config{})
			s.expect(t, "/p/b", "MISS", "run 1")
			s.expect(t, "/p/a", "MISS", "run 2")
			s.expect(t, "/p/a", "HIT", "run 2")
			stop()
			if _, err := os.Stat(filepath.Join(folder, "b")); err != nil && name != "other page" {
				t.Errorf("a file that is not ours is gone: %v", err)
			}
			if left, _ := filepath.Glob(filepath.Join(folder, "*.partial")); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// TestFolderThatCannotBeWritten only means that pages are not kept there.
func TestFolderThatCannotBeWritten(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	noFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(noFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, stop := start(t, noFolder, revalidate.Config{Logger: logger})
	s.expect(t, "/p/a", "MISS", "run 1")
	s.expect(t, "/p/a", "HIT", "run 1")
	stop()
	if n := strings.Count(log.String(), "Config.Directory"); n != 1 {
		t.Errorf("%d lines about the folder, want one: %s", n, &log)
	}

	// One that is lost while the cache runs.
	log.Reset()
	folder := filepath.Join(t.TempDir(), "pages")
	s, stop = start(t, folder, revalidate.Config{Logger: logger})
	s.expect(t, "/p/a", "MISS", "run 1")
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if err := s.pages.Revalidate(t.Context(), "/p/a"); err != nil {
			t.Error(err)
		}
		s.expect(t, "/p/a", "HIT", fmt.Sprint("run ", i+2))
	}
	stop()
	if n := strings.Count(log.String(), "Config.Directory"); n != 1 {
		t.Errorf("%d lines about the folder, want one: %s", n, &log)
	}
}

// TestFileThatCannotBeReplaced must not come back after a restart: it is older
// than what was acknowledged. While it is there, nothing is.
func TestFileThatCannotBeReplaced(t *testing.T) {
	folder := t.TempDir()
	s, stop := start(t, folder, revalidate.Config{})
	s.expect(t, "/p/a", "MISS", "run 1")
	file := fileOf(folder, "/p/a")
	moved := filepath.Join(file, "in the way")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(moved, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.pages.Revalidate(t.Context(), "/p/a"); !errors.Is(err, revalidate.ErrNotStored) || !strings.Contains(err.Error(), "an older page is still in Config.Directory") {
		t.Errorf("an older page is still there, and the error is %v", err)
	}
	s.expect(t, "/p/a", "HIT", "run 2")
	if err := os.Remove(moved); err != nil {
		t.Fatal(err)
	}
	s.expect(t, "/p/b", "MISS", "run 3") // the folder can be written: what is owed is removed
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", file, err)
	}
	stop()
}

// TestFolderThatCouldNotBeOpened for one process has the pages of the process before it, which the next one may read.
func TestFolderThatCouldNotBeOpened(t *testing.T) {
	folder := t.TempDir()
	s, stop := start(t, folder, revalidate.Config{})
	s.expect(t, "/p/a", "MISS", "run 1")
	s.expect(t, "/p/b", "MISS", "run 2")
	stop()

	// What a cache writes to see whether it can.
	inTheWay := filepath.Join(folder, fmt.Sprintf("try.%d-1.partial", os.Getpid()))
	if err := os.MkdirAll(filepath.Join(inTheWay, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	s, _ = start(t, folder, revalidate.Config{Logger: slog.New(slog.DiscardHandler)}) // is not stopped: it is killed
	s.expect(t, "/p/a", "MISS", "run 1")
	if err := s.pages.Revalidate(t.Context(), "/p/a"); err != nil {
		t.Error(err)
	}
	kept := fileOf(folder, "/p/b")
	if err := errors.Join(os.Remove(kept), os.MkdirAll(filepath.Join(kept, "x"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := s.pages.Revalidate(t.Context(), "/p/b"); !errors.Is(err, revalidate.ErrNotStored) {
		t.Errorf("what was there before can't be removed, and the error is %v", err)
	}

	if err := os.RemoveAll(inTheWay); err != nil {
		t.Fatal(err)
	}
	s, stop = start(t, folder, revalidate.Config{})
	defer stop()
	s.expect(t, "/p/a", "MISS", "run 1") // not the page of the first process
}

// TestFolderIsBounded by the memory of the store, also if that gets less.
func TestFolderIsBounded(t *testing.T) {
	folder := t.TempDir()
	size := func() (n int64, files int) {
		list, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range list {
			if info, err := entry.Info(); err == nil {
				n += info.Size()
				files++
			}
		}
		return n, files
	}
	s, stop := start(t, folder, revalidate.Config{MaxMemory: "64kb"})
	s.GET("/big/:id", s.pages.Page(time.Minute), func(c *gin.Context) { c.String(http.StatusOK, strings.Repeat("x", 4000)) })
	for i := range 100 {
		s.do(t.Context(), http.MethodGet, fmt.Sprint("/big/", i))
	}
	stop()
	if n, files := size(); n > 64<<10 || files == 0 {
		t.Errorf("%d bytes in %d files after 100 pages of 4000 bytes", n, files)
	}
	_, stop = start(t, folder, revalidate.Config{MaxMemory: "16kb"})
	stop()
	if n, files := size(); n > 16<<10 || files == 0 {
		t.Errorf("%d bytes in %d files after a restart with less", n, files)
	}
}

// TestSettingsOfStores names both faults.
func TestSettingsOfStores(t *testing.T) {
	store, err := revalidate.NewMemoryStore("")
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range []revalidate.Config{{Store: store, Directory: "x"}, {Store: store, MaxMemory: "1mb"}} {
		if _, err := revalidate.New(http.NotFoundHandler(), config); err == nil {
			t.Errorf("%+v was accepted", config)
		}
	}
	if _, err := revalidate.NewMemoryStore("1k"); err == nil {
		t.Error("a size of 1k was accepted")
	}
}

func seedPages() []*revalidate.Page {
	stored := time.Unix(1e9, 123)
	return []*revalidate.Page{
		{Key: "/", URI: "/", Status: 200, Stored: stored},
		{
			Key: "/ä?a=1", URI: "/%C3%A4?a=1", Status: 404, Body: []byte("not found"), ETag: `"x"`, Tags: []string{"a", ""}, Stored: stored, Window: time.Minute, Expire: -1,
			Header: []revalidate.Field{{Name: "Content-Type", Values: []string{"text/plain"}}, {Name: "X-Empty", Values: nil}},
		},
		{Key: "/\x00X-A 2 1:a 0:;", URI: "/", Status: 308, Vary: []revalidate.Field{{Name: "X-A", Values: []string{"a", ""}}}, Stored: stored, Window: -1, Expire: -1},
		{Key: "/", URI: "/", Splits: []string{"X-A", "X-B"}, Stored: stored, Window: -1, Expire: -1},
	}
}

// TestFilesComeBack compares pages with what their files say.
func TestFilesComeBack(t *testing.T) {
	for _, page := range seedPages() {
		file := revalidate.EncodeFile(page)
		got, err := revalidate.DecodeFile(file)
		if err != nil {
			t.Errorf("%+v: %v", page, err)
			continue
		}
		if again := revalidate.EncodeFile(got); !bytes.Equal(again, file) {
			t.Errorf("%+v came back as %+v", page, got)
		}
		for i := range file {
			for _, other := range []byte{file[i] ^ 1, file[i] ^ 0x80} {
				spoilt := bytes.Clone(file)
				spoilt[i] = other
				if _, err := revalidate.DecodeFile(spoilt); err == nil {
					t.Fatalf("byte %d of %q was changed to %q and not missed", i, file, other)
				}
			}
			if _, err := revalidate.DecodeFile(file[:i]); err == nil {
				t.Fatalf("the first %d bytes of %q passed for all", i, file)
			}
		}
	}
}

// TestFilesThatNoCacheWrote have the right checksum, but say what can't be.
func TestFilesThatNoCacheWrote(t *testing.T) {
	for name, page := range map[string]*revalidate.Page{
		"no path":         {Key: "p", URI: "p", Status: 200},
		"other URI":       {Key: "/a", URI: "/b", Status: 200},
		"other headers":   {Key: "/a\x00X-A 0;", URI: "/a", Status: 200},
		"no status":       {Key: "/a", URI: "/a"},
		"server error":    {Key: "/a", URI: "/a", Status: 500},
		"cookie":          {Key: "/a", URI: "/a", Status: 200, Header: []revalidate.Field{{Name: "Set-Cookie", Values: []string{"a=b"}}}},
		"header name":     {Key: "/a", URI: "/a", Status: 200, Header: []revalidate.Field{{Name: "A: b\r\nC", Values: []string{"d"}}}},
		"splits no more":  {Key: "/a\x00X-A 0;", URI: "/a", Vary: []revalidate.Field{{Name: "X-A"}}, Splits: []string{"X-A"}},
		"splits too much": {Key: "/a", URI: "/a", Splits: strings.Split(strings.Repeat("A ", 17), " ")},
	} {
		if got, err := revalidate.DecodeFile(revalidate.EncodeFile(page)); err == nil {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	const magic = "apiroutes page 1\n"
	good := revalidate.EncodeFile(seedPages()[1])[len(magic)+sha256.Size:]
	for i := range len(good) + 1 {
		if i == len(good)-1 {
			continue // another last byte of the body makes another page
		}
		payload := append(bytes.Clone(good[:i]), 0xff)
		sum := sha256.Sum256(payload)
		if got, err := revalidate.DecodeFile(append([]byte(magic+string(sum[:])), payload...)); err == nil {
			t.Errorf("%d bytes and one more: got %+v", i, got)
		}
	}
}

// FuzzFile gives the decoder anything, with the right checksum: what it takes
// can be served and written again, and it never needs more memory than a small
// multiple of the file.
func FuzzFile(f *testing.F) {
	const magic = "apiroutes page 1\n"
	for _, page := range seedPages() {
		f.Add(revalidate.EncodeFile(page)[len(magic)+sha256.Size:])
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 64))
	whole := revalidate.EncodeFile(seedPages()[1])[len(magic)+sha256.Size:]
	f.Add(whole[:len(whole)/2])
	f.Add(append(bytes.Clone(whole), 0))
	for _, length := range []int64{-1, int64(len(whole)), 1 << 31, 1 << 62} { // where the first text has its own
		f.Add(append(binary.AppendVarint(nil, length), whole[1:]...))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		sum := sha256.Sum256(payload)
		page, err := revalidate.DecodeFile(append([]byte(magic+string(sum[:])), payload...))
		if err != nil {
			return
		}
		again, err := revalidate.DecodeFile(revalidate.EncodeFile(page))
		if err != nil || again.Key != page.Key || !bytes.Equal(again.Body, page.Body) || again.Status != page.Status {
			t.Fatalf("%+v came back as %+v, %v", page, again, err)
		}
		key, vary, ok := revalidate.SplitKey(page.Key)
		if !ok || revalidate.PageURI(key) != page.URI || len(vary) != len(page.Vary) {
			t.Fatalf("%+v is not what it says", page)
		}
	})
}
