package subject

import (
	"context"
	"slices"
	"sync"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Sabotages are ways to break this program on purpose, to see that the harness
// finds it.
var Sabotages = []string{"error", "leak", "mixed", "older", "torn"}

// sabotaged says, once in a while, that it is time to do wrong.
func (s *site) sabotaged(how string) bool {
	return slices.Contains(s.config.Sabotage, how) && s.wrongs.Add(1)%50 == 0
}

// spoil exchanges an id by that of an earlier request now and then, and leaves
// a goroutine behind.
func (s *site) spoil(id string) string {
	if s.sabotaged("leak") {
		go func() { select {} }()
	}
	if len(s.config.Sabotage) == 0 {
		return id
	}
	last, _ := s.last.Swap(id).(string)
	if s.sabotaged("mixed") {
		return last
	}
	return id
}

// olderStore brings back the first page that it saw, now and then.
type olderStore struct {
	revalidate.Store
	site  *site
	first sync.Map
}

func (o *olderStore) Get(ctx context.Context, key string) (*revalidate.Page, error) {
	p, err := o.Store.Get(ctx, key)
	if err != nil || p == nil {
		return p, err
	}
	if old, ok := o.first.LoadOrStore(key, p); ok && o.site.sabotaged("older") {
		first, _ := old.(*revalidate.Page)
		return first, nil
	}
	return p, nil
}
