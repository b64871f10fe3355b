package main

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
)

// lastEvent is where a stream ends that a client asks for without ?n.
const lastEvent = 60

// events counts, one number in each interval, as Server-Sent Events:
// https://html.spec.whatwg.org/multipage/server-sent-events.html
func events(every time.Duration) gin.HandlerFunc {
	return func(c *gin.Context) {
		last, err := strconv.Atoi(c.DefaultQuery("n", strconv.Itoa(lastEvent)))
		if err != nil || last < 1 {
			c.String(http.StatusBadRequest, "n is a number of events, 1 or more")
			return
		}
		// A browser that lost the connection says which event it has.
		number, err := strconv.Atoi(c.GetHeader("Last-Event-ID"))
		if err != nil || number < 0 {
			number = 0
		}
		if number >= last {
			c.Status(http.StatusNoContent) // do not connect again
			return
		}
		c.Header("Content-Type", "text/event-stream")
		c.Header("Cache-Control", "no-store")

		tick := time.NewTicker(every)
		defer tick.Stop()
		for number++; ; number++ {
			if _, err := fmt.Fprintf(c.Writer, "id: %d\ndata: {\"number\":%d}\n\n", number, number); err != nil {
				return
			}
			c.Writer.Flush()
			if number == last {
				return
			}
			select {
			case <-tick.C:
			case <-c.Request.Context().Done(): // the client has left
				return
			}
		}
	}
}
