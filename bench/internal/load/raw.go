package load

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Raw returns a job's request as it goes over the wire.
func Raw(r *job.Request, address string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.Path, address)
	for name, values := range r.Header {
		for _, value := range values {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	switch {
	case r.Body == nil:
		b.WriteString("\r\n")
	case r.Chunked:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		const chunk = 32 << 10
		for rest := r.Body; ; rest = rest[min(chunk, len(rest)):] {
			part := rest[:min(chunk, len(rest))]
			fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part)
			if len(part) == 0 {
				break
			}
		}
	default:
		b.WriteString("Content-Length: " + strconv.Itoa(len(r.Body)) + "\r\n\r\n")
		b.Write(r.Body)
	}
	return b.Bytes()
}

// Check sends a job's request to a server, twice, and says what is wrong with
// the answers.
func Check(ctx context.Context, j *job.Job, address string) error {
	for range 2 {
		status, header, body, err := send(ctx, j, address)
		if err == nil {
			err = j.Want.Check(status, header, body)
		}
		if err != nil {
			return fmt.Errorf("%v: %w", j, err)
		}
	}
	return nil
}

// send writes the whole request, even if the answer comes early, and then
// reads the answer: what simple clients do.
func send(ctx context.Context, j *job.Job, address string) (int, http.Header, []byte, error) {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("bench: %w", err)
	}
	defer func() { _ = connection.Close() }()
	if err := connection.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return 0, nil, nil, fmt.Errorf("bench: %w", err)
	}
	_, writeErr := connection.Write(Raw(&j.Request, address))
	response, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: j.Request.Method})
	if err != nil {
		return 0, nil, nil, fmt.Errorf("bench: no answer: %w (sending: %w)", err, writeErr)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("bench: half an answer: %w", err)
	}
	return response.StatusCode, response.Header, body, nil
}
