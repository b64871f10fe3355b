package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

const conformance = "../../conformance"

// The JavaScript is that of the application which the conformance suite runs.
func TestTheOriginalsAreThoseOfTheSuite(t *testing.T) {
	t.Parallel()
	compared := 0
	for _, folder := range []string{"pages", "lib"} {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			compared++
			if ours, theirs := read(t, path), read(t, filepath.Join(conformance, "nextjs", path)); ours != theirs {
				t.Errorf("%s is not the file in conformance/nextjs", path)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if compared != 5 {
		t.Errorf("%d files were compared", compared)
	}
}

// The handlers are those of the twin, which the suite compares with the real
// Next.js.
func TestThePortsAreThoseOfTheSuite(t *testing.T) {
	t.Parallel()
	twin := map[string]string{}
	for _, name := range []string{"cookies.go", "body.go", "echo.go"} {
		maps.Copy(twin, functions(t, filepath.Join(conformance, "twin", name)))
	}
	ours := functions(t, "cookies.go")
	maps.Copy(ours, functions(t, "body.go"))
	maps.Copy(ours, functions(t, "echo.go"))
	for _, name := range []string{"setCookies", "off", "kind", "answer", "size", "route"} {
		if ours[name] == "" || ours[name] != twin[name] {
			t.Errorf("%s is not the one of conformance/twin", name)
		}
	}
}

// functions returns the text of each function of a file, with its comment.
func functions(t *testing.T, path string) map[string]string {
	t.Helper()
	text := read(t, path)
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, path, text, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, declaration := range tree.Decls {
		if function, ok := declaration.(*ast.FuncDecl); ok {
			start := function.Pos()
			if function.Doc != nil {
				start = function.Doc.Pos()
			}
			found[function.Name.Name] = text[files.Position(start).Offset:files.Position(function.End()).Offset]
		}
	}
	return found
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
