package revalidate

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// Never as the window of a page keeps it until it is revalidated on demand.
//
// Next.js: revalidate: false.
const Never time.Duration = -1

// Config has the settings of a [Cache]. Its zero value keeps up to 50 MB of
// pages in memory, as Next.js does.
type Config struct {
	_ struct{}

	// Store keeps the pages; nil is a store in memory of MaxMemory bytes. A
	// store that is given is not closed by [Cache.Close].
	Store Store
	// MaxMemory is the size of the built-in store, such as "200mb"; "" is
	// "50mb" (cacheMaxMemorySize in Next.js).
	MaxMemory string
	// Directory is a folder that keeps the pages of the built-in store, so that
	// a restart serves them for what is left of their lifetime; "" is none. It
	// belongs to one process at a time and to one build of the program, whose
	// handlers its pages are from: put a version into its name. It takes no
	// more room than MaxMemory, but for pages that are just being evicted. A
	// page that was asked for on demand is on the disk when the call returns
	// (fsync of the file and the folder), others when the system finds the
	// time; all survive the end of the process. Files that are damaged are not served.
	// A disk that is full or can't be written is reported to the Logger; pages
	// that can't be written are removed from it, so that none comes back that is
	// older than what visitors got. Where not even that works, [Cache.Revalidate]
	// returns [ErrNotStored]: visitors get the new page, but a restart would
	// serve the old one. Whoever can write to the folder can change pages, or
	// put back older ones: it is made for this user only.
	Directory string
	// MaxPageSize is the largest body that is kept, such as "1mb"; "" is
	// "8mb". Larger answers go out without the cache.
	MaxPageSize string

	// Expire is how long after its render a page may still be served while it
	// is regenerated; 0 is a year (expireTime in Next.js), [Never] no limit.
	// Pages that are on demand only do not expire.
	Expire time.Duration
	// RenderTimeout is how long a render may take until those who wait for it
	// are answered with 504 and its page is free to be rendered again; 0 is 30
	// seconds.
	RenderTimeout time.Duration
	// Host is the Host header that renders are made with; "" is "localhost".
	// It never comes from a request.
	Host string

	// Secret lets GET and HEAD requests with this value in x-prerender-revalidate
	// revalidate the page they ask for; "" switches that off. It must have 32
	// characters or more, as the previewModeId of Next.js has.
	Secret string

	// Draft is the draft mode whose editors get past the cache: their requests
	// go to the handlers of the page one by one, and the answers are private.
	// The handlers ask it for [Draft.PreviewData], and must ask no other; in
	// renders it is off. nil: nobody gets past. A request that revalidates, by
	// Secret, does so whatever cookies it has.
	Draft *Draft

	// Age adds the Age header (RFC 9111) and CacheStatus the Cache-Status
	// header (RFC 9211) to answers. Next.js sends neither.
	Age, CacheStatus bool

	// Observer is told what happens; nil is nobody.
	Observer Observer
	// Logger receives failed renders and trouble with stores; nil is [slog.Default].
	Logger *slog.Logger
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
}

const (
	defaultMaxMemory     = "50mb"
	defaultMaxPageSize   = "8mb"
	defaultExpire        = 31536000 * time.Second
	defaultRenderTimeout = 30 * time.Second
	leastSecret          = 32
)

// New returns a cache whose pages are rendered by engine: the [gin.Engine] that
// the pages are registered on, or what wraps it, as long as that leaves paths as
// they are. Where an http.StripPrefix is around the engine, pass the engine.
//
// The error names every fault in config.
func New(engine http.Handler, config Config) (*Cache, error) {
	var faults []error
	size := func(name, text, standard string) int64 {
		n, err := parseSize(name, text, standard)
		if err != nil {
			faults = append(faults, err)
		}
		return n
	}
	positive := func(name string, d *time.Duration, standard time.Duration) {
		if *d == 0 {
			*d = standard
		}
		if *d < 0 {
			faults = append(faults, fmt.Errorf("revalidate: %s is %v; leave it out for %v or write a positive duration", name, *d, standard))
		}
	}
	if engine == nil {
		faults = append(faults, errors.New("revalidate: the engine is nil; pass the *gin.Engine that has the pages"))
	}
	memory := size("MaxMemory", config.MaxMemory, defaultMaxMemory)
	cache := &Cache{engine: engine, maxPage: size("MaxPageSize", config.MaxPageSize, defaultMaxPageSize)}
	positive("RenderTimeout", &config.RenderTimeout, defaultRenderTimeout)
	if config.Expire != Never {
		positive("Expire", &config.Expire, defaultExpire)
	}
	if config.Store != nil && (config.Directory != "" || config.MaxMemory != "") {
		faults = append(faults, errors.New("revalidate: MaxMemory and Directory are for the built-in store; leave them out where Store is given"))
	}
	if n := len(config.Secret); n > 0 && n < leastSecret {
		faults = append(faults, fmt.Errorf("revalidate: Secret has %d characters; write %d or more at random, such as the output of openssl rand -hex 16", n, leastSecret))
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	cache.complete(config, memory)
	return cache, nil
}

func parseSize(name, text, standard string) (int64, error) {
	if text == "" {
		text = standard
	}
	n, err := bytesize.Parse(text)
	if err != nil {
		return 0, fmt.Errorf("revalidate: %s: %w", name, err)
	}
	return int64(n), nil
}

// complete fills in what New has checked.
func (cache *Cache) complete(config Config, memory int64) {
	if config.Host == "" {
		config.Host = "localhost"
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if cache.ownClock = config.Now != nil; !cache.ownClock {
		config.Now = time.Now
	}
	cache.more = config.Age || config.CacheStatus
	if config.Store == nil {
		own := newMemoryStore(memory, config.Now)
		if config.Directory != "" {
			if files := openDirectory(config.Directory, config.Logger); files != nil {
				own.keepIn(files)
			} else {
				own.unopened = config.Directory
			}
		}
		config.Store, cache.owned = own, own
	}
	if !cache.ownClock && !cache.more {
		cache.fresh, _ = config.Store.(FreshGetter)
	}
	cache.expire = config.Expire
	cache.stats = new(counters)
	cache.pace = &pace{seed: maphash.MakeSeed()}
	cache.config = config
	cache.server = &http.Server{Handler: cache.engine, ReadHeaderTimeout: config.RenderTimeout}
	cache.lanes = make(map[string]*lane)
	cache.ctx, cache.cancel = context.WithCancel(context.Background())
}

// Must is like [New] and panics if config has a fault.
func Must(engine http.Handler, config Config) *Cache {
	cache, err := New(engine, config)
	if err != nil {
		panic(err)
	}
	return cache
}
