package load

import (
	"context"
	"sync"

	"github.com/gin-apiroutes/apiroutes/bench/internal/job"
)

// Burst is what many requests at once did to a server that had nothing to do
// before.
type Burst struct {
	// Requests were sent at the same time, and Answered of them got the wanted
	// answer after the client had sent, or tried to send, everything.
	Requests, Answered int
	// Idle and Peak are the server's memory before and at its height, in bytes.
	Idle, Peak int64
}

// SendBurst sends a job's request many times at once to a fresh server.
func SendBurst(ctx context.Context, p *Process, j *job.Job, requests int) (Burst, error) {
	before, err := p.Usage()
	if err != nil {
		return Burst{}, err
	}
	answered := make(chan struct{}, requests)
	var all sync.WaitGroup
	for range requests {
		all.Go(func() {
			if status, header, body, err := send(ctx, j, p.Address); err == nil && j.Want.Check(status, header, body) == nil {
				answered <- struct{}{}
			}
		})
	}
	all.Wait()
	after, err := p.Usage()
	return Burst{Requests: requests, Answered: len(answered), Idle: before.Memory, Peak: after.Peak}, err
}
