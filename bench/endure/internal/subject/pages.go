package subject

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/page"
	"github.com/gin-apiroutes/apiroutes/middleware"
	"github.com/gin-apiroutes/apiroutes/revalidate"
)

const (
	// Pages is how many there are: /pages/0 and so on.
	Pages = 40
	// Tags is how many tags the pages have: that with the number n has the
	// tag n modulo Tags.
	Tags = 4
)

// Causes of an answer with 5xx, in the header X-Cause.
const (
	// CauseSource is the source of the data, which has failed on purpose.
	CauseSource = "source"
	// CauseStore is that the store did not take a page.
	CauseStore = "store"
)

// window is how long a page is fresh: every other one until it is revalidated.
func window(number int) time.Duration {
	if number%2 == 0 {
		return revalidate.Never
	}
	return 300 * time.Millisecond
}

// register adds the pages, and the calls that revalidate them.
func (s *site) register(engine *gin.Engine) {
	for number := range Pages {
		engine.Match([]string{http.MethodGet, http.MethodHead}, fmt.Sprintf("/pages/%d", number),
			s.away.tell, s.pages.Page(window(number), revalidate.Vary("Accept-Language")),
			func(c *gin.Context) { s.render(c, number) })
	}
	engine.POST("/api/revalidate", middleware.With(), func(c *gin.Context) {
		var err error
		if tag := c.Query("tag"); tag != "" {
			_, err = s.pages.RevalidateTag(c, tag)
		} else {
			err = s.pages.Revalidate(c, c.Query("path"))
		}
		if err == nil {
			c.String(http.StatusOK, "revalidated %s", c.Query("id"))
			return
		}
		s.away.tell(c)
		c.Header("X-Cause", cause(err))
		c.String(http.StatusServiceUnavailable, "%v", err)
	})
}

// cause says why a revalidation failed. Of several reasons the store's counts.
func cause(err error) string {
	failed, ok := errors.AsType[*revalidate.FailedError](err)
	switch {
	case errors.Is(err, revalidate.ErrNotStored):
		return CauseStore
	case ok && failed.Status == http.StatusInternalServerError:
		return CauseSource
	}
	return ""
}

func (s *site) render(c *gin.Context, number int) {
	p := page.Page{
		Path: c.Request.URL.Path, Language: c.GetHeader("Accept-Language"),
		Render: s.config.Name + "-" + strconv.FormatUint(s.renders.Add(1), 10),
	}
	if err := s.fetch(c.Request.Context(), &p); err != nil {
		c.Header("X-Cause", CauseSource)
		c.String(http.StatusInternalServerError, "%v", err)
		return
	}
	revalidate.Tag(c, strconv.Itoa(number%Tags))
	body := p.Text(number * 700)
	if s.sabotaged("torn") {
		body[len(body)/2] ^= 1
	}
	c.Data(http.StatusOK, "text/plain; charset=utf-8", body)
}

// fetch gets the version of the data, as a page's handler would ask a database.
func (s *site) fetch(ctx context.Context, p *page.Page) error {
	address := s.config.Source + "?path=" + url.QueryEscape(p.Path) + "&render=" + url.QueryEscape(p.Render)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		return fmt.Errorf("the source answered %d: %w", response.StatusCode, err)
	}
	_, err = fmt.Sscan(string(text), &p.Version, &p.Token)
	return err
}
