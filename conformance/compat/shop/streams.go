package shop

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"
)

// events tells of new items for as long as a client listens.
func (s *shop) events(c *gin.Context) {
	added, stop := s.items.listen()
	defer stop()
	c.SSEvent("hello", "listening")
	c.Writer.Flush()
	c.Stream(func(io.Writer) bool {
		select {
		case it := <-added:
			c.SSEvent("item", it)
			return true
		case <-c.Request.Context().Done():
			return false
		}
	})
}

// export writes as it goes, without a length.
func (s *shop) export(c *gin.Context) {
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", `attachment; filename="items.csv"`)
	c.Status(http.StatusOK)
	rows := csv.NewWriter(c.Writer)
	for range 200 {
		for _, it := range s.items.list() {
			_ = rows.Write([]string{strconv.Itoa(it.ID), it.Name, fmt.Sprint(it.Price)})
		}
		rows.Flush()
		c.Writer.Flush()
	}
}

// shout takes the connection over and speaks a protocol of its own.
func shout(c *gin.Context) {
	if c.GetHeader("Upgrade") != "shout" {
		c.Status(http.StatusUpgradeRequired)
		return
	}
	conn, rw, err := c.Writer.Hijack()
	if err != nil {
		c.String(http.StatusInternalServerError, "%v", err)
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprint(rw, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: shout\r\n\r\n")
	_ = rw.Flush()
	for lines := bufio.NewScanner(rw); lines.Scan(); _ = rw.Flush() {
		_, _ = fmt.Fprintln(rw, strings.ToUpper(lines.Text()))
	}
}

// jobs go on after the answer.
type jobs struct {
	sync.WaitGroup
	mu   sync.Mutex
	done []string
}

// remind answers at once and goes on with a copy of the context.
func (s *shop) remind(c *gin.Context) {
	to, later := c.PostForm("to"), c.Copy()
	s.jobs.Go(func() {
		s.jobs.mu.Lock()
		defer s.jobs.mu.Unlock()
		s.jobs.done = append(s.jobs.done, fmt.Sprint(to, " of ", later.Param("id"), " by ", later.Request.Method, " ", later.FullPath()))
	})
	c.Status(http.StatusAccepted)
}

func (s *shop) reminders(c *gin.Context) {
	s.jobs.Wait()
	s.jobs.mu.Lock()
	defer s.jobs.mu.Unlock()
	c.JSON(http.StatusOK, s.jobs.done)
}
