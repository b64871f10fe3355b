package bodyparser_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
)

// program returns the path of a client. Without it the test is skipped, except in CI, which installs all of them.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if inCI() {
			t.Fatalf("CI must have %s: %v", name, err)
		}
		t.Skipf("this machine has no %s; CI has", name)
	}
	return path
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), program(t, name), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	return strings.TrimSpace(string(out))
}

// uploads are larger than the limit and than every buffer on the way.
const uploads = "2000 300000 10485760 52428800 209715200"

func TestCurl(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	file := filepath.Join(t.TempDir(), "upload")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for size := range strings.FieldsSeq(uploads) {
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(file, n); err != nil {
			t.Fatal(err)
		}
		for _, extra := range [][]string{nil, {"-H", "Expect:"}, {"-H", "Transfer-Encoding: chunked"}, {"--http1.0"}} {
			args := append([]string{"-sS", "--max-time", "20", "--data-binary", "@" + file, "-w", " %{http_code}|"}, extra...)
			args = append(args, s.URL, "--next", "-sS", "--max-time", "20", s.URL)
			if got, want := run(t, "curl", args...), "Body exceeded 1kb limit 413|"+hello; got != want {
				t.Errorf("%s bytes, %q: got %q, want %q", size, extra, got, want)
			}
		}
	}
}

const nodeScript = `
const [url, ...sizes] = process.argv.slice(2)
const main = async () => {
  for (const size of sizes) for (const chunked of [false, true]) for (let i = 0; i < 2; i++) {
    const bytes = new Uint8Array(+size)
    const body = chunked ? new ReadableStream({
      start(c) { for (let at = 0; at < bytes.length; at += 65536) c.enqueue(bytes.subarray(at, at + 65536)); c.close() },
    }) : bytes
    const res = await fetch(url, { method: 'POST', body, duplex: 'half' })
    const text = await res.text()
    if (res.status !== 413 || text !== 'Body exceeded 1kb limit') throw new Error(size + ': ' + res.status + ' ' + text)
    const next = await fetch(url)
    if (await next.text() !== 'hello') throw new Error('the next request after ' + size + ' got ' + next.status)
  }
  console.log('ok')
}
main().catch(e => { console.error(e); process.exit(1) })
`

func TestNodeFetch(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	file := filepath.Join(t.TempDir(), "client.js")
	if err := os.WriteFile(file, []byte(nodeScript), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run(t, "node", append([]string{file, s.URL}, strings.Fields(uploads)...)...); got != "ok" {
		t.Error(got)
	}
}

// http.client sends the whole body before it looks at the answer.
const pythonScript = `
import http.client, sys
host, *sizes = sys.argv[1:]
for size in sizes:
    for chunked in False, True:
        c = http.client.HTTPConnection(host, timeout=20)
        body = bytes(int(size))
        if chunked:
            pieces = (body[at:at + 65536] for at in range(0, len(body), 65536))
            c.request('POST', '/', body=pieces, encode_chunked=True, headers={'Transfer-Encoding': 'chunked'})
        else:
            c.request('POST', '/', body=body)
        r = c.getresponse()
        text = r.read()
        assert (r.status, text) == (413, b'Body exceeded 1kb limit'), (size, chunked, r.status, text)
        assert not r.will_close, size
        c.request('GET', '/')
        assert c.getresponse().read() == b'hello', size
        c.close()
print('ok')
`

func TestPythonHTTPClient(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	args := append([]string{"-c", pythonScript, strings.TrimPrefix(s.URL, "http://")}, strings.Fields(uploads)...)
	if got := run(t, "python3", args...); got != "ok" {
		t.Error(got)
	}
}

// What clients sent is refused with 400 on a connection that stays usable, too.
func TestCurlInvalidJSON(t *testing.T) {
	s := limited(t, bodyparser.Config{})
	args := []string{"-sS", "--data", "{", "-H", "Content-Type: application/json", "-w", " %{http_code}|", s.URL, "--next", "-sS", "-w", " %{num_connects}", s.URL}
	if got, want := run(t, "curl", args...), "Invalid JSON 400|"+hello+" 0"; got != want {
		t.Errorf("got %q, want %q: %d", got, want, http.StatusBadRequest)
	}
}
