package querystring_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/querystring"
)

// update records the answers of Node.js again.
var update = flag.Bool("update", false, "record what Node.js answers")

const recording = "testdata/node.json"

// record asks Node.js and writes what it answers to testdata.
func record(t *testing.T, inputs any) {
	t.Helper()
	in, err := json.Marshal(inputs)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/record.js")
	cmd.Stdin = bytes.NewReader(in)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("install Node.js: %v", err)
	}
	if err := os.WriteFile(recording, out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// texts are inputs whose answers are recorded besides random ones.
var texts = []string{
	"", "&", "&&&", "=", "==", "&=&", "a", "a=", "=a", "a=b", "a==b", "a=b=c", "a=1&b=2", "a=1&a=2", "a=1&b=2&a=3&a=", "&a=1&&b=2&",
	"a=1;b=2", "a[]=1&a[]=2", "a[b]=1", "a[999999999]=1", "a.b=1", "__proto__=1", "__proto__=1&__proto__=2", "__proto__[x]=1",
	"constructor=1&hasOwnProperty=2&toString=3&length=4", "?a=1", "#a=1", " a = b ", "a=\n", "a=\x00", "a=\x7f",
	"+", "a+b=c+d", "+=+", "a=%20+%2B", "%2B=%2b", "a%26b=c%3Dd", "a%3D=b", "%41=%61", "%2541=%252525", "a=%00",
	"%", "a=%", "a=%%", "a=%4", "a=%4g", "a=%g4", "a=%%41", "a=%4%41", "a=%41%", "a=%41%4", "a=%41%zz+b", "a=% 41",
	"%zz=%41%", "a=100%&b=50%25",
	"a=%C3%A9", "a=%c3%a9", "a=%E2%82%AC", "a=%F0%9F%98%80", "%F0%9F%98%80=%F0%9F%98%80",
	"a=%C3", "a=%A9", "a=%C3%28", "a=%E2%82", "a=%E2%82x", "a=%E2x", "a=%F0%9F%98", "a=%F0%9F%98x", "a=%F0%9Fx", "a=%F0x",
	"a=%FF%FE", "a=%C0%80", "a=%C1%BF",
	"a=%E0%80%80", "a=%E0%9F%BF", "a=%ED%A0%80", "a=%ED%A0%BD%ED%B8%80", "a=%F0%80%80%80", "a=%F4%90%80%80",
	"a=%F5%80%80%80", "a=%EF%BB%BFx", "a=%EF%BF%BD",
	"a=é", "é=é", "a=€", "a=😀", "a=Łódź", "a=é%41", "a=é%", "a=é%zz", "a=é%41%", "a=€%41%", "a=😀%41%", "a=Ł%41%",
	"é%41%=é%41%", "a=é%FF", "a=é%C3",
	"%41=é%", "%41%41=é%", "%41%+41=é%", "%41%4=é%", "%41%4=é1%", "%+41=é%", "a=é%+41", "a=é%4+1", "a=é%4+1%", "é%+41=x",
	"é%4+1=x", "a=é%++4++1", "a=é%4x1%", "a=%C3é", "a=\u2028\u2029<>&b=\"\\\b\f\r\t\x1f",
}

// randomTexts returns the texts above and n more of pieces that have a meaning, put together at random.
func randomTexts(n int) []string {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{
		"a", "b", "é", "€", "😀", "Ł", "\u0100", "=", "=", "=", "&", "&", "&", "+", "+", "%", "%", "4", "1", "f", "F", "g", "%41", "%7a", "%20", "%2B", "%25", "%26", "%3D",
		"%zz", "%4", "%C3%A9", "%C3", "%A9", "%E2%82%AC", "%E2", "%82", "%F0%9F%98%80", "%F0%9F", "%ED%A0%80", "%C0%80", "%F4%90", "%FF", "%00", "[", "]", ";", "__proto__", " ", "\"",
	}
	all := append([]string(nil), texts...)
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		all = append(all, b.String())
	}
	return all
}

// memory returns how many bytes parsing s allocates.
func memory(t *testing.T, s string) uint64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := querystring.Parse(s, 1<<20)
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after.TotalAlloc - before.TotalAlloc
}
