package preview_test

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

// allocated returns the bytes that f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// Any text is read without a panic, within a bound on memory, and is accepted
// only if somebody signed it.
func FuzzDecode(f *testing.F) {
	codec := preview.NewCodec(keys)
	other := preview.NewKeys()
	for _, c := range referee.Table[cookies, verdict](f, "read", readByNext, func() []cookies { return questions(f) }) {
		f.Add(preview.Find(c.Question.Lines).Data)
	}
	// Signed with other keys, so that no change of the fuzzer is accepted.
	stranger := preview.NewCodec(other)
	f.Fuzz(func(t *testing.T, token string) {
		spent := allocated(func() {
			if _, err := stranger.Decode(token, now); err == nil {
				t.Errorf("%q is accepted without a signature", token)
			}
		})
		if limit := uint64(64<<10 + 16*len(token)); spent > limit {
			t.Errorf("%d characters cost %d bytes", len(token), spent)
		}
		if text, err := codec.Decode(token, now); err == nil && !json.Valid(text) {
			t.Errorf("%q is not JSON", text)
		}
	})
}

// Whatever somebody signs, it is read without a panic and within a bound on
// memory, and what is returned is JSON.
func FuzzSigned(f *testing.F) {
	codec := preview.NewCodec(keys)
	preview.SkipDerivations(codec)
	data := envelope(f, codec, `{"v":1}`)
	f.Add(plainHeader, `{"data":"`+data+`"}`)
	for _, c := range referee.Table[cookies, verdict](f, "read", readByNext, func() []cookies { return questions(f) }) {
		if parts := strings.Split(preview.Find(c.Question.Lines).Data, "."); len(parts) == 3 {
			f.Add(unbase64(parts[0]), strings.Replace(unbase64(parts[1]), `"data":"`, `"data":"`+data, 1))
		}
	}
	f.Fuzz(func(t *testing.T, header, payload string) {
		token := forge(keys.Signing, header, payload)
		spent := allocated(func() {
			if text, err := codec.Decode(token, now); err == nil && !json.Valid(text) {
				t.Errorf("%q is not JSON", text)
			}
		})
		if limit := uint64(64<<10 + 64*len(token)); spent > limit {
			t.Errorf("%d characters cost %d bytes", len(token), spent)
		}
	})
}
