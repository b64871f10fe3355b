package origin_test

import (
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gin-apiroutes/apiroutes/internal/origin"
)

const anyLabel = `[a-z0-9_-]{1,63}`

// reference makes an anchored regular expression of a pattern in canonical form: the definition in the package
// comment, written in another language.
func reference(canonical string) *regexp.Regexp {
	scheme, rest, _ := strings.Cut(canonical, "://")
	rest, anyPort := strings.CutSuffix(rest, ":*")
	host, sub := strings.CutPrefix(rest, "*.")
	text := `\A` + regexp.QuoteMeta(scheme) + `://`
	if sub {
		text += `(?:` + anyLabel + `\.)+`
	}
	text += regexp.QuoteMeta(host)
	if anyPort {
		text += `(?::(?P<port>0|[1-9][0-9]{0,4}))?`
	}
	return regexp.MustCompile(text + `\z`)
}

// admits reports what the reference says of a header: the expression matches, and what expressions are bad at holds:
// names are no longer than DNS allows, ports fit into 16 bits and the default port is not written.
func admits(expression *regexp.Regexp, header string) bool {
	match := expression.FindStringSubmatch(header)
	if match == nil {
		return false
	}
	scheme, host, _ := strings.Cut(header, "://")
	if i := expression.SubexpIndex("port"); i >= 0 && match[i] != "" {
		port, err := strconv.Atoi(match[i])
		if err != nil || port > 65535 || scheme == "http" && port == 80 || scheme == "https" && port == 443 {
			return false
		}
	}
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		host = host[:i]
	}
	return len(host) <= 253
}

// checkReference compares one pattern with its reference.
func checkReference(t *testing.T, p origin.Pattern, headers []string) {
	t.Helper()
	set, expression := origin.NewSet(p), reference(p.String())
	for _, header := range headers {
		if got, want := set.Contains(header), admits(expression, header); got != want {
			t.Fatalf("%q: Contains(%q) = %v, the reference says %v", p, header, got, want)
		}
	}
}

func TestReferenceOfMatrix(t *testing.T) {
	t.Parallel()
	list := headers()
	for text := range serialized {
		list = append(list, text)
	}
	list = append(list, notSerialized...)
	for n := 220; n < 270; n++ { // names around the longest
		list = append(list, "https://"+strings.Repeat("a.", n/2)+strings.Repeat("b", 1+n%2)+".example.com", "https://"+strings.Repeat("a", n-200)+".example.com")
	}
	for text := range matrix {
		checkReference(t, parse(t, text), list)
	}
	for text := range patterns {
		checkReference(t, parse(t, text), list)
	}
}

// TestReferenceOfMutations changes admitted origins a little: most of what comes out looks like one and is none.
func TestReferenceOfMutations(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(5, 6))
	const characters = "abzAZ019-_.:/@*[]\\?#% \x00é"
	for text, cases := range matrix {
		p := parse(t, text)
		for _, header := range cases.admits {
			mutants := make([]string, 2000)
			for i := range mutants {
				mutant := []byte(header)
				for range 1 + random.IntN(3) {
					at, char := random.IntN(len(mutant)), characters[random.IntN(len(characters))]
					switch random.IntN(4) {
					case 0:
						mutant[at] = char
					case 1:
						mutant = append(mutant[:at:at], mutant[at+1:]...)
					case 2:
						mutant = append(mutant[:at:at], append([]byte{char}, mutant[at:]...)...)
					default: // a piece twice, so that suffixes repeat
						mutant = append(mutant[:at:at], append([]byte(header[len(header)/2:]), mutant[at:]...)...)
					}
				}
				mutants[i] = string(mutant)
			}
			checkReference(t, p, mutants)
		}
	}
}

// FuzzReference holds any accepted pattern to its reference.
func FuzzReference(f *testing.F) {
	for text, cases := range matrix {
		for _, header := range append(cases.admits, cases.refuses...) {
			f.Add(text, header)
		}
	}
	f.Fuzz(func(t *testing.T, text, header string) {
		p, err := origin.ParsePattern(text)
		if err != nil || len(header) > 400 {
			return
		}
		checkReference(t, p, []string{header, p.String(), header + p.String(), strings.Replace(p.String(), "*", header, 1)})
	})
}
