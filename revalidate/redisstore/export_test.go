package redisstore

import "github.com/gin-apiroutes/apiroutes/revalidate"

// What the tests need of the inside.
var (
	Encode = encode
	Decode = decode
)

// PageName is the name of the key that has a page in Redis.
func (s *Store) PageName(key string) string { return s.names.page(idOf(key)) }

// RememberedPageName is PageName with an id that may have been remembered.
func (s *Store) RememberedPageName(key string) string { return s.names.page(s.ids.of(key)) }

// OrderName is the name of the key that has the order of its renders.
func (s *Store) OrderName(key string) string { return s.names.order(idOf(key)) }

// Up says whether the store takes Redis for present.
func (s *Store) Up() bool { return s.link.up() }

// Forget drops what the process holds of a page, so that the next read asks
// Redis.
func (s *Store) Forget(key string) { s.local.drop(idOf(key)) }

// Hold makes the process hold a page as if Redis had it.
func (s *Store) Hold(p *revalidate.Page) {
	i := idOf(p.Key)
	s.local.put(i, p, s.local.now(i))
}

// Held is what the process holds of a page.
func (s *Store) Held(key string) *revalidate.Page {
	page, _ := s.local.get(idOf(key), key, s.now())
	return page
}

// Lose takes the link down, as an error on the connection does.
func (s *Store) Lose(err error) { s.link.lose(err) }

// Owe says that Redis has an older page of a key.
func (s *Store) Owe(key string) { s.owe(key) }

// Owes says whether Redis has a page that is older than one it missed.
func (s *Store) Owes(key string) bool { return s.owes(key) }

// MarkName is the name of the key that has the mark of a tag.
func (s *Store) MarkName(tag string) string { return s.names.mark(tag) }

// Scripts are those that the cache handler of Next.js runs too, by the names
// that they have there.
var Scripts = map[string]string{"outdate": luaOutdate, "live": luaLive, "purge": luaPurge}

// Watches is how many waits the store remembers.
func (s *Store) Watches() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.watches)
}
