package revalidate

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
)

// nextAnswer is an answer of the front end.
type nextAnswer struct {
	status int
	header http.Header
	body   []byte // at most nextBody+1 bytes of it
}

// send sends one request to the front end and to nowhere else. The body of the
// answer is read to its end, within a bound, so that the connection can be used
// again.
func (c *NextClient) send(ctx context.Context, method, path string, header http.Header, body io.Reader) (nextAnswer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil || request.URL.Scheme+"://"+request.URL.Host != c.base || request.URL.User != nil {
		return nextAnswer{}, errors.New("revalidate: the path leads away from the front end")
	}
	maps.Copy(request.Header, c.header)
	maps.Copy(request.Header, header)
	response, err := c.http.Do(request)
	if err != nil {
		return nextAnswer{}, plainFault(err)
	}
	defer func() { _ = response.Body.Close() }() // read as far as it is of use
	text, err := io.ReadAll(io.LimitReader(response.Body, nextBody+1))
	if err != nil && response.StatusCode == http.StatusOK && method != http.MethodHead {
		return nextAnswer{}, plainFault(err) // the results are not whole
	}
	return nextAnswer{response.StatusCode, response.Header, text}, nil
}

// plainFault takes method and address off an error of net/http: they are in
// the result.
func plainFault(err error) error {
	if fault, ok := errors.AsType[*url.Error](err); ok {
		return fault.Err
	}
	return err
}
