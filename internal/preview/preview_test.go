package preview_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-apiroutes/apiroutes/internal/preview"
	"github.com/gin-apiroutes/apiroutes/internal/referee"
)

type cookies struct {
	Name  string   `json:"name"`
	Lines []string `json:"lines"` // of the Cookie header
}

type verdict struct {
	Data    any  `json:"data"`    // req.previewData; false is "no preview"
	Cleared int  `json:"cleared"` // Set-Cookie lines
	Threw   bool `json:"threw"`   // answered with 500
}

// readByNext asks the function that Next.js itself calls, at the moment of the
// tests and with their keys.
var readByNext = fmt.Sprintf(`(() => {
  const { tryGetPreviewData } = require('next/dist/server/api-utils/node/try-get-preview-data');
  process.env.NODE_ENV = 'production';
  Date.now = () => %d;
  const options = { previewModeId: %q, previewModeSigningKey: %q, previewModeEncryptionKey: %q };
  return (q) => {
    const headers = q.lines.length ? { cookie: q.lines.join('; ') } : {};
    let set = [];
    const res = { getHeader: () => set, setHeader: (name, lines) => { set = lines; } };
    try {
      return { data: tryGetPreviewData({ headers }, res, options, false), cleared: set.length, threw: false };
    } catch (error) {
      return { data: false, cleared: set.length, threw: true };
    }
  };
})()`, now.UnixMilli(), keys.ID, keys.Signing, keys.Encryption)

func cookieLine(bypass, data string) []string {
	return []string{preview.BypassCookie + "=" + bypass + "; " + preview.DataCookie + "=" + data}
}

// questions are the rows of the table, and everything that a token can be.
func questions(tb testing.TB) []cookies {
	tb.Helper()
	codec := preview.NewCodec(keys)
	data := envelope(tb, codec, `{"v":1}`)
	other := preview.NewCodec(preview.Keys{ID: keys.ID, Signing: keys.Signing, Encryption: strings.Repeat("0", 64)})
	token := encode(tb, codec, `{"v":1}`)
	part := strings.Split(token, ".")
	moment := float64(now.UnixMilli()) / 1000

	list := []cookies{
		{Name: "nothing", Lines: []string{}},
		{Name: "other cookies", Lines: []string{"a=b; c=d"}},
		{Name: "bypass alone", Lines: []string{preview.BypassCookie + "=" + keys.ID}},
		{Name: "bypass twice, last right", Lines: []string{preview.BypassCookie + "=x; " + preview.BypassCookie + "=" + keys.ID}},
		{Name: "bypass twice, last wrong", Lines: []string{preview.BypassCookie + "=" + keys.ID, preview.BypassCookie + "=x"}},
		{Name: "bypass wrong", Lines: []string{preview.BypassCookie + "=wrong"}},
		{Name: "bypass in upper case", Lines: []string{preview.BypassCookie + "=" + strings.ToUpper(keys.ID)}},
		{Name: "bypass empty", Lines: []string{preview.BypassCookie + "="}},
		{Name: "bypass without =", Lines: []string{preview.BypassCookie}},
		{Name: "bypass encoded", Lines: []string{preview.BypassCookie + "=%31" + keys.ID[1:]}},
		{Name: "bypass with a broken escape", Lines: []string{preview.BypassCookie + "=" + keys.ID + "%zz"}},
		{Name: "broken escape after a right one", Lines: []string{preview.BypassCookie + "=" + keys.ID + "; " + preview.BypassCookie + "=%E0"}},
		{Name: "data alone", Lines: []string{preview.DataCookie + "=" + token}},
		{Name: "data without =", Lines: []string{preview.BypassCookie + "=" + keys.ID + ";" + preview.DataCookie}},
		{Name: "data empty", Lines: cookieLine(keys.ID, "")},
		{Name: "both empty", Lines: cookieLine("", "")},
		{Name: "bypass wrong, data right", Lines: cookieLine("wrong", token)},
		{Name: "bypass empty, data right", Lines: cookieLine("", token)},
		{Name: "two lines", Lines: []string{preview.DataCookie + "=" + token, preview.BypassCookie + "=" + keys.ID}},
		{Name: "dots encoded", Lines: cookieLine(keys.ID, strings.ReplaceAll(token, ".", "%2e"))},
	}
	for _, text := range []string{`{"v":1}`, `[]`, `"s"`, `{}`, `null`, `true`, `false`, " false\n", `0`, `""`, `{"é":"\u00e9😀"}`} {
		list = append(list, cookies{Name: "data " + text, Lines: cookieLine(keys.ID, encode(tb, codec, text))})
	}
	for _, text := range []string{``, `{`, `undefined`, `{"a":1}x`, "\ufeff{}", `'s'`} {
		list = append(list, cookies{Name: "not JSON " + text, Lines: cookieLine(keys.ID, encode(tb, codec, text))})
	}
	tokens := map[string]string{
		"no parts": "abc", "two parts": part[0] + "." + part[1], "four parts": token + ".x", "dot in front": "." + token,
		"no signature": part[0] + "." + part[1] + ".", "padded": token + "=", "two dots": "..", "a dot": ".",
		"signature short": token[:len(token)-1], "signature long": token + "A", "signature longer": token + "AA",
		"signature of another key": forge(keys.Encryption, plainHeader, payloadOf(tb, token)),
		"key decoded from hex":     forge(string(unhex(tb, keys.Signing)), plainHeader, payloadOf(tb, token)),
		"payload changed":          part[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(`{"data":"00"}`)) + "." + part[2],
		"standard alphabet":        strings.ReplaceAll(strings.ReplaceAll(token, "-", "+"), "_", "/") + "+",
		"line break in the header": seal(sha256.New, keys.Signing, part[0]+"\r."+part[1]),
		"lone character":           seal(sha256.New, keys.Signing, part[0]+"."+part[1]+strings.Repeat("A", (5-len(part[1])%4)%4)),
	}
	for _, name := range slices.Sorted(maps.Keys(tokens)) {
		list = append(list, cookies{Name: "token: " + name, Lines: cookieLine(keys.ID, tokens[name])})
	}
	for _, header := range []string{
		`{"alg":"HS256"}`, `{"alg":"HS256","typ":"x"}`, `{"typ":"JWT"}`, `{"alg":"hs256"}`, `{"alg":["HS256"]}`, `{"alg":"none"}`,
		`{"alg":"none","alg":"HS256"}`, `{"ALG":"HS256"}`, `[]`, `null`, `"HS256"`, ``, `{"alg":"HS256"`, `{"alg":"HS256","crit":null}`, `{"alg":"HS256","crit":0}`,
		`{"alg":"HS256","crit":false}`, `{"alg":"HS256","crit":""}`, `{"alg":"HS256","crit":[]}`, `{"alg":"HS256","crit":["exp"]}`, `{"alg":"HS256","crit":true}`,
		`{"alg":"HS256","crit":1}`, `{"alg":"HS256","crit":"x"}`, `{"alg":"HS256","crit":{}}`, `{"alg":"HS256","crit":[1e999]}`, `{"alg":"HS256","kid":"a","x":[1]}`, "\ufeff{\"alg\":\"HS256\"}",
	} {
		list = append(list, cookies{Name: "header " + header, Lines: cookieLine(keys.ID, forge(keys.Signing, header, `{"data":"`+data+`"}`))})
	}
	list = append(list, cookies{Name: "header HS512", Lines: cookieLine(keys.ID, forge512(keys.Signing, `{"alg":"HS512","typ":"JWT"}`, `{"data":"`+data+`"}`))})
	for _, claims := range []string{
		`"iat":0`, `"iat":9999999999`, `"iat":"x"`, `"a":{"b":[1]}`, `"exp":9999999999`, `"exp":1`, `"exp":0`, `"exp":-1`, `"exp":null`, `"exp":"9999999999"`, `"exp":[9999999999]`, `"exp":{}`,
		`"exp":true`, `"exp":1e999`, `"exp":-1e999`, `"EXP":1`, `"exp":1,"exp":9999999999`, `"\u0065xp":1`, `"nbf":0`, `"nbf":9999999999`, `"nbf":"0"`, `"nbf":null`, `"nbf":1e999`, `"nbf":-1e999`,
		fmt.Sprintf(`"exp":%.3f`, moment), fmt.Sprintf(`"exp":%.3f`, moment-0.001), fmt.Sprintf(`"nbf":%.3f`, moment), fmt.Sprintf(`"nbf":%.3f`, moment+0.001),
		fmt.Sprintf(`"exp":%d`, now.Unix()), fmt.Sprintf(`"exp":%d`, now.Unix()+1), `"data":"00"`,
	} {
		list = append(list, cookies{Name: "claims " + claims, Lines: cookieLine(keys.ID, forge(keys.Signing, plainHeader, `{"data":"`+data+`",`+claims+`}`))})
	}
	for _, payload := range []string{`{}`, `[]`, `null`, `""`, `{"data":""}`, `{"data":"00"}`, `{"data":"zz"}`, `{"data":null}`, `{"data":5}`, `{"data":true}`, `{"data":{}}`, `{"Data":"` + data + `"}`} {
		list = append(list, cookies{Name: "payload " + payload[:min(len(payload), 20)], Lines: cookieLine(keys.ID, forge(keys.Signing, plainHeader, payload))})
	}
	flipped := []byte(data)
	flipped[len(flipped)-1] ^= 1
	envelopes := map[string]string{
		"upper case": strings.ToUpper(data), "half a byte more": data + "a", "junk behind": data + "zz", "more behind the junk": data + "zz00",
		"last byte missing": data[:len(data)-2], "a byte more": data + "00", "flipped": string(flipped), "no text": data[:192], "shorter than its header": data[:190],
		"other password": envelope(tb, other, `{"v":1}`),
	}
	for _, name := range slices.Sorted(maps.Keys(envelopes)) {
		list = append(list, cookies{Name: "envelope: " + name, Lines: cookieLine(keys.ID, forge(keys.Signing, plainHeader, `{"data":"`+envelopes[name]+`"}`))})
	}
	return list
}

func unhex(tb testing.TB, text string) []byte {
	tb.Helper()
	var b []byte
	if _, err := fmt.Sscanf(text, "%x", &b); err != nil {
		tb.Fatal(err)
	}
	return b
}

// Each of the recorded cookies means here what it means to Next.js.
func TestReadAgreesWithNext(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	seen := map[preview.Outcome]int{}
	for _, c := range referee.Table[cookies, verdict](t, "read", readByNext, func() []cookies { return questions(t) }) {
		want, name := *c.Answer, c.Question.Name
		outcome, text := codec.Read(preview.Find(c.Question.Lines), now)
		seen[outcome]++
		if on := want.Data != any(false); outcome.On() != on {
			t.Errorf("%s: %v, Next.js reads %v", name, outcome, want.Data)
		}
		if want.Threw != (outcome == preview.Sealed) {
			t.Errorf("%s: %v, Next.js throws: %t", name, outcome, want.Threw)
		}
		if cleared := want.Cleared == 2; outcome.Clears() != (cleared || want.Threw) {
			t.Errorf("%s: %v clears: %t, Next.js: %t", name, outcome, outcome.Clears(), cleared)
		}
		var data any = map[string]any{} // of draft mode without data
		if text != nil {
			if err := json.Unmarshal(text, &data); err != nil {
				t.Errorf("%s: %q: %v", name, text, err)
			}
		}
		if outcome.On() && !reflect.DeepEqual(data, want.Data) {
			t.Errorf("%s: data %v, Next.js reads %v", name, data, want.Data)
		}
	}
	for outcome := preview.Absent; outcome <= preview.NotJSON; outcome++ {
		if seen[outcome] == 0 {
			t.Errorf("no case for %q", outcome)
		}
		if outcome.String() == "" {
			t.Errorf("outcome %d says nothing", outcome)
		}
	}
}

// A token beyond the size of any cookie is refused for its length alone.
func TestReadLongToken(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	derivations := preview.CountDerivations(codec)
	data := envelope(t, codec, `{}`)
	derivations.Store(0)
	for _, c := range []struct {
		filler int
		want   preview.Outcome
	}{{1000, preview.Preview}, {2600, preview.Preview}, {4000, preview.BadToken}, {1 << 20, preview.BadToken}} {
		token := forge(keys.Signing, plainHeader, fmt.Sprintf(`{"data":%q,"filler":%q}`, data, strings.Repeat("x", c.filler)))
		if got, _ := codec.Read(preview.Cookies{Bypass: keys.ID, Data: token}, now); got != c.want {
			t.Errorf("%d characters: %v, want %v", len(token), got, c.want)
		}
	}
	if n := derivations.Load(); n != 0 {
		t.Errorf("%d derivations for a known salt", n)
	}
}

// Data is what was put in, byte for byte.
func TestEncodeDecode(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	for _, text := range []string{`{}`, `null`, `"\u2028<&>"`, ` [ 1, 2 ] `, `{"a":"` + strings.Repeat("é", 250) + `"}`} {
		got, err := codec.Decode(encode(t, codec, text), now)
		if err != nil || string(got) != text {
			t.Errorf("%s: %s, %v", text, got, err)
		}
	}
}

// Two tokens of one text have nothing in common that would tell so.
func TestEncodeTakesANewNonce(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	first, second := envelope(t, codec, `{}`), envelope(t, codec, `{}`)
	if first[:128] != second[:128] {
		t.Error("two salts in one process: each token costs a derivation")
	}
	if first[128:160] == second[128:160] || first[192:] == second[192:] {
		t.Error("one nonce for two tokens")
	}
	if other := envelope(t, preview.NewCodec(keys), `{}`); other[:128] == first[:128] {
		t.Error("two codecs share a salt")
	}
}

func TestEncodePayload(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	for _, c := range []struct {
		maxAge int64 // milliseconds
		want   string
	}{
		{-1, `","iat":1772366400}`},
		{0, `","iat":1772366400,"exp":1772366400}`},
		{60_000, `","iat":1772366400,"exp":1772366460}`},
		{749, `","iat":1772366400,"exp":1772366400}`},
		{750, `","iat":1772366400,"exp":1772366401}`},
	} {
		lifetime := preview.Forever
		if c.maxAge >= 0 {
			lifetime = millis(c.maxAge)
		}
		token, err := codec.Encode([]byte(`{}`), now, lifetime)
		if err != nil {
			t.Fatal(err)
		}
		if payload := payloadOf(t, token); !strings.HasPrefix(payload, `{"data":"`) || !strings.HasSuffix(payload, c.want) {
			t.Errorf("%d ms: payload %s, want …%s", c.maxAge, payload, c.want)
		}
		if header, _, _ := strings.Cut(token, "."); header != base64.RawURLEncoding.EncodeToString([]byte(plainHeader)) {
			t.Errorf("header %s", header)
		}
		if end := now.Add(lifetime).Unix(); lifetime >= 0 {
			if _, err := codec.Decode(token, at(end*1000)); err != nil {
				t.Errorf("at its last moment: %v", err)
			}
			if _, err := codec.Decode(token, at(end*1000+1)); err == nil {
				t.Error("after its last moment it is accepted")
			}
		}
	}
}

// What fits is what fits in Next.js: 2048 characters of token.
func TestEncodeLimit(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	last := 0
	for size := range 1200 {
		token, err := codec.Encode(bytes.Repeat([]byte("1"), size), now, preview.Forever)
		if err == nil {
			last = size
			if len(token) > preview.MaxWritten {
				t.Fatalf("%d bytes: %d characters", size, len(token))
			}
			continue
		}
		var tooLarge *preview.TooLargeError
		if !errors.As(err, &tooLarge) || tooLarge.Length <= preview.MaxWritten || !strings.Contains(err.Error(), "limited to 2KB") {
			t.Fatalf("%d bytes: %v", size, err)
		}
	}
	if want := 627; last != want {
		t.Errorf("the largest text that fits has %d bytes, want %d", last, want)
	}
	if _, err := codec.Encode(make([]byte, math.MaxInt16), now, preview.Forever); err == nil {
		t.Error("32 kB fit")
	}
}

type written struct {
	Data   json.RawMessage `json:"data"`
	MaxAge *float64        `json:"maxAge,omitempty"` // seconds
}

// writeByNext asks the API resolver of Next.js for the token of some data.
var writeByNext = fmt.Sprintf(`(() => {
  const { apiResolver } = require('next/dist/server/api-utils/node/api-resolver');
  process.env.NODE_ENV = 'production';
  Date.now = () => %d;
  const context = { previewModeId: %q, previewModeSigningKey: %q, previewModeEncryptionKey: %q };
  return (q) => {
    let set = [], thrown;
    const handler = (req, res) => {
      try { res.setPreviewData(q.data, q.maxAge === undefined ? {} : { maxAge: q.maxAge }); } catch (error) { thrown = error; }
    };
    const res = { getHeader: () => set, setHeader: (name, lines) => { set = lines; }, write() {}, end() {} };
    apiResolver({ headers: {} }, res, {}, { default: handler, config: { api: { bodyParser: false } } }, context, false, false, '/');
    if (thrown) throw thrown;
    return set[1].split(';')[0].split('=')[1];
  };
})()`, now.UnixMilli(), keys.ID, keys.Signing, keys.Encryption)

// Tokens that Next.js makes are read here, and the same data makes the same
// payload here, but for what is random in it.
func TestWriteAgreesWithNext(t *testing.T) {
	t.Parallel()
	codec := preview.NewCodec(keys)
	table := referee.Table[written, string](t, "write", writeByNext, func() []written {
		var list []written
		for _, text := range []string{`{"a":1,"b":"é","n":null}`, `[]`, `"s"`, `{}`, `null`, `false`, `"😀<&>"`} {
			list = append(list, written{Data: json.RawMessage(text)})
		}
		for _, seconds := range []float64{0, 60, 1.5, 1e9} {
			list = append(list, written{Data: json.RawMessage(`{}`), MaxAge: &seconds})
		}
		for _, size := range []int{600, 619, 620, 650, 4000} {
			list = append(list, written{Data: json.RawMessage(`{"v":"` + strings.Repeat("x", size) + `"}`)})
		}
		return list
	})
	random := regexp.MustCompile(`"data":"([0-9a-f]*)"`)
	for _, c := range table {
		maxAge := preview.Forever
		if c.Question.MaxAge != nil {
			maxAge = millis(int64(*c.Question.MaxAge * 1000))
		}
		token, err := codec.Encode(c.Question.Data, now, maxAge)
		if c.Answer == nil {
			if err == nil {
				t.Errorf("%d bytes: Next.js refuses them", len(c.Question.Data))
			}
			continue
		}
		if err != nil {
			t.Errorf("%.40s: %v", c.Question.Data, err)
			continue
		}
		text, err := codec.Decode(*c.Answer, now.Truncate(time.Second)) // a token of 0 seconds is over within its first
		if err != nil || string(text) != string(c.Question.Data) {
			t.Errorf("Next.js wrote %.40s, read as %.40s, %v", c.Question.Data, text, err)
		}
		want, got := payloadOf(t, *c.Answer), payloadOf(t, token)
		if random.ReplaceAllString(want, "") != random.ReplaceAllString(got, "") {
			t.Errorf("payload %s, that of Next.js %s", got, want)
		}
		if len(*c.Answer) != len(token) {
			t.Errorf("%.40s: %d characters, Next.js writes %d", c.Question.Data, len(token), len(*c.Answer))
		}
	}
}
