package revalidate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
)

// nextBatch is the number of paths in one request to the API route.
const nextBatch = 50

// nextRouteAnswer is what the API route sends.
type nextRouteAnswer struct {
	Results []struct {
		Path  string `json:"path"`
		Error string `json:"error"`
	} `json:"results"`
}

// runRoute hands the pages to the API route, some per request.
func (c *NextClient) runRoute(ctx context.Context, jobs []*nextJob, onlyGenerated bool) {
	batches := slices.Collect(slices.Chunk(jobs, nextBatch))
	c.each(len(batches), func(i int) {
		c.retry(ctx, batches[i], func(pending []*nextJob) {
			c.askRoute(ctx, pending, onlyGenerated)
		})
	})
}

// askRoute sends one request for some pages.
func (c *NextClient) askRoute(ctx context.Context, jobs []*nextJob, onlyGenerated bool) {
	paths := make([]string, len(jobs))
	for i, job := range jobs {
		paths[i] = job.target.inner
	}
	answer, err := c.post(ctx, paths, onlyGenerated)
	var said nextRouteAnswer
	if err == nil && answer.status == http.StatusOK {
		said, err = readRoute(answer.body)
	}
	for _, job := range jobs {
		r := &job.result
		r.Requests++
		r.Status, r.Location, job.cause = answer.status, answer.header.Get("Location"), err
		switch {
		case r.Status == 0:
			r.Outcome = nextFault(ctx, err)
		case err != nil:
			r.Outcome = NextUnexpected
		case r.Status == http.StatusOK:
			job.read(said)
		default:
			r.Outcome = nextVerdict(r.Status, http.Header{"Location": {r.Location}}, c.route, onlyGenerated)
			job.cause = fmt.Errorf("revalidate: that is the answer of the route %s", c.route)
		}
	}
}

// post sends the paths to the route.
func (c *NextClient) post(ctx context.Context, paths []string, onlyGenerated bool) (nextAnswer, error) {
	text, _ := json.Marshal(struct { // strings and a bool: it cannot fail
		Paths         []string `json:"paths"`
		OnlyGenerated bool     `json:"onlyGenerated"`
	}{paths, onlyGenerated})
	return c.send(ctx, http.MethodPost, c.route, http.Header{
		"Content-Type": {"application/json"}, routeSecretHeader: {c.secret},
	}, bytes.NewReader(text))
}

// readRoute reads the answer of the handler in the documentation.
func readRoute(body []byte) (said nextRouteAnswer, err error) {
	if len(body) > nextBody {
		return said, fmt.Errorf("revalidate: the answer of the route is longer than %d bytes", nextBody)
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return said, errors.New("revalidate: the answer of the route is not that of the handler in the documentation")
	}
	return said, nil
}

// nextRouteStatus is the end of the messages of res.revalidate.
var nextRouteStatus = regexp.MustCompile(`Invalid response ([1-5][0-9][0-9])$`)

// read finds the job's own result in an answer of the route.
func (j *nextJob) read(answer nextRouteAnswer) {
	j.result.Outcome, j.cause = NextUnexpected, errors.New("revalidate: the route says nothing about it")
	for _, one := range answer.Results {
		if one.Path != j.target.inner {
			continue
		}
		if one.Error == "" {
			j.result.Outcome, j.cause = NextAccepted, nil
			return
		}
		j.cause = errors.New(shown(one.Error))
		if match := nextRouteStatus.FindStringSubmatch(one.Error); match != nil {
			j.result.Status, _ = strconv.Atoi(match[1])
			j.result.Outcome = nextVerdict(j.result.Status, http.Header{"Location": {j.target.path}}, j.target.path, false)
		}
		return
	}
}
