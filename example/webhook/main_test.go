package main_test

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
	main "github.com/gin-apiroutes/apiroutes/example/webhook"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Setenv("GITHUB_SECRET", "") // the example's own
	t.Setenv("STRIPE_SECRET", "")
	exampletest.README(t, "-addr", "127.0.0.1:8086")
}

// The vectors of RFC 4231, sections 4.2 and 4.3.
func TestSigned(t *testing.T) {
	t.Parallel()
	const jefe = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	for _, test := range []struct {
		secret, digits string
		parts          []string
		want           bool
	}{
		{strings.Repeat("\x0b", 20), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", []string{"Hi There"}, true},
		{"Jefe", jefe, []string{"what do ya want for nothing?"}, true},
		{"Jefe", strings.ToUpper(jefe), []string{"what do ya want ", "for nothing?"}, true},
		{"Jeff", jefe, []string{"what do ya want for nothing?"}, false},
		{"Jefe", jefe, []string{"what do ya want for nothing"}, false},
		{"Jefe", jefe[2:], []string{"what do ya want for nothing?"}, false},
		{"Jefe", jefe[1:], []string{"what do ya want for nothing?"}, false},
		{"Jefe", "not hexadecimal", []string{"what do ya want for nothing?"}, false},
		{"Jefe", "", nil, false},
	} {
		var parts [][]byte
		for _, part := range test.parts {
			parts = append(parts, []byte(part))
		}
		if got := main.Signed([]byte(test.secret), test.digits, parts...); got != test.want {
			t.Errorf("%s of %q: got %v", test.digits, test.parts, got)
		}
	}
}

// The first signature is the one with which GitHub's documentation lets people
// test their code.
func TestGitHub(t *testing.T) {
	t.Parallel()
	const signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
	base := exampletest.Serve(t, main.NewEngine("It's a Secret to Everybody", "", time.Now))
	for _, test := range []struct {
		name, body, signature string
		status                int
		want                  string
	}{
		{"the published vector", "Hello, World!", signature, 200, `{"bytes":13,"event":"push"}`},
		{"another body", "Hello, World?", signature, 401, "signature does not match"},
		{"one byte more", "Hello, World!\n", signature, 401, "signature does not match"},
		{"no body", "", signature, 401, "signature does not match"},
		{"no algorithm", "Hello, World!", signature[7:], 401, "signature does not match"},
		{"another algorithm", "Hello, World!", "sha1=" + signature[7:], 401, "signature does not match"},
		{"no signature", "Hello, World!", "", 401, "signature does not match"},
		{"too large", strings.Repeat("x", 25<<20+1), signature, 413, "Body exceeded 25mb limit"},
	} {
		got := exampletest.Send(t, "POST", base+"/api/github", test.body, "Content-Type", "text/plain",
			"X-GitHub-Event", "push", "X-Hub-Signature-256", test.signature)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s: got %d %q, want %d %q", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
}

// Signatures for the secret whsec_test, made by
//
//	printf '%s.%s' 1700000000 "$body" | openssl dgst -sha256 -hmac whsec_test
const (
	charged       = `{"id":"evt_1","type":"charge.succeeded"}`
	chargedAt0    = "a3f7d2647ca8af4e7ebbd79c4f9380dbd98ee11b35cf0485b700ca327380e947"
	chargedAt700  = "88644ad8ff953b67c2ad04527051731f2e095efdcacf68bcc819e81c3c052a3d"
	chargedOldKey = "1b11dd525011eceb50453aa169a543e715160cfe0e441349be196470bc3880bb"
	emptyAt0      = "35495024f4ef3f94e5a93e22221544c4b75e9a42300cd965ab81cb85cd994e91"
)

var signedAt = time.Unix(1_700_000_000, 0)

func TestStripe(t *testing.T) {
	t.Parallel()
	const (
		mismatch = "signature does not match"
		old      = "signature is too old, or the clocks differ"
		good     = `{"event":"charge.succeeded"}`
	)
	for _, test := range []struct {
		name, body, header string
		after              time.Duration // from the time of the signature to the request
		status             int
		want               string
	}{
		{"at once", charged, "t=1700000000,v1=" + chargedAt0, 0, 200, good},
		{"blanks between items", charged, "t=1700000000, v1=" + chargedAt0, 0, 200, good},
		{"two signatures", charged, "t=1700000000,v1=" + chargedOldKey + ",v1=" + chargedAt0, 0, 200, good},
		{"two signatures, the other way round", charged, "t=1700000000,v1=" + chargedAt0 + ",v1=" + chargedOldKey, 0, 200, good},
		{"at the end of the window", charged, "t=1700000000,v1=" + chargedAt0, 5 * time.Minute, 200, good},
		{"after it", charged, "t=1700000000,v1=" + chargedAt0, 5*time.Minute + time.Second, 400, old},
		{"from the future", charged, "t=1700000000,v1=" + chargedAt0, -5*time.Minute - time.Second, 400, old},
		{"a newer time, not signed", charged, "t=1700000700,v1=" + chargedAt0, 700 * time.Second, 400, mismatch},
		{"another secret", charged, "t=1700000000,v1=" + chargedOldKey, 0, 400, mismatch},
		{"another body", `{"id":"evt_1","type":"charge.refunded"}`, "t=1700000000,v1=" + chargedAt0, 0, 400, mismatch},
		{"the same JSON, other bytes", `{"id": "evt_1","type":"charge.succeeded"}`, "t=1700000000,v1=" + chargedAt0, 0, 400, mismatch},
		{"v0 only", charged, "t=1700000000,v0=" + chargedAt0, 0, 400, mismatch},
		{"no time", charged, "v1=" + chargedAt0, 0, 400, "no time in the signature"},
		{"no number", charged, "t=now,v1=" + chargedAt0, 0, 400, "no time in the signature"},
		{"no header", charged, "", 0, 400, "no time in the signature"},
		{"signed, but no event", "{}", "t=1700000000,v1=" + emptyAt0, 0, 400, "/id is required; /type is required"},
		{"no JSON", "{", "t=1700000000,v1=" + emptyAt0, 0, 400, "Invalid JSON"},
	} {
		now := func() time.Time { return signedAt.Add(test.after) }
		base := exampletest.Serve(t, main.NewEngine("", "whsec_test", now))
		got := sendStripe(t, base, test.body, test.header)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s: got %d %q, want %d %q", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
}

func sendStripe(t *testing.T, base, body, header string) exampletest.Answer {
	t.Helper()
	return exampletest.Send(t, "POST", base+"/api/stripe", body, "Content-Type", "application/json", "Stripe-Signature", header)
}

// A copy of a request within the window is not an event again.
func TestStripeReplay(t *testing.T) {
	t.Parallel()
	now := signedAt
	base := exampletest.Serve(t, main.NewEngine("", "whsec_test", func() time.Time { return now }))
	const header = "t=1700000000,v1=" + chargedAt0
	for _, want := range []string{`{"event":"charge.succeeded"}`, `{"again":true,"event":"charge.succeeded"}`} {
		if got := sendStripe(t, base, charged, header); got.Body != want {
			t.Errorf("got %d %q, want %q", got.Status, got.Body, want)
		}
		now = signedAt.Add(4 * time.Minute)
	}
	now = signedAt.Add(700 * time.Second) // forgotten, and a new signature
	if got := sendStripe(t, base, charged, "t=1700000700,v1="+chargedAt700); got.Body != `{"event":"charge.succeeded"}` {
		t.Errorf("got %d %q", got.Status, got.Body)
	}
}
