package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	main "github.com/gin-apiroutes/apiroutes/example/graphql"
	"github.com/gin-apiroutes/apiroutes/example/internal/exampletest"
)

func TestMain(m *testing.M) {
	gin.SetMode(gin.ReleaseMode)
	gin.DefaultWriter = io.Discard
	exampletest.Main(m, main.Main)
}

func TestREADME(t *testing.T) {
	t.Parallel()
	exampletest.README(t, "-addr", "127.0.0.1:8092")
}

func TestPage(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	exampletest.Page(t, base+"/")
	if got := exampletest.Send(t, http.MethodGet, base+"/", ""); !strings.Contains(got.Body, "type Mutation {") {
		t.Error("the page does not show the schema")
	}
	if got := exampletest.Send(t, http.MethodGet, base+"/graphiql", ""); got.Status != http.StatusOK || !strings.Contains(got.Body, "/api/graphql") {
		t.Errorf("GraphiQL: got %d %q", got.Status, got.Body)
	}
}

// ask sends a question as JSON.
func ask(t *testing.T, base, query string, variables any) exampletest.Answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return exampletest.Send(t, http.MethodPost, base+"/api/graphql", string(body), "Content-Type", "application/json")
}

const add = `mutation ($b: NewBook!) { addBook(input: $b) { id title author { id name } } }`

func TestQuestions(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	book := func(title, author string) map[string]any {
		return map[string]any{"b": map[string]string{"title": title, "author": author}}
	}
	for _, test := range []struct {
		query     string
		variables any
		status    int
		want      string
	}{
		{`{ books { id } }`, nil, 200, `{"data":{"books":[{"id":"1"},{"id":"2"},{"id":"3"}]}}`},
		{`{ books(author: 2) { title author { name } } }`, nil, 200, `{"data":{"books":[{"title":"Things Fall Apart","author":{"name":"Chinua Achebe"}}]}}`},
		{`{ books(author: 9) { id } }`, nil, 200, `{"data":{"books":[]}}`},
		{`{ book(id: 9) { id } }`, nil, 200, `{"data":{"book":null}}`},
		{`{ book(id: "x") { id } }`, nil, 200, `{"data":{"book":null}}`},
		{add, book(" Orlando ", "VIRGINIA WOOLF"), 200, `{"data":{"addBook":{"id":"4","title":"Orlando","author":{"id":"1","name":"Virginia Woolf"}}}}`},
		{add, book("Beloved", "Toni Morrison"), 200, `{"data":{"addBook":{"id":"5","title":"Beloved","author":{"id":"3","name":"Toni Morrison"}}}}`},
		{add, book(" ", "Ada"), 200, `{"errors":[{"message":"title must have 1 to 200 letters","path":["addBook"],"locations":[{"line":1,"column":27}]}],"data":null}`},
		{add, book("Notes", strings.Repeat("a", 201)), 200, `{"errors":[{"message":"author must have 1 to 200 letters","path":["addBook"],"locations":[{"line":1,"column":27}]}],"data":null}`},
		{
			`{ books ` + strings.Repeat(`{ author { books `, 60) + `{ id }` + strings.Repeat(`} }`, 60) + ` }`, nil, 200,
			`{"errors":[{"message":"operation has complexity 122, which exceeds the limit of 100","extensions":{"code":"COMPLEXITY_LIMIT_EXCEEDED"}}],"data":null}`,
		},
	} {
		if got := ask(t, base, test.query, test.variables); got.Status != test.status || got.Body != test.want {
			t.Errorf("%.60s: got %d %s, want %d %s", test.query, got.Status, got.Body, test.status, test.want)
		}
	}
}

// What the route refuses, and what the server does, are answered alike.
func TestRefusals(t *testing.T) {
	t.Parallel()
	base := exampletest.Serve(t, main.NewEngine())
	for _, test := range []struct {
		name, method, query, contentType, body string
		status                                 int
		want                                   string
	}{
		{"too large", "POST", "", "application/json", strings.Repeat(" ", 101<<10), 413, `{"errors":[{"message":"Body exceeded 100kb limit"}]}`},
		{"no JSON", "POST", "", "application/json", `{"query":`, 400, `{"errors":[{"message":"Invalid JSON"}]}`},
		{"a form, as another site could send", "POST", "", "text/plain", `{"query":"{ books { id } }"}`, 400, `{"errors":[{"message":"transport not supported"}],"data":null}`},
		{"a change by GET", "GET", "?query=mutation+%7B+addBook(input:%7Btitle:%22a%22,author:%22b%22%7D)+%7B+id+%7D+%7D", "", "", 406, `{"errors":[{"message":"GET requests only allow query operations"}],"data":null}`},
	} {
		got := exampletest.Send(t, test.method, base+"/api/graphql"+test.query, test.body, "Content-Type", test.contentType)
		if got.Status != test.status || got.Body != test.want {
			t.Errorf("%s: got %d %s, want %d %s", test.name, got.Status, got.Body, test.status, test.want)
		}
	}
}
