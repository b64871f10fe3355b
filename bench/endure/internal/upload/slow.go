package upload

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// slow are uploads that go on: one piece each second, of a body that is as
// large as its route takes.
type slow struct {
	connections []net.Conn
	piece       []byte
	sent        atomic.Int64
	first       int // bytes of the first one
	broken      atomic.Int64
	stop        context.CancelFunc
	running     sync.WaitGroup
}

// ticks per second: so many groups of uploads take turns.
const ticks = 100

// begin opens so many uploads, which send so many bytes a second each.
func begin(ctx context.Context, address string, count, rate int) (*slow, error) {
	s := &slow{piece: make([]byte, rate)}
	ctx, s.stop = context.WithCancel(ctx)
	for range count {
		connection, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", address)
		if err == nil {
			s.connections = append(s.connections, connection)
			_, err = fmt.Fprintf(connection, "POST /upload HTTP/1.1\r\nHost: endure\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", subject.UploadLimit)
		}
		if err != nil {
			s.end()
			return nil, fmt.Errorf("endure: upload %d: %w", len(s.connections), err)
		}
	}
	s.running.Go(func() { s.run(ctx) })
	return s, nil
}

func (s *slow) run(ctx context.Context) {
	ticker := time.NewTicker(time.Second / ticks)
	defer ticker.Stop()
	for turn := 0; ; turn = (turn + 1) % ticks {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for i := turn; i < len(s.connections); i += ticks {
			n, err := s.connections[i].Write(s.piece)
			s.sent.Add(int64(n))
			if i == 0 {
				s.first += n
			}
			if err != nil {
				s.broken.Add(1)
			}
		}
	}
}

// end leaves all of them.
func (s *slow) end() {
	s.stop()
	s.running.Wait()
	for _, connection := range s.connections {
		_ = connection.Close()
	}
}

// whole sends the rest of one upload at once, and returns its answer: that of a
// body that came slowly.
func (s *slow) whole() (string, error) {
	s.stop()
	s.running.Wait()
	connection := s.connections[0]
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	rest := make([]byte, subject.UploadLimit-s.first)
	go func() { _, _ = connection.Write(rest) }()
	answer := make([]byte, 12)
	_, err := io.ReadFull(connection, answer)
	return string(answer), err
}
