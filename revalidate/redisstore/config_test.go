package redisstore_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/redis/rueidis"

	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

func TestConfigFaults(t *testing.T) {
	for name, test := range map[string]struct {
		config redisstore.Config
		want   []string
	}{
		"all at once": {
			redisstore.Config{
				URL: "redis://:secret@host:port", Prefix: "a{b", MaxMemory: "1k", Keep: -1, MaxDrift: -time.Second, Timeout: -1, Lease: 10, MaxRender: -1,
			},
			[]string{
				"redisstore: Keep is -1ns; leave it out for 720h0m0s or write a millisecond or more",
				"redisstore: MaxDrift is -1s;", "redisstore: Timeout is -1ns;", "redisstore: Lease is 10ns;", "redisstore: MaxRender is -1ns;",
				`redisstore: Prefix "a{b" has braces`, "redisstore: MaxMemory: ", "redisstore: URL is malformed; write it as",
			},
		},
		"another scheme": {redisstore.Config{URL: "http://host"}, []string{"redisstore: URL is malformed"}},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := redisstore.New(test.config)
			if err == nil || s != nil {
				t.Fatal("no error")
			}
			lines := strings.Split(err.Error(), "\n")
			if len(lines) != len(test.want) {
				t.Fatalf("got %q", lines)
			}
			for i, line := range lines {
				if !strings.HasPrefix(line, test.want[i]) {
					t.Errorf("got %q, want %q", line, test.want[i])
				}
				if strings.Contains(line, "secret") {
					t.Errorf("the password is told: %q", line)
				}
			}
			defer func() {
				if recover() == nil {
					t.Error("Must did not panic")
				}
			}()
			redisstore.Must(test.config)
		})
	}
}

func TestConfigIsKeyed(t *testing.T) {
	if f := reflect.TypeFor[redisstore.Config]().Field(0); f.Name != "_" || f.Type.Size() != 0 {
		t.Error("Config may be written without names")
	}
}

// TestOptions may change where and how to connect, but not what the store
// relies on.
func TestOptions(t *testing.T) {
	redis := startRedis(t)
	change := func(config *redisstore.Config) {
		config.URL = "redis://127.0.0.1:1"
		config.Options = func(option *rueidis.ClientOption) {
			option.InitAddress = []string{redis.Addr}
			option.DisableCache, option.AlwaysRESP2 = true, true
			option.ClientTrackingOptions = nil
			option.OnInvalidations = nil
		}
	}
	a, b := redis.open(t, change), redis.open(t, change)
	store(t, a, page("/p", "one"))
	expect(t, b, "/p", "one")
	store(t, a, page("/p", "two"))
	redis.clock(t).until(t, seenWithin, "the other process has the new page", func() bool { return body(t, b, "/p") == "two" })
}
