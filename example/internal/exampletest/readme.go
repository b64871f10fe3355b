package exampletest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// README starts the program, runs the lines of its README.md that begin with a
// "$ " in its blocks of the language "console", one after the other, and
// compares what each prints with the lines under it. "…" stands for anything
// within a line.
//
// addresses are alternately a flag of the program and its default, which the
// README uses: "-addr", "127.0.0.1:8081". The program gets free ones instead.
func README(t *testing.T, addresses ...string) {
	t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("curl is missing; the system step of .ci/run installs it")
		}
		t.Skip("curl is not installed here")
	}
	var flags, written []string
	for i := 0; i < len(addresses); i += 2 {
		flags, written = append(flags, addresses[i]), append(written, addresses[i+1])
	}
	text := read(t)
	checkCommands(t, text)
	checkDefaults(t, written)

	toReal, toWritten := replacers(written, start(t, flags))
	folder := t.TempDir() // files that the lines make
	for _, step := range steps(text) {
		line := exec.CommandContext(t.Context(), "sh", "-c", toReal.Replace(step.command)) //nolint:gosec // of our README
		line.Dir = folder
		output, err := line.Output()
		got := toWritten.Replace(strings.TrimRight(string(output), "\r\n"))
		if !pattern(step.want).MatchString(got) {
			t.Errorf("$ %s\nprints  %s\ninstead %s\n(%v)", step.command, got, step.want, err)
		}
	}
}

// read returns the README of the program under test.
func read(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkCommands: a README begins with how to run and how to test the program.
func checkCommands(t *testing.T, text string) {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"go run ./example/", "go test ./example/"} {
		if want += filepath.Base(folder); !strings.Contains(text, want+" ") && !strings.Contains(text, want+"\n") {
			t.Errorf("README.md does not say %q", want)
		}
	}
}

// checkDefaults: the addresses of the README are those of the program.
func checkDefaults(t *testing.T, written []string) {
	t.Helper()
	usage, _ := command(t, "-h").CombinedOutput() // -h exits with a status of its own
	for _, address := range written {
		if !strings.Contains(string(usage), `(default "`+address+`")`) {
			t.Errorf("%s is the default of no flag:\n%s", address, usage)
		}
	}
}

// replacers translate the addresses of a README and the real ones. A name that
// the README gives to the machine stays.
func replacers(written, actual []string) (toReal, toWritten *strings.Replacer) {
	there, back := make([]string, 0, 4*len(written)), make([]string, 0, 4*len(written))
	for i := range written {
		_, port, _ := strings.Cut(written[i], ":")
		_, realPort, _ := strings.Cut(actual[i], ":")
		for _, host := range []string{"127.0.0.1:", "localhost:"} {
			there = append(there, host+port, host+realPort)
			back = append(back, host+realPort, host+port)
		}
	}
	return strings.NewReplacer(there...), strings.NewReplacer(back...)
}

// step is a line of a README, and what it prints.
type step struct{ command, want string }

// steps finds them in the console blocks.
func steps(text string) []step {
	var found []step
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch command, isCommand := strings.CutPrefix(line, "$ "); {
		case strings.HasPrefix(line, "```"):
			inside = line == "```console"
		case inside && isCommand:
			found = append(found, step{command: command})
		case inside && len(found) > 0:
			last := &found[len(found)-1]
			last.want = strings.TrimPrefix(last.want+"\n"+line, "\n")
		}
	}
	return found
}

// pattern matches want, with "…" for anything within a line. White space at the
// end of lines does not count: editors take it away.
func pattern(want string) *regexp.Regexp {
	text := regexp.QuoteMeta(want)
	text = strings.ReplaceAll(text, "…", ".*")
	return regexp.MustCompile("^" + strings.ReplaceAll(text, "\n", "[ \t\r]*\n") + "[ \t\r]*$")
}
