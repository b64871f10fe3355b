package oracle_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/conformance/internal/nextserver"
)

var (
	update = flag.Bool("update", false, "ask the originals again and record the sample")
	seed   = flag.Uint64("seed", 16, "the random questions of a live run")
	rounds = flag.Uint64("rounds", 1, "how many such runs, each with the seed after the one before")
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.TestMode)
	os.Exit(m.Run())
}

// sample is how many questions of each kind are recorded.
const sample = 250

var kinds = []kind{
	{"bytes.parse", []int{11, 12}, 6000, askSize, checkSize},
	{"bytes.format", []int{13}, 4000, askFormat, checkFormat},
	{"cookie.parse", []int{19}, 6000, askCookies, checkCookies},
	{"content-type.parse", []int{2, 3}, 6000, askContentType, checkContentType},
	{"fresh", []int{22}, 6000, askFresh, checkFresh},
	{"etag.text", []int{22}, 2000, askText, checkTextTag},
	{"etag.buffer", []int{22}, 2000, askBytes, checkBufferTag},
	{"querystring.parse", []int{6, 14}, 6000, askPairs, checkPairs},
	{"querystring.parse.bytes", []int{3, 6}, 4000, askPairBytes, checkPairBytes},
	{"json.parse", []int{5, 21}, 8000, askJSON, checkJSON},
	{"url", []int{24}, 6000, askTarget, checkTarget},
	{"routes.sort", []int{18}, 4000, askPatterns, checkPatterns},
	{"routes.match", []int{15, 16, 17}, 1500, askMatching, checkMatching},
}

// TestSample checks the recorded answers; it needs no Node.
func TestSample(t *testing.T) {
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			if *update {
				record(t, k, ask(t, k, draw(t, k, 1, sample)))
			}
			judge(t, k, load(t, k))
		})
	}
}

// TestLive asks the originals thousands of questions that nobody has seen; with
// another -seed they are others.
func TestLive(t *testing.T) {
	if os.Getenv("APIROUTES_NEXT") != "1" && os.Getenv("CI") != "true" {
		t.Skip("the originals are asked with APIROUTES_NEXT=1")
	}
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			for i := range *rounds {
				judge(t, k, ask(t, k, draw(t, k, *seed+i, k.live)))
			}
		})
	}
}

// draw makes questions; the same seed makes the same.
func draw(t *testing.T, k kind, seed uint64, n int) []question {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, uint64(len(k.name))))
	questions := make([]question, n)
	for i := range questions {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(k.ask(r)); err != nil {
			t.Fatal(err)
		}
		questions[i].Input = bytes.TrimSpace(b.Bytes())
	}
	return questions
}

// ask puts the questions to the originals.
func ask(t *testing.T, k kind, questions []question) []question {
	t.Helper()
	err := nextserver.Install(t.Context(), "../nextjs")
	if errors.Is(err, nextserver.ErrNoNode) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var in bytes.Buffer
	for _, q := range questions {
		line, err := json.Marshal(map[string]any{"kind": k.name, "input": q.Input})
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(line, '\n'))
	}
	node := exec.CommandContext(t.Context(), "node", "oracle.mjs")
	node.Stdin, node.Stderr = &in, os.Stderr
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if len(answers) != len(questions) {
		t.Fatalf("%d questions, %d answers", len(questions), len(answers))
	}
	for i := range questions {
		questions[i].Answer = answers[i]
	}
	return questions
}

// judge compares our answers and prints how many are the same.
func judge(t *testing.T, k kind, questions []question) {
	t.Helper()
	faults := 0
	for _, q := range questions {
		fault := k.check(q)
		if fault == "" {
			continue
		}
		if faults++; faults <= 10 {
			t.Errorf("rule %d, %s(%s): %s", k.rules, k.name, q.Input, fault)
		}
	}
	t.Logf("%s: %d of %d the same", k.name, len(questions)-faults, len(questions))
}

func sampleFile(k kind) string { return filepath.Join("recorded", k.name+".jsonl") }

func record(t *testing.T, k kind, questions []question) {
	t.Helper()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	for _, q := range questions {
		if err := encoder.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(sampleFile(k), b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, k kind) []question {
	t.Helper()
	data, err := os.ReadFile(sampleFile(k))
	if err != nil {
		t.Fatal(err)
	}
	var questions []question
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		questions = append(questions, decode[question](lines.Bytes()))
	}
	if len(questions) != sample {
		t.Fatalf("%d recorded questions, want %d", len(questions), sample)
	}
	return questions
}
