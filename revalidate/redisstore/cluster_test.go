package redisstore_test

import (
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
	"github.com/gin-apiroutes/apiroutes/revalidate/storetest"
)

// startCluster runs a cluster, though of one node: it refuses scripts and
// commands whose keys are in several slots.
func startCluster(tb testing.TB) *server {
	tb.Helper()
	redis := startRedis(tb, "--cluster-enabled", "yes", "--cluster-config-file", "nodes")
	redis.command(tb, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	until(tb, patience, "the cluster is up", func() bool {
		c, err := redis.dial()
		if err != nil {
			return false
		}
		defer c.Close()
		return c.Do(tb.Context(), c.B().Get().Key("x").Build()).Error().Error() == "redis nil message"
	})
	return redis
}

// TestCluster is what every store has to do, on a cluster.
func TestCluster(t *testing.T) {
	redis := startCluster(t)
	n := 0
	storetest.Run(t, func(t *testing.T) revalidate.Store {
		t.Helper()
		n++
		return redis.open(t, func(config *redisstore.Config) { config.Prefix = numbered("suite:", n) })
	})
	if kinds := redis.clean(t, `suite:\d+`, 31*24*time.Hour); len(kinds) == 0 {
		t.Error("no keys")
	}
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one", "tag", "other"))
	until(t, patience, "it is held", func() bool { expect(t, b, "/p", "one"); return b.Held("/p") != nil })
	store(t, a, page("/p", "two"))
	redis.clock(t).until(t, seenWithin, "the other process has the new page", func() bool { return body(t, b, "/p") == "two" })
	redis.Stop()
	expect(t, b, "/p", "two")
	redis.Restart(t)
	until(t, patience, "both are up", func() bool { return a.Up() && b.Up() })
}
