package responselimit_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/responselimit"
)

func Example() {
	gin.SetMode(gin.TestMode)
	r := gin.New()
	r.Use(responselimit.Must(responselimit.Config{
		Limit: "8mb",
		OnExceed: func(e responselimit.Event) {
			fmt.Println(e.Method, e.Route, "sent", e.Size, "bytes, limit", e.Limit)
		},
	}))
	r.GET("/api/export/:year", func(c *gin.Context) {
		c.String(http.StatusOK, strings.Repeat("x", 9<<20))
	})

	r.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/api/export/2026", http.NoBody))
	// Output: GET /api/export/:year sent 9437184 bytes, limit 8MB
}
