package preview_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
)

// withSalt signs an envelope whose salt is a number; what is behind it cannot
// be decrypted, which is found out after the derivation.
func withSalt(n int) string {
	return forge(keys.Signing, plainHeader, fmt.Sprintf(`{"data":"%0128x%s"}`, n, strings.Repeat("0", 100)))
}

// 50 requests with one new token, as one browser sends them for one page, cost
// one derivation.
func TestDerivationIsShared(t *testing.T) {
	t.Parallel()
	maker, codec := preview.NewCodec(keys), preview.NewCodec(keys)
	token := encode(t, maker, `{}`)
	derivations := preview.CountDerivations(codec)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := codec.Decode(token, now); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := derivations.Load(); n != 1 {
		t.Errorf("%d derivations", n)
	}
}

// A codec reads its own tokens without another derivation.
func TestDerivationForOwnTokens(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	derivations := preview.CountDerivations(codec)
	for range 20 {
		if _, err := codec.Decode(encode(t, codec, `{}`), now); err != nil {
			t.Error(err)
		}
	}
	if n := derivations.Load(); n != 1 {
		t.Errorf("%d derivations", n)
	}
}

// A token that is not signed with the key costs none, and one that is but
// cannot be decrypted costs one, not one for each request.
func TestDerivationForBadTokens(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	derivations := preview.CountDerivations(codec)
	foreign := preview.NewCodec(preview.NewKeys())
	for range 20 {
		if _, err := codec.Decode(encode(t, foreign, `{}`), now); err == nil {
			t.Error("a foreign token is accepted")
		}
	}
	if n := derivations.Load(); n != 0 {
		t.Errorf("foreign tokens: %d derivations", n)
	}
	for range 20 {
		if _, err := codec.Decode(withSalt(1), now); err == nil {
			t.Error("a broken envelope is accepted")
		}
	}
	if n := derivations.Load(); n != 1 {
		t.Errorf("a broken envelope: %d derivations", n)
	}
}

// The keys that are kept are the last used ones, and no more than KeyCache.
func TestDerivedKeysAreBounded(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	preview.SkipDerivations(codec)
	derivations := preview.CountDerivations(codec)
	ask := func(n int) int64 {
		before := derivations.Load()
		if _, err := codec.Decode(withSalt(n), now); err == nil {
			t.Errorf("salt %d: a broken envelope is accepted", n)
		}
		return derivations.Load() - before
	}
	for n := range preview.KeyCache {
		ask(n)
	}
	if ask(0) != 0 {
		t.Error("a key was forgotten before the cache was full")
	}
	ask(preview.KeyCache) // pushes 1 out, as 0 was just used
	if ask(0) != 0 || ask(preview.KeyCache) != 0 {
		t.Error("a key in use was forgotten")
	}
	if ask(1) != 1 {
		t.Error("more keys are kept than KeyCache")
	}
}

// What a hostile token makes the reader allocate is bounded by its length.
func TestDecodeAllocations(t *testing.T) {
	codec := preview.NewCodec(keys)
	for name, token := range map[string]string{
		"1 MB":           strings.Repeat("A", 1<<20),
		"1 MB of dots":   strings.Repeat(".", 1<<20),
		"4 kB of dots":   strings.Repeat(".", preview.MaxRead),
		"4 kB unsigned":  strings.Repeat("A", 40) + "." + strings.Repeat("A", 3900) + "." + strings.Repeat("A", 43),
		"long signature": "a.b." + strings.Repeat("A", 4000),
	} {
		const runs = 20
		spent := allocated(func() {
			for range runs {
				if _, err := codec.Decode(token, now); err == nil {
					t.Error("accepted")
				}
			}
		})
		if n := spent / runs; n > 4*preview.MaxRead {
			t.Errorf("%s: %d bytes for one token", name, n)
		}
	}
}

// Where the platform allows no such cipher, nothing is written and nothing is
// read; the error says why.
func TestDerivationFails(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	fault := errors.New("not allowed here")
	preview.FailDerivations(codec, fault)
	if _, err := codec.Encode([]byte(`{}`), now, preview.Forever); !errors.Is(err, fault) {
		t.Errorf("encoded: %v", err)
	}
	if _, err := codec.Decode(withSalt(1), now); !errors.Is(err, fault) || !errors.Is(err, preview.ErrSealed) {
		t.Errorf("decoded: %v", err)
	}
}

// What one new token costs, and what every other request with it.
func BenchmarkDecode(b *testing.B) {
	codec := preview.NewCodec(keys)
	token := encode(b, codec, `{"v":1}`)
	b.Run("new", func(b *testing.B) {
		for b.Loop() {
			_, _ = preview.NewCodec(keys).Decode(token, now)
		}
	})
	b.Run("known", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = codec.Decode(token, now)
		}
	})
	b.Run("unsigned", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = codec.Decode(token[:len(token)-4]+"AAAA", now)
		}
	})
}
