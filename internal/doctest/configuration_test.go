package doctest_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/goccy/go-yaml"

	"github.com/gin-apiroutes/apiroutes/bodyparser"
	"github.com/gin-apiroutes/apiroutes/middleware"
)

// The code of docs/configuration.md.

func importNotes(c *gin.Context) { c.String(http.StatusOK, "%d bytes", len(bodyparser.Raw(c))) }

func configured() *gin.Engine {
	r := gin.New()
	r.Use(middleware.Must(middleware.Config{
		SizeLimit:     "500kb",
		ResponseLimit: "8mb",
		MaxDuration:   5 * time.Second,
		CORS:          &middleware.Policy{Origins: []string{"https://app.example.com"}, MaxAge: 10 * time.Minute},
	}))
	r.POST("/api/import", middleware.With(middleware.SizeLimit("50mb"), middleware.NoMaxDuration()), importNotes)
	r.POST("/api/notes", importNotes)
	return r
}

func fromFile(file []byte) (gin.HandlerFunc, error) {
	config := middleware.Config{Logger: slog.Default()} // what JSON cannot say
	if err := json.Unmarshal(file, &config); err != nil {
		return nil, err
	}
	return middleware.New(config)
}

const configurationPage = "docs/configuration.md"

// blockOf returns the one block of a language in a page.
func blockOf(t *testing.T, document, language string) string {
	t.Helper()
	for _, b := range blocks(read(t, document)) {
		if b.language == language {
			return b.text
		}
	}
	t.Fatalf("%s has no block of %s", document, language)
	return ""
}

// The three forms of the page say the same and do what they say.
func TestFormsOfConfiguration(t *testing.T) {
	t.Parallel()
	var fromJSON, fromYAML middleware.Config
	text := blockOf(t, configurationPage, "json")
	if err := json.Unmarshal([]byte(text), &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal([]byte(blockOf(t, configurationPage, "yaml")), &fromYAML); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromJSON, fromYAML) {
		t.Errorf("JSON is %+v, YAML %+v", fromJSON, fromYAML)
	}
	layer, err := fromFile([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	filed := gin.New()
	filed.Use(layer)
	filed.POST("/api/notes", importNotes)
	for _, engine := range []*gin.Engine{configured(), filed} {
		got := ask(t, engine, http.MethodPost, "/api/notes", `"`+strings.Repeat("x", 500<<10)+`"`)
		if got.Code != http.StatusRequestEntityTooLarge || got.Body.String() != "Body exceeded 500kb limit" ||
			got.Header().Get("Access-Control-Allow-Origin") != "https://app.example.com" {
			t.Errorf("got %d %q %v", got.Code, got.Body, got.Header())
		}
	}
	if got := ask(t, configured(), http.MethodPost, "/api/import", `"`+strings.Repeat("x", 500<<10)+`"`); got.Code != http.StatusOK {
		t.Errorf("got %d %q", got.Code, got.Body)
	}
}

// Each struct of settings has a section, and each of its fields a row there,
// with what its zero value means.
func TestEveryFieldIsDocumented(t *testing.T) {
	t.Parallel()
	page := read(t, configurationPage)
	structs := settings(t)
	if len(structs) < 10 {
		t.Fatalf("only %d structs of settings were found", len(structs))
	}
	for _, name := range slices.Sorted(maps.Keys(structs)) {
		if !strings.Contains(page, "\n## "+name+"\n") {
			t.Errorf("%s has no section for %s", configurationPage, name)
			continue
		}
		var listed []string
		for _, cells := range rows(section(t, page, name)) {
			listed = append(listed, strings.Trim(cells[0], "`"))
			if cells[len(cells)-1] == "" {
				t.Errorf("%s.%s does not say what zero means", name, cells[0])
			}
		}
		for _, field := range structs[name] {
			if !slices.Contains(listed, field) {
				t.Errorf("%s has no row for %s.%s", configurationPage, name, field)
			}
		}
		for _, field := range listed {
			if !slices.Contains(structs[name], field) {
				t.Errorf("%s has a row for %s.%s, which does not exist", configurationPage, name, field)
			}
		}
	}
}

// Each option of With is in the section of its Config.
func TestEveryOptionIsDocumented(t *testing.T) {
	t.Parallel()
	text := section(t, read(t, configurationPage), "middleware.Config")
	for _, tree := range parsed(t, "middleware") {
		for _, declaration := range tree.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil || len(f.Type.Results.List) != 1 {
				continue
			}
			if result, ok := f.Type.Results.List[0].Type.(*ast.Ident); ok && result.Name == "Option" && !strings.Contains(text, "`"+f.Name.Name) && !strings.Contains(text, f.Name.Name+"(") {
				t.Errorf("%s does not mention middleware.%s", configurationPage, f.Name.Name)
			}
		}
	}
}

// settings returns the exported fields of each struct of settings, by the name
// that its users write.
func settings(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for dir, name := range packages(t) {
		first, _, _ := strings.Cut(dir, "/")
		if name == "main" || slices.Contains(suites, first) || strings.Contains(dir, "internal/") {
			continue
		}
		for _, tree := range parsed(t, dir) {
			ast.Inspect(tree, func(node ast.Node) bool {
				spec, ok := node.(*ast.TypeSpec)
				if !ok {
					return true
				}
				if fields, ok := spec.Type.(*ast.StructType); ok && spec.Name.IsExported() && isSettings(spec.Name.Name) {
					found[name+"."+spec.Name.Name] = exported(fields)
				}
				return false
			})
		}
	}
	return found
}

func isSettings(name string) bool { return strings.HasSuffix(name, "Config") || name == "Policy" }

func exported(fields *ast.StructType) []string {
	var names []string
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			if name.IsExported() {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

// parsed returns the files of a package without its tests.
func parsed(t *testing.T, dir string) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(root, dir))
	if err != nil {
		t.Fatal(err)
	}
	var trees []*ast.File
	for _, entry := range entries {
		name := entry.Name()
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, dir, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	return trees
}
