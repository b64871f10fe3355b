package doctest_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// languages are those of blocks that a test looks at. Go is taken from files,
// and what consoles show is run by the tests of examples and of the proxy.
var languages = map[string]func(t *testing.T, place string, b block){
	"text":         nil,
	"go":           nil, // TestGoBlocksAreTakenFromCode
	"console":      nil, // the tests of examples run the lines
	"shellsession": nil, // conformance/nextfront runs the lines
	"nginx":        nil, // TestBehindNginx
	"js":           checkJavaScript,
	"json":         checkJSON,
	"yaml":         checkYAML,
	"sh":           checkShell,
}

// Every block of a document says what language it is in, and is right in it.
func TestBlocksAreWellFormed(t *testing.T) {
	t.Parallel()
	for _, document := range files(t, ".md") {
		for _, b := range blocks(read(t, document)) {
			check, known := languages[b.language]
			if !known {
				t.Errorf("%s:%d: nothing checks blocks of %q", document, b.line, b.language)
			}
			if check != nil {
				t.Run(document+" "+b.language, func(t *testing.T) {
					t.Parallel()
					check(t, document, b)
				})
			}
		}
	}
}

// checkJavaScript: a part of a file is taken from one that tests run, and a
// module of its own is one to Node.js.
func checkJavaScript(t *testing.T, document string, b block) {
	t.Helper()
	text := plain(b.text)
	if comment, rest, found := strings.Cut(strings.TrimPrefix(text, "\n"), "\n"); found && strings.HasPrefix(comment, "// ") {
		text = "\n" + rest // the first line names the file
	}
	for _, suffix := range []string{".js", ".mjs"} {
		for _, file := range files(t, suffix) {
			if strings.Contains(plain(read(t, file)), text) {
				return
			}
		}
	}
	needs(t, "node")
	module := filepath.Join(t.TempDir(), "block.mjs")
	if err := os.WriteFile(module, []byte(b.text), 0o600); err != nil {
		t.Fatal(err)
	}
	if output, err := exec.CommandContext(t.Context(), "node", "--check", module).CombinedOutput(); err != nil {
		t.Errorf("%s:%d: this block stands in no file of the repository, and Node.js does not take it for a module:\n%s", document, b.line, output)
	}
}

func checkJSON(t *testing.T, document string, b block) {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(b.text), &value); err != nil {
		t.Errorf("%s:%d: %v", document, b.line, err)
	}
}

func checkYAML(t *testing.T, document string, b block) {
	t.Helper()
	var value any
	if err := yaml.UnmarshalWithOptions([]byte(b.text), &value, yaml.Strict()); err != nil {
		t.Errorf("%s:%d: %v", document, b.line, err)
	}
}

func checkShell(t *testing.T, document string, b block) {
	t.Helper()
	needs(t, "sh")
	command := exec.CommandContext(t.Context(), "sh", "-n")
	command.Stdin = strings.NewReader(b.text)
	if output, err := command.CombinedOutput(); err != nil {
		t.Errorf("%s:%d: the shell does not take this: %s", document, b.line, output)
	}
}

// needs skips a test on a machine without a program. The gate has them all.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing; the system step of .ci/run installs it or expects it", program)
		}
		t.Skipf("%s is not installed here", program)
	}
}
