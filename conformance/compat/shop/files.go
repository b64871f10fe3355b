package shop

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"

	"github.com/gin-gonic/gin"
)

// upload takes a form with any number of files.
func (s *shop) upload(c *gin.Context) {
	form, err := c.MultipartForm()
	if err != nil {
		c.String(http.StatusBadRequest, "%v", err)
		return
	}
	saved := gin.H{"title": c.PostForm("title")}
	for _, head := range form.File["files"] {
		path := filepath.Join(s.folder, "uploads", filepath.Base(head.Filename))
		if err := c.SaveUploadedFile(head, path); err != nil {
			_ = c.AbortWithError(http.StatusInternalServerError, err)
			return
		}
		saved[head.Filename] = head.Size
	}
	c.JSON(http.StatusCreated, saved)
}

// store writes a body to a file as it comes, and says when it begins.
func (s *shop) store(c *gin.Context) {
	file, err := os.Create(filepath.Join(s.folder, "uploads", filepath.Base(c.Param("name"))))
	if err != nil {
		_ = c.AbortWithError(http.StatusInternalServerError, err)
		return
	}
	n, err := io.Copy(file, c.Request.Body)
	if closed := file.Close(); err != nil || closed != nil {
		c.String(http.StatusBadRequest, "%v %v", err, closed)
		return
	}
	c.JSON(http.StatusCreated, gin.H{"bytes": n})
}

func (s *shop) download(c *gin.Context) {
	name := filepath.Base(c.Param("name"))
	c.FileAttachment(filepath.Join(s.folder, "uploads", name), "your "+name)
}

// hook checks a signature over the bytes of the body.
func hook(c *gin.Context) {
	raw, err := c.GetRawData()
	if err != nil {
		c.String(http.StatusBadRequest, "%v", err)
		return
	}
	mac := hmac.New(sha256.New, []byte("secret"))
	mac.Write(raw)
	c.String(http.StatusOK, "%d bytes, signed %s", len(raw), hex.EncodeToString(mac.Sum(nil))[:8])
}

// legacy is a handler from before Gin.
func legacy() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /count", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/plain")
		_, _ = fmt.Fprintf(w, "%d bytes of %d, %v, %s", n, r.ContentLength, err, r.URL) //nolint:gosec // plain text
	})
	return mux
}
