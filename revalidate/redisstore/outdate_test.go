package redisstore_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// field is a number in a hash.
func (s *server) field(t *testing.T, key, field string) int64 {
	t.Helper()
	reply := s.command(t, "HGET", key, field)
	text, err := reply.ToString()
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// lifetime is how many milliseconds a key has left.
func (s *server) lifetime(t *testing.T, key string) int64 {
	t.Helper()
	reply := s.command(t, "PTTL", key)
	n, err := reply.AsInt64()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOutdate is about what a Next.js front end reads: each call is later than
// the one before, lasts longer than any render, and shortens no mark that
// others keep.
func TestOutdate(t *testing.T) {
	t.Parallel()
	redis := startRedis(t)
	store := redis.open(t)
	for _, c := range []struct{ tag, path, name string }{{"", "/p/café", "_N_T_/p/café"}, {"posts", "", "posts"}} {
		mark := store.MarkName(c.name)
		outdate := func(wantKnown bool) int64 {
			t.Helper()
			known, err := store.Outdate(t.Context(), c.tag, c.path)
			if err != nil || known != wantKnown {
				t.Errorf("%s: known %t, %v", c.name, known, err)
			}
			return redis.field(t, mark, "e")
		}
		first := outdate(false)
		if made := redis.field(t, mark, "i"); made != first || time.Since(time.UnixMicro(first)).Abs() > time.Minute {
			t.Errorf("%s: made at %d, out of date since %d", c.name, made, first)
		}
		if ttl := redis.lifetime(t, mark); ttl < 60_000 || ttl > 120_000 {
			t.Errorf("%s: lives for %d ms", c.name, ttl)
		}
		redis.command(t, "HSET", mark, "n", "1", "s", strconv.FormatInt(first+1e9, 10)) // a clock that was put back
		redis.command(t, "PEXPIRE", mark, "1000000")
		if second := outdate(true); second <= first+1e9 {
			t.Errorf("%s: %d, then %d", c.name, first, second)
		}
		if ttl := redis.lifetime(t, mark); ttl < 900_000 {
			t.Errorf("%s: a mark that others keep lives for %d ms", c.name, ttl)
		}
	}
	redis.Stop()
	if _, err := store.Outdate(t.Context(), "", "/p"); !errors.Is(err, redisstore.ErrAway) {
		t.Errorf("without Redis: %v", err)
	}
}

// TestScripts: the scripts that both sides run are the same.
func TestScripts(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	output, err := exec.CommandContext(t.Context(), node, "--input-type=module", "--eval",
		"import * as scripts from './nextjs/scripts.js'; console.log(JSON.stringify(scripts))").Output()
	if err != nil {
		t.Fatal(err)
	}
	var theirs map[string]string
	if err := json.Unmarshal(output, &theirs); err != nil {
		t.Fatal(err)
	}
	for name, ours := range redisstore.Scripts {
		if theirs[name] != ours {
			t.Errorf("%s in nextjs/scripts.js is\n%s\nhere it is\n%s", name, theirs[name], ours)
		}
	}
}
