package bytesize_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"testing"
)

// update records the answers of the original again. It needs Node.js and, in NODE_PATH, the node_modules with the package next.
var update = flag.Bool("update", false, "record what Next.js answers, with Node.js and NODE_PATH")

const recording = "testdata/bytes.json"

// record asks the original and writes what it answers to testdata.
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
		t.Fatalf("install Node.js and set NODE_PATH to a node_modules that has next: %v", err)
	}
	if err := os.WriteFile(recording, out, 0o600); err != nil {
		t.Fatal(err)
	}
}
