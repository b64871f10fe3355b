package redisstore_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// pages are examples of all that a page may be.
func pages() []*revalidate.Page {
	full := page("/p\x00 1:\xff}{", "body\x00\xff", "a", "", "b\nc")
	full.Vary = []revalidate.Field{{Name: "Accept-Language", Values: []string{"de", ""}}, {Name: "X"}}
	full.Splits = []string{"Accept", "Accept-Language"}
	full.Header = append(full.Header, revalidate.Field{Name: "X-Latin", Values: []string{"caf\xe9"}})
	full.ETag, full.Order = `"abc"`, 1<<63+5
	mark := &revalidate.Page{Key: "/mark", Window: revalidate.Never, Expire: -1}
	empty := page("", "")
	empty.Body = []byte{}
	old := page("/old", "x")
	old.Stored = time.Date(-5000, 1, 1, 0, 0, 0, 999, time.UTC)
	return []*revalidate.Page{full, mark, empty, old, page("/large", string(make([]byte, 1<<20)))}
}

func TestWireRoundTrip(t *testing.T) {
	for _, want := range pages() {
		got, err := redisstore.Decode(redisstore.Encode(want), want.Key)
		if err != nil {
			t.Errorf("%q: %v", want.Key, err)
			continue
		}
		if !got.Stored.Equal(want.Stored) {
			t.Errorf("%q was stored at %v, want %v", want.Key, got.Stored, want.Stored)
		}
		got.Stored = want.Stored
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
}

// TestWireDamaged is about what never becomes a page: S35 (answers in the wrong
// order) and other damage.
func TestWireDamaged(t *testing.T) {
	good := redisstore.Encode(pages()[0])
	key := pages()[0].Key
	refuse := func(what string, b []byte, key string) {
		t.Helper()
		if p, err := redisstore.Decode(b, key); err == nil || p != nil {
			t.Errorf("%s became a page: %q", what, b)
		}
	}
	refuse("the page of another key", good, "/other")
	refuse("nothing", nil, key)
	for i := range good {
		refuse("a part", good[:i], key)
		for bit := range 8 {
			damaged := bytes.Clone(good)
			damaged[i] ^= 1 << bit
			refuse("a page with a changed bit", damaged, key)
		}
	}
	refuse("a page and more", append(bytes.Clone(good), 0), key)
	refuse("another version", sealed(2, good[9:]), key)
	refuse("no fields", sealed(1, nil), key)
	refuse("a number of two", sealed(1, append(bytes.Clone(good[9:]), 4, 2, 2, 2)), key)
	refuse("a number of none", sealed(1, append(bytes.Clone(good[9:]), 4, 0)), key)
	refuse("a time of one", sealed(1, append(bytes.Clone(good[9:]), 10, 1, 2)), key)
	refuse("a time of none", sealed(1, append(bytes.Clone(good[9:]), 10, 0)), key)
	refuse("a header that ends too early", sealed(1, append(bytes.Clone(good[9:]), 6, 2, 1, 5)), key)
	refuse("a length that never ends", sealed(1, append(bytes.Clone(good[9:]), bytes.Repeat([]byte{0xff}, 20)...)), key)
}

// sealed gives fields a header with the right checksum.
func sealed(version byte, fields []byte) []byte {
	b := append([]byte("APIR"), version, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(b[5:], crc32.Checksum(fields, crc32.MakeTable(crc32.Castagnoli)))
	return append(b, fields...)
}

// TestWireLaterFields: what a later version adds does not keep this one from
// reading the rest.
func TestWireLaterFields(t *testing.T) {
	want := pages()[0]
	fields := append([]byte{99, 3, 'n', 'e', 'w', 0xe8, 0x07, 0}, redisstore.Encode(want)[9:]...)
	got, err := redisstore.Decode(sealed(1, append(fields, 98, 0)), want.Key)
	if err != nil || !bytes.Equal(got.Body, want.Body) || len(got.Header) != len(want.Header) {
		t.Errorf("got %+v, %v", got, err)
	}
}

// TestWireLengths is about S25: a length prefix that allocates what it says.
func TestWireLengths(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for tag := range byte(16) {
		for _, length := range []uint64{100, 1 << 31, 1 << 40, 1<<63 - 1, 1 << 63, 1<<64 - 1} {
			fields := append(binary.AppendUvarint([]byte{tag}, length), "short"...)
			if p, err := redisstore.Decode(sealed(1, fields), ""); err == nil {
				t.Errorf("length %d became %+v", length, p)
			}
		}
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
		t.Errorf("%d bytes were allocated", n)
	}
}

// FuzzDecode: nothing that is stored makes the decoder panic, and what it
// accepts is the page that it would write.
func FuzzDecode(f *testing.F) {
	for _, p := range pages()[:4] {
		f.Add(redisstore.Encode(p)[9:], p.Key)
	}
	f.Add([]byte{6, 2, 1, 5}, "")
	page := pages()[0]
	fields := redisstore.Encode(page)[9:]
	f.Add(fields, page.Key+"x")                                                     // another key
	f.Add(fields[:len(fields)-1], page.Key)                                         // cut off
	f.Add(append([]byte{99, 3, 'n', 'e', 'w'}, fields...), page.Key)                // a field of a later version
	f.Add(append(bytes.Clone(fields), fields...), page.Key)                         // each field twice
	f.Add(append(bytes.Clone(fields), 4, 2, 2, 2), page.Key)                        // a number of two
	f.Add(append(bytes.Clone(fields), 10, 1, 2), page.Key)                          // a time of one
	f.Add(append(bytes.Clone(fields), 6, 5, 9, 1, 'n', 2, 0), page.Key)             // a header without a name
	f.Add(append(bytes.Clone(fields), bytes.Repeat([]byte{0xff}, 20)...), page.Key) // a tag that never ends
	f.Add(binary.AppendUvarint(append(bytes.Clone(fields), 7), 1<<40), page.Key)    // a body of a terabyte
	f.Add(binary.AppendUvarint(append(bytes.Clone(fields), 7), 1<<64-1), page.Key)  // a length that has no sign
	f.Fuzz(func(t *testing.T, fields []byte, key string) {
		_, _ = redisstore.Decode(fields, key)
		p, err := redisstore.Decode(sealed(1, fields), key)
		if err != nil {
			return
		}
		if p.Key != key {
			t.Errorf("the page of %q was returned for %q", p.Key, key)
		}
		again, err := redisstore.Decode(redisstore.Encode(p), key)
		if err != nil || !again.Stored.Equal(p.Stored) {
			t.Fatalf("%+v became %+v, %v", p, again, err)
		}
		again.Stored = p.Stored
		if !reflect.DeepEqual(again, p) {
			t.Errorf("%+v became %+v", p, again)
		}
	})
}
