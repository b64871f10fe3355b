package traffic

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/ledger"
)

func stream(ctx context.Context, v *visitor) error {
	text, err := v.expect(ctx, request{path: "/stream?id=" + v.id}, http.StatusOK, "part "+v.id)
	if err != nil {
		return err
	}
	if want := strings.Repeat("part "+v.id+"\n", 20) + "end " + v.id + "\n"; text != want {
		return lost(ledger.Wrong, "the stream has %d bytes, not %d", len(text), len(want))
	}
	return nil
}

func leaveStream(ctx context.Context, v *visitor) error {
	return v.with(ctx, "GET /stream?id="+v.id+" HTTP/1.1\r\nHost: endure\r\n\r\n", func(_ net.Conn, r *bufio.Reader) error {
		_, err := r.ReadString('\n')
		return err
	})
}

// inFlight is an answer that has begun and takes its time. Once it has begun,
// it has to come to its end, also if the instance is asked to end.
func inFlight(ctx context.Context, v *visitor) error {
	d := v.some(50*time.Millisecond, 500*time.Millisecond).Round(time.Millisecond)
	text, err := v.expect(ctx, request{path: "/slow?for=" + d.String() + "&id=" + v.id}, http.StatusOK, "begun "+v.id)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(text, "done "+v.id+"\n") {
		return lost(ledger.Wrong, "it ends with %q", text)
	}
	return nil
}
