package revalidate_test

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// A CMS opens /api/draft with its secret; from then on the editor sees drafts.
func ExampleDraft() {
	draft := revalidate.MustDraft(revalidate.DraftConfig{
		ID:            "158ec99209cd94f1591e0b01e55773d7",
		SigningKey:    strings.Repeat("4", 64),
		EncryptionKey: strings.Repeat("e", 64),
		Partitioned:   true, // the CMS shows the site in a frame
	})
	secret := []byte("the secret of the CMS")

	r := gin.New()
	r.Use(draft.Handle)
	r.GET("/api/draft", func(c *gin.Context) {
		if subtle.ConstantTimeCompare([]byte(c.Query("secret")), secret) != 1 {
			c.String(http.StatusUnauthorized, "Invalid token")
			return
		}
		draft.Enable(c)
		_ = revalidate.RedirectLocal(c, http.StatusTemporaryRedirect, c.Query("slug"))
	})
	r.GET("/posts/:id", func(c *gin.Context) {
		c.Header("Cache-Control", "s-maxage=60")
		c.String(http.StatusOK, "draft: %t", draft.Enabled(c))
	})

	visit := func(target, cookie string) http.Header {
		request := httptest.NewRequest(http.MethodGet, target, http.NoBody)
		request.Header.Set("Cookie", cookie)
		w := httptest.NewRecorder()
		r.ServeHTTP(w, request)
		fmt.Printf("%d %s %q\n", w.Code, w.Body, w.Header().Get("Cache-Control"))
		return w.Header()
	}
	visit("/posts/1", "")
	visit("/api/draft?secret=guessed&slug=/posts/1", "")
	header := visit("/api/draft?secret=the+secret+of+the+CMS&slug=/posts/1", "")
	fmt.Println(header.Get("Set-Cookie"))
	cookie, _, _ := strings.Cut(header.Get("Set-Cookie"), ";")
	visit(header.Get("Location"), cookie)
	// Output:
	// 200 draft: false "s-maxage=60"
	// 401 Invalid token ""
	// 307 /posts/1 "private, no-cache, no-store, max-age=0, must-revalidate"
	// __prerender_bypass=158ec99209cd94f1591e0b01e55773d7; Path=/; HttpOnly; Secure; SameSite=None; Partitioned
	// 200 draft: true "private, no-cache, no-store, max-age=0, must-revalidate"
}

// Preview data goes along in an encrypted cookie.
func ExampleDraft_SetPreviewData() {
	draft := revalidate.MustDraft(revalidate.DraftConfig{})
	r := gin.New()
	r.POST("/api/preview", func(c *gin.Context) {
		if err := draft.SetPreviewData(c, map[string]any{"version": 7}); err != nil {
			c.String(http.StatusBadRequest, err.Error())
		}
	})
	r.GET("/", func(c *gin.Context) {
		data, on := draft.PreviewData(c)
		c.String(http.StatusOK, "%t %v", on, data)
	})

	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/api/preview", http.NoBody))
	next := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
	for _, cookie := range w.Result().Cookies() {
		next.AddCookie(cookie)
	}
	w = httptest.NewRecorder()
	r.ServeHTTP(w, next)
	fmt.Println(w.Body)
	// Output:
	// true map[version:7]
}
