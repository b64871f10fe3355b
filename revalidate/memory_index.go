package revalidate

import (
	"iter"
	"strings"
)

// pageIndex finds the keys of pages by what a revalidation asks for, so that it
// need not look at all of them: by their tags, and the variants of a page by the
// key without headers.
type pageIndex struct {
	tags, variants map[string]keySet
}

func newPageIndex() pageIndex {
	return pageIndex{make(map[string]keySet), make(map[string]keySet)}
}

// change says that a key has another page; nil is none.
func (x pageIndex) change(key string, old, page *Page) {
	x.unlist(key, old)
	x.list(key, page)
}

func (x pageIndex) list(key string, page *Page) {
	if page == nil || page.Status == 0 {
		return
	}
	for _, tag := range page.Tags {
		add(x.tags, tag, key)
	}
	if base, ok := baseOfVariant(key); ok {
		add(x.variants, base, key)
	}
}

func (x pageIndex) unlist(key string, page *Page) {
	if page == nil || page.Status == 0 {
		return
	}
	for _, tag := range page.Tags {
		remove(x.tags, tag, key)
	}
	if base, ok := baseOfVariant(key); ok {
		remove(x.variants, base, key)
	}
}

// baseOfVariant returns what comes before the headers of a key that has some.
func baseOfVariant(key string) (string, bool) {
	base, _, ok := strings.Cut(key, endOfPath)
	return base, ok
}

// baseOfPrefix returns the key whose variants a prefix selects, if it selects
// nothing else.
func baseOfPrefix(prefix string) (string, bool) {
	base, ok := strings.CutSuffix(prefix, endOfPath)
	return base, ok && !strings.Contains(base, endOfPath)
}

// keySet is a set of keys that are rarely more than one.
type keySet struct {
	one  string
	more map[string]struct{} // nil: only one
}

// members returns the keys of the set under a name.
func members(sets map[string]keySet, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		s, ok := sets[name]
		if ok && s.more == nil {
			yield(s.one)
			return
		}
		for key := range s.more {
			if !yield(key) {
				return
			}
		}
	}
}

func add(sets map[string]keySet, name, key string) {
	s, ok := sets[name]
	switch {
	case !ok:
		sets[name] = keySet{one: key}
	case s.more != nil:
		s.more[key] = struct{}{}
	case s.one != key:
		sets[name] = keySet{more: map[string]struct{}{s.one: {}, key: {}}}
	}
}

func remove(sets map[string]keySet, name, key string) {
	s, ok := sets[name]
	if !ok {
		return
	}
	delete(s.more, key)
	if s.more == nil && s.one == key || s.more != nil && len(s.more) == 0 {
		delete(sets, name)
	}
}
