package redisstore_test

import (
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
	"github.com/gin-apiroutes/apiroutes/revalidate/storetest"
)

// TestCluster runs on a cluster, though of one node: it refuses scripts and
// commands whose keys are in several slots.
func TestCluster(t *testing.T) {
	redis := startRedis(t, "--cluster-enabled", "yes", "--cluster-config-file", "nodes")
	redis.command(t, "CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	until(t, 5*time.Second, "the cluster is up", func() bool {
		c, err := redis.dial()
		if err != nil {
			return false
		}
		defer c.Close()
		return c.Do(t.Context(), c.B().Get().Key("x").Build()).Error().Error() == "redis nil message"
	})
	n := 0
	storetest.Run(t, func(t *testing.T) revalidate.Store {
		t.Helper()
		n++
		return redis.open(t, func(config *redisstore.Config) { config.Prefix = numbered("suite:", n) })
	})
	a, b := redis.open(t), redis.open(t)
	store(t, a, page("/p", "one", "tag", "other"))
	until(t, time.Second, "it is held", func() bool { expect(t, b, "/p", "one"); return b.Held("/p") != nil })
	store(t, a, page("/p", "two"))
	until(t, 100*time.Millisecond, "the other process has the new page", func() bool { return body(t, b, "/p") == "two" })
	redis.kill()
	expect(t, b, "/p", "two")
	redis.start(t)
	until(t, 5*time.Second, "both are up", func() bool { return a.Up() && b.Up() })
}
