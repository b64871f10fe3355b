package redisstore_test

import (
	"testing"
)

// BenchmarkGet is a hit: a page that the process holds.
func BenchmarkGet(b *testing.B) {
	redis := startRedis(b)
	s := redis.open(b)
	store(b, s, page("/posts/42", string(make([]byte, 8<<10))))
	redis.settle(b, s)
	expect(b, s, "/posts/42", string(make([]byte, 8<<10)))
	b.ReportAllocs()
	for b.Loop() {
		if p, err := s.Get(b.Context(), "/posts/42"); err != nil || p == nil {
			b.Fatal(p, err)
		}
	}
}

// BenchmarkGetRedis is a page that has to be read from Redis.
func BenchmarkGetRedis(b *testing.B) {
	redis := startRedis(b)
	s := redis.open(b)
	store(b, s, page("/posts/42", string(make([]byte, 8<<10))))
	b.ReportAllocs()
	for b.Loop() {
		s.Forget("/posts/42")
		if p, err := s.Get(b.Context(), "/posts/42"); err != nil || p == nil {
			b.Fatal(p, err)
		}
	}
}

// BenchmarkRender is what the order of renders costs: a ticket and a page.
func BenchmarkRender(b *testing.B) {
	redis := startRedis(b)
	redis.command(b, "CONFIG", "SET", "appendfsync", "no")
	s := redis.open(b)
	p := page("/posts/42", string(make([]byte, 8<<10)), "tag")
	b.ReportAllocs()
	for b.Loop() {
		store(b, s, p)
	}
}

// TestHitAllocatesNothing, as a page is shared.
func TestHitAllocatesNothing(t *testing.T) {
	redis := startRedis(t)
	s := redis.open(t)
	store(t, s, page("/p", "one"))
	redis.settle(t, s)
	expect(t, s, "/p", "one")
	if n := testing.AllocsPerRun(100, func() { _, _ = s.Get(t.Context(), "/p") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
