package revalidate_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

func ExampleRedirect() {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.POST("/api/form", func(c *gin.Context) {
		if err := revalidate.Redirect(c, "/"); err != nil {
			_ = c.AbortWithError(http.StatusInternalServerError, err)
		}
	})

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/form", http.NoBody))
	fmt.Println(w.Code, w.Header().Get("Location"))
	// Output: 307 /
}

// A target that a user supplied may lead anywhere: Redirect would follow it.
func ExampleRedirectLocal() {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.GET("/login/done", func(c *gin.Context) {
		if err := revalidate.RedirectLocal(c, http.StatusSeeOther, c.Query("next")); err != nil {
			c.String(http.StatusBadRequest, "No such page")
		}
	})

	for _, next := range []string{"/account", "//evil.example", "javascript:alert(1)"} {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/login/done?next="+next, http.NoBody))
		fmt.Println(next, "->", w.Code, w.Body)
	}
	// Output:
	// /account -> 303 /account
	// //evil.example -> 400 No such page
	// javascript:alert(1) -> 400 No such page
}
