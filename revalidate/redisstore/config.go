package redisstore

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/bytesize"
)

// Config has the settings of a [Store]. Its zero value is a Redis server on
// this machine.
type Config struct {
	_ struct{}

	// URL says where Redis is: "redis://user:password@host:6379/0", "rediss://"
	// for TLS, or "unix://"; nodes of a cluster follow as "?addr=host2:6379".
	// "" is "redis://127.0.0.1:6379".
	URL string
	// Options changes what the URL says, for certificates, Sentinel or
	// credentials that rotate. What the store relies on is set after it: that
	// is tracking, the number of connections, retries and time-outs.
	Options func(*rueidis.ClientOption)

	// Prefix begins the name of every key in Redis, so that programs and
	// deployments can share a server; "" is "apiroutes:". Braces have a meaning
	// in a cluster and can't be a part of it.
	Prefix string
	// MaxMemory is the size of the pages that this process holds besides, such
	// as "200mb"; "" is "50mb".
	MaxMemory string
	// Keep is how long a page stays in Redis, whatever its own lifetime is; 0
	// is 30 days. It is the second of two clocks: that of freshness is the
	// page's.
	Keep time.Duration

	// MaxDrift bounds for how long this process serves a page that another one
	// has replaced, should Redis' message about it get lost with the
	// connection; 0 is a second. Usually the message takes about a millisecond.
	// A page that is held is read anew after ten times as long in any case.
	MaxDrift time.Duration
	// Timeout is how long a read waits for Redis, and a third of how long a
	// write does; 0 is 500 milliseconds. The call that runs into it takes Redis
	// for away, and the next ones don't wait.
	Timeout time.Duration
	// Lease is how long a page can't be rendered elsewhere after a process that
	// rendered it has died; 0 is 3 seconds. While that process lives, it renews
	// the lease.
	Lease time.Duration
	// MaxRender is how long a render may take; 0 is a minute. It must not be
	// less than the RenderTimeout of the cache.
	MaxRender time.Duration

	// Logger is told when Redis goes away and when it is back; nil is
	// [slog.Default].
	Logger *slog.Logger
	// Now is the clock of the cache; nil is [time.Now].
	Now func() time.Time
}

const (
	defaultURL       = "redis://127.0.0.1:6379"
	defaultPrefix    = "apiroutes:"
	defaultMaxMemory = "50mb"
	defaultKeep      = 30 * 24 * time.Hour
	defaultMaxDrift  = time.Second
	defaultTimeout   = 500 * time.Millisecond
	defaultLease     = 3 * time.Second
	defaultMaxRender = time.Minute
)

// complete fills in what was left out, and reports every fault.
func (config *Config) complete() (rueidis.ClientOption, int64, error) {
	var faults []error
	positive := func(name string, d *time.Duration, standard time.Duration) {
		if *d == 0 {
			*d = standard
		}
		if *d < time.Millisecond {
			faults = append(faults, fmt.Errorf("redisstore: %s is %v; leave it out for %v or write a millisecond or more", name, *d, standard))
		}
	}
	text := func(s *string, standard string) {
		if *s == "" {
			*s = standard
		}
	}
	text(&config.URL, defaultURL)
	text(&config.Prefix, defaultPrefix)
	text(&config.MaxMemory, defaultMaxMemory)
	positive("Keep", &config.Keep, defaultKeep)
	positive("MaxDrift", &config.MaxDrift, defaultMaxDrift)
	positive("Timeout", &config.Timeout, defaultTimeout)
	positive("Lease", &config.Lease, defaultLease)
	positive("MaxRender", &config.MaxRender, defaultMaxRender)
	if strings.ContainsAny(config.Prefix, "{}") {
		faults = append(faults, fmt.Errorf(`redisstore: Prefix %q has braces, which choose the slot of a cluster; write one without, such as "shop:"`, config.Prefix))
	}
	memory, err := bytesize.Parse(config.MaxMemory)
	if err != nil {
		faults = append(faults, fmt.Errorf("redisstore: MaxMemory: %w", err))
	}
	option, err := rueidis.ParseURL(config.URL)
	if err != nil {
		// The URL itself is not repeated, since it may hold a password.
		faults = append(faults, errors.New(`redisstore: URL is malformed; write it as "redis://host:6379/0"`))
	}
	if config.Logger == nil {
		config.Logger = slog.Default()
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return option, int64(memory), errors.Join(faults...)
}

// connection adds to the options what the store relies on.
func (config *Config) connection(option rueidis.ClientOption, prefix string, onInvalidations func([]rueidis.RedisMessage)) rueidis.ClientOption {
	option.Dialer.Timeout = min(config.Timeout, 5*time.Second)
	if config.Options != nil {
		config.Options(&option)
	}
	option.AlwaysRESP2, option.DisableCache = false, false
	// All that are named below the prefix, whoever reads them: pages are
	// written rarely and read often.
	option.ClientTrackingOptions = []string{"PREFIX", prefix, "BCAST"}
	option.OnInvalidations = onInvalidations
	// On one connection answers and messages keep their order.
	option.PipelineMultiplex = -1
	option.CacheSizeEachConn = 1 << 16 // its own cache is not used
	option.DisableRetry = true
	option.ConnWriteTimeout = 4 * config.Timeout
	return option
}
