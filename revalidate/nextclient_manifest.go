package revalidate

import (
	"fmt"
	"os"
	"sync"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// manifest is a prerender-manifest.json and the keys that were in it last.
type manifest struct {
	path string

	mu   sync.Mutex
	info os.FileInfo // of the file that was read
	last preview.Keys
}

func readManifest(path string) (*manifest, error) {
	m := &manifest{path: path}
	if err := m.refresh(); err != nil {
		return nil, err
	}
	return m, nil
}

// keys returns the keys that were read last.
func (m *manifest) keys() preview.Keys {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.last
}

// refresh reads the file if it is another one than last time. While it is away
// or half written, in the middle of a deploy, the keys stay as they were and
// the next call looks again.
func (m *manifest) refresh() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	info, err := os.Stat(m.path)
	if err != nil {
		return fmt.Errorf("revalidate: the manifest of the front end: %w; build it with `next build`", err)
	}
	if m.info != nil && os.SameFile(m.info, info) && m.info.ModTime().Equal(info.ModTime()) && m.info.Size() == info.Size() {
		return nil
	}
	text, err := os.ReadFile(m.path)
	if err != nil {
		return fmt.Errorf("revalidate: the manifest of the front end: %w", err)
	}
	keys, err := preview.ParseManifest(text)
	if err != nil {
		return fmt.Errorf("revalidate: %s: %w", m.path, err)
	}
	m.info, m.last = info, keys
	return nil
}

// nextIDs is what the client knows about the id of the running build: the one
// that worked last, the one before it, and the file, if there is one. During a
// deploy the file may be newer than the server, or two builds may serve at the
// same time.
type nextIDs struct {
	file *manifest // nil: the id was given

	mu                sync.Mutex
	current, previous string
}

// now returns the id to send first.
func (n *nextIDs) now() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.current
}

// other returns an id to try after one that was not taken: that of the file,
// if it has a new one, or the one that worked before, if it is certain that
// the id was the reason. The error is why the file could not be read.
func (n *nextIDs) other(refused string, certain bool) (string, error) {
	if n.file == nil {
		return "", nil
	}
	err := n.file.refresh()
	if id := n.file.keys().ID; id != refused {
		return id, err
	}
	if !certain {
		return "", err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, id := range []string{n.current, n.previous} {
		if id != "" && id != refused {
			return id, err
		}
	}
	return "", err
}

// worked remembers an id that was taken.
func (n *nextIDs) worked(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if id != n.current {
		n.current, n.previous = id, n.current
	}
}
