package redisstore

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// id is what stands for a page's key in the names of Redis keys: a hash, since
// keys are made of paths that visitors choose, of any length and with braces.
// That two keys share one costs renders only: the key is in the page as well.
type id [16]byte

func idOf(key string) id {
	sum := sha256.Sum256([]byte(key))
	return id(sum[:16])
}

// names makes the names of Redis keys. What belongs to one page has the same
// tag in braces and so the same slot of a cluster.
type names struct{ prefix string }

// wireVersion changes when processes with different versions of this package
// can't read one another's keys. They then keep pages apart. Fields that come
// to a page need no new one: see wire.go.
const wireVersion = "1:"

func newNames(prefix string) names { return names{prefix + wireVersion} }

// pages is the prefix of all pages.
func (n names) pages() string { return n.prefix + "p:{" }

func (n names) page(i id) string { return n.pages() + hex.EncodeToString(i[:]) + "}" }

// order has what the order of a page's renders needs.
func (n names) order(i id) string { return n.prefix + "t:{" + hex.EncodeToString(i[:]) + "}" }

// lease names the process that renders a page.
func (n names) lease(i id) string { return n.prefix + "l:{" + hex.EncodeToString(i[:]) + "}" }

func (n names) all(i id) []string { return []string{n.order(i), n.lease(i), n.page(i)} }

// keysByTime and keysByName list all pages.
func (n names) keysByTime() string { return n.prefix + "x:{keys}" }
func (n names) keysByName() string { return n.prefix + "k:{keys}" }

// open lists the tickets that have not ended.
func (n names) open() string { return n.prefix + "o:{open}" }

// tag lists the pages that carry a tag.
func (n names) tag(tag string) string { return n.named("g:{", tag) }

func (n names) named(kind, text string) string {
	i := idOf(text)
	return n.prefix + kind + hex.EncodeToString(i[:]) + "}"
}

// idOfPage is the inverse of page.
func (n names) idOfPage(name string) (id, bool) {
	var i id
	text, ok := strings.CutPrefix(name, n.pages())
	text, closed := strings.CutSuffix(text, "}")
	if !ok || !closed || len(text) != hex.EncodedLen(len(i)) {
		return i, false
	}
	_, err := hex.Decode(i[:], []byte(text))
	return i, err == nil
}
