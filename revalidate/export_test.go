package revalidate

// For tests of the file format, which has no door of its own.
var (
	EncodeFile = encodeFile
	DecodeFile = decodeFile
)

// For tests of keys.
var (
	PathKey    = pathKey
	PageURI    = pageURI
	VariantKey = variantKey
	SplitKey   = splitKey
)

// IndexSize says how many places in its index a memory store uses.
func IndexSize(store Store) (n int) {
	m, ok := store.(*memoryStore)
	if !ok {
		return -1
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, sets := range []map[string]keySet{m.index.tags, m.index.variants, m.openVariants} {
		for _, set := range sets {
			n += max(1, len(set.more))
		}
	}
	return n
}

// IsHot says whether requests get the page of a key without a look at the clock.
func (cache *Cache) IsHot(key string) bool {
	return cache.fresh != nil && cache.InTable(key)
}

// InTable says whether a page stands in the table of hot pages, whatever the
// clock.
func (cache *Cache) InTable(key string) bool {
	m, ok := cache.config.Store.(*memoryStore)
	return ok && m.hot.find(key) != nil
}
