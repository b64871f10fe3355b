package referee

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "ask the JavaScript originals in NEXT_DIR again and rewrite the recorded tables")

// harness reads the questions, one JSON array on standard input, and prints
// the answers: null where the function throws.
const harness = `
const answer = (%FUNCTION%);
const questions = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(questions.map((q) => {
  try { return { question: q, answer: answer(q) }; } catch (e) { if (e.code === "MODULE_NOT_FOUND") throw e; return { question: q, answer: null }; }
})));
`

// Case is one recorded question with the answer of the original; Answer is nil
// where the original throws.
type Case[Q, A any] struct {
	Question Q  `json:"question"`
	Answer   *A `json:"answer"`
}

// Table returns the cases of testdata/name.json. With -update it first puts the
// questions to function, the text of a JavaScript function of one argument
// that may require what is installed in NEXT_DIR, and records its answers.
func Table[Q, A any](tb testing.TB, name, function string, questions func() []Q) []Case[Q, A] {
	tb.Helper()
	file := filepath.Join("testdata", name+".json")
	if *update {
		record(tb, file, function, questions())
	}
	recorded, err := os.ReadFile(file) //nolint:gosec // the name is a constant of the test
	if err != nil {
		tb.Fatal(err)
	}
	var cases []Case[Q, A]
	if err := json.Unmarshal(recorded, &cases); err != nil {
		tb.Fatalf("%s: %v", file, err)
	}
	if len(cases) == 0 {
		tb.Fatalf("%s: no cases", file)
	}
	return cases
}

// record asks and writes one case a line, so that a refresh reads as a diff.
func record(tb testing.TB, file, function string, questions any) {
	tb.Helper()
	input, err := json.Marshal(questions)
	if err != nil {
		tb.Fatal(err)
	}
	script := bytes.ReplaceAll([]byte(harness), []byte("%FUNCTION%"), []byte(function))
	node := exec.CommandContext(tb.Context(), "node", "-e", string(script)) //nolint:gosec // the script is a constant of the test
	node.Dir = os.Getenv("NEXT_DIR")
	node.Stdin = bytes.NewReader(input)
	node.Stderr = os.Stderr
	output, err := node.Output()
	if err != nil {
		tb.Fatalf("node in NEXT_DIR=%q: %v", node.Dir, err)
	}
	var cases []json.RawMessage
	if err := json.Unmarshal(output, &cases); err != nil {
		tb.Fatal(err)
	}
	var table bytes.Buffer
	for i, c := range cases {
		table.WriteString(map[bool]string{true: "[\n", false: ",\n"}[i == 0])
		table.Write(c)
	}
	table.WriteString("\n]\n")
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(file, table.Bytes(), 0o600); err != nil {
		tb.Fatal(err)
	}
}
