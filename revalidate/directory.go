package revalidate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// directory keeps the pages of a memory store as files, one each, so that they
// outlive the process. A file is written beside its place and moved there, so
// it is whole or absent; it carries a checksum, and is removed when its page is
// evicted or can't be written any more. What else is in the folder is left
// alone.
type directory struct {
	root   *os.Root
	logger *slog.Logger

	// One key is written or removed at a time.
	stripes [64]sync.Mutex
	serial  atomic.Uint64 // for the names of files that are not whole yet
	trouble atomic.Bool   // was reported, and has not ended since

	mu   sync.Mutex
	owed map[string]struct{} // files that could not be removed
}

const (
	pageSuffix    = ".page"
	partialSuffix = ".partial"
)

// openDirectory makes the folder if need be. Without a folder that can be
// written, the cache works as if none had been asked for, see forget.
func openDirectory(path string, logger *slog.Logger) *directory {
	d := &directory{logger: logger, owed: make(map[string]struct{})}
	err := os.MkdirAll(path, 0o700)
	if err == nil {
		d.root, err = os.OpenRoot(path)
	}
	if err == nil {
		if err = d.try(); err != nil {
			_ = d.root.Close()
		}
	}
	if err != nil {
		d.report(err)
		return nil
	}
	return d
}

// try writes a file.
func (d *directory) try() error {
	name := d.partial("try")
	err := d.root.WriteFile(name, []byte(fileMagic), 0o600)
	return errors.Join(err, d.root.Remove(name))
}

// load hands the pages of the folder to add, the latest first, until it has
// seen so many bytes; what is damaged, expired or too much is removed.
func (d *directory) load(most int64, now time.Time, add func(*Page)) {
	type file struct {
		name string
		size int64
		at   time.Time
	}
	var files []file
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		d.report(err)
		return
	}
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasSuffix(name, partialSuffix) && isFileName(name[:min(len(name), nameLength)]) && entry.Type().IsRegular() {
			_ = d.remove(name) // of a process that ended in the middle
		}
		info, err := entry.Info()
		if err == nil && isFileName(name) && info.Mode().IsRegular() {
			files = append(files, file{name, info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(b.at.Compare(a.at), strings.Compare(a.name, b.name)) })
	for _, f := range files {
		if most -= f.size; most < 0 {
			_ = d.remove(f.name)
			continue
		}
		b, err := d.root.ReadFile(f.name)
		if err != nil {
			d.report(err)
			continue
		}
		page, err := decodeFile(b)
		if err != nil || fileName(page.Key) != f.name || page.at(now.Sub(page.Stored)) == expired {
			_ = d.remove(f.name)
			continue
		}
		add(page)
	}
}

// keep makes the file of a key say what the store has for it now, which get
// returns. It is called after each change, so the last call sees the last page.
// The error says that an older page is still there, for the next process.
func (d *directory) keep(key string, get func(string) *Page, synced bool) error {
	name := fileName(key)
	stripe := &d.stripes[name[0]%byte(len(d.stripes))]
	stripe.Lock()
	defer stripe.Unlock()
	page := get(key)
	if page == nil || page.Status == 0 && len(page.Splits) == 0 {
		return d.removeOld(name, synced)
	}
	if err := d.write(name, encodeFile(page), synced); err != nil {
		d.report(err)
		return d.removeOld(name, synced) // it is older than what visitors got meanwhile
	}
	d.trouble.Store(false)
	d.settle(name)
	return nil
}

// removeOld removes a file whose page must not come back.
func (d *directory) removeOld(name string, synced bool) error {
	err := d.remove(name)
	if err == nil && synced {
		err = d.sync()
	}
	return olderPageStays(err)
}

// forget removes the file of a key from a folder that could not be opened for
// pages: it is older than what is acknowledged now, and another process may
// read it.
func forget(folder, key string) error {
	name := filepath.Join(folder, fileName(key))
	err := os.Remove(name)
	if _, gone := os.Lstat(name); errors.Is(gone, fs.ErrNotExist) || errors.Is(gone, syscall.ENOTDIR) {
		return nil
	}
	return olderPageStays(err)
}

// olderPageStays says what follows from a file that can't be removed.
func olderPageStays(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("revalidate: an older page is still in Config.Directory, and would be served after a restart; let the folder be written: %w", err)
}

func (d *directory) write(name string, b []byte, synced bool) error {
	partial := d.partial(name)
	file, err := d.root.OpenFile(partial, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(b)
	if err == nil && synced {
		err = file.Sync()
	}
	err = errors.Join(err, file.Close())
	if err == nil {
		err = d.root.Rename(partial, name)
	}
	if err != nil {
		_ = d.remove(partial)
		return err
	}
	if synced {
		return d.sync()
	}
	return nil
}

// sync makes the names of files durable.
func (d *directory) sync() error {
	folder, err := d.root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// remove deletes a file, now or when the folder can be written again.
func (d *directory) remove(name string) error {
	err := d.root.Remove(name)
	if err != nil {
		// A file system that is read-only says so also of a file that is not there.
		if _, gone := d.root.Lstat(name); errors.Is(gone, fs.ErrNotExist) {
			err = nil
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		delete(d.owed, name)
		return nil
	}
	d.owed[name] = struct{}{}
	d.report(err)
	return err
}

// settle removes what is owed, now that the folder can be written; but not the
// file that took the place of one.
func (d *directory) settle(written string) {
	d.mu.Lock()
	delete(d.owed, written)
	names := slices.Collect(maps.Keys(d.owed))
	d.mu.Unlock()
	for _, name := range names {
		_ = d.remove(name)
	}
}

// close removes the files of pages that are not kept any more.
func (d *directory) close(kept map[string]bool) error {
	d.settle("")
	entries, err := fs.ReadDir(d.root.FS(), ".")
	if err != nil {
		d.report(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); isFileName(name) && entry.Type().IsRegular() && !kept[name] {
			_ = d.remove(name)
		}
	}
	return d.root.Close()
}

// report logs the first of several troubles in a row.
func (d *directory) report(err error) {
	if d.trouble.CompareAndSwap(false, true) {
		d.logger.LogAttrs(context.Background(), slog.LevelWarn, "revalidate: pages are not kept in Config.Directory; they stay in memory", slog.Any("error", err))
	}
}

// partial names a file that is being written, by which process ever.
func (d *directory) partial(name string) string {
	return name + "." + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatUint(d.serial.Add(1), 10) + partialSuffix
}

// nameLength is that of file names: a SHA-256 in hexadecimal and the suffix.
const nameLength = 2*sha256.Size + len(pageSuffix)

func fileName(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:]) + pageSuffix
}

func isFileName(name string) bool {
	digits, ok := strings.CutSuffix(name, pageSuffix)
	return ok && len(name) == nameLength && strings.Trim(digits, "0123456789abcdef") == ""
}
