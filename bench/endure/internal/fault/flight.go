package fault

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// flights are answers that have begun and are not at their end.
type flights []*flight

type flight struct {
	connection net.Conn
	response   *http.Response
	text       *bufio.Reader
	id         string
}

// takeOff has some answers begin, which end after different times.
func takeOff(address string) (flights, error) {
	var all flights
	for n := range 8 {
		f, err := newFlight(address, fmt.Sprintf("flight-%d", n), time.Duration(n)*100*time.Millisecond)
		if err != nil {
			all.close()
			return nil, err
		}
		all = append(all, f)
	}
	return all, nil
}

func newFlight(address, id string, length time.Duration) (*flight, error) {
	connection, err := net.DialTimeout("tcp", address, 10*time.Second) //nolint:noctx // bounded
	if err != nil {
		return nil, err
	}
	f := &flight{connection: connection, id: id}
	_ = connection.SetDeadline(time.Now().Add(30 * time.Second))
	if _, err = fmt.Fprintf(connection, "GET /slow?for=%v&id=%s HTTP/1.1\r\nHost: endure\r\n\r\n", length+200*time.Millisecond, id); err == nil {
		f.response, err = http.ReadResponse(bufio.NewReader(connection), nil) //nolint:bodyclose // close does
	}
	if err == nil {
		f.text = bufio.NewReader(f.response.Body)
		_, err = f.text.ReadString('\n')
	}
	if err != nil {
		_ = connection.Close()
		return nil, err
	}
	return f, nil
}

// landed waits for all of them, and says what became of one that did not come
// to its end.
func (all flights) landed() error {
	for _, f := range all {
		text, err := io.ReadAll(f.text)
		if err != nil {
			return err
		}
		if want := "done " + f.id; strings.TrimSpace(string(text)) != want {
			return fmt.Errorf("it ends with %q, not %q", text, want)
		}
	}
	return nil
}

func (all flights) close() {
	for _, f := range all {
		_ = f.response.Body.Close()
		_ = f.connection.Close()
	}
}
