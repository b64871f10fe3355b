package respond_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-apiroutes/apiroutes/internal/respond"
)

func ExampleSend() {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	err := respond.Send(w, r, http.StatusCreated, map[string]any{"a": 1})
	fmt.Println(w.Code, w.Header().Get("Content-Type"), w.Header().Get("ETag"), w.Body, err)
	// Output: 201 application/json; charset=utf-8 "147uiiad94i7" {"a":1} <nil>
}
