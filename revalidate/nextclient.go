package revalidate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"
)

// NextClient refreshes pages of a real Next.js front end: what
// [Cache.Revalidate] does for pages of this process, with the same signatures.
//
//	front, err := revalidate.NewNextClient(revalidate.NextConfig{
//		BaseURL:  "http://127.0.0.1:3000",
//		Manifest: "/srv/front/.next/prerender-manifest.json",
//	})
//	…
//	err = front.Revalidate(ctx, "/posts/1")
//
// It asks for the page with the id of the build, as Next.js does itself, and
// takes nothing for a success but `x-nextjs-cache: REVALIDATED`: to a wrong id
// Next.js answers 200 as if nothing were asked. An id that was read from the
// manifest is read again after a deploy.
//
// Two things should be known about the id. It is the same one that the cookie
// of draft mode holds, so whoever may see drafts may refresh pages. And
// `next build` makes a new one unless .next/cache is kept, which it is not in
// most containers.
//
// # The other way: an API route
//
// Where the id cannot be had, a route of the front end can do it. Set Route and
// Secret instead, and put this into pages/api/revalidate.js:
//
//	import { createHash, timingSafeEqual } from 'node:crypto';
//
//	const digest = (text) => createHash('sha256').update(String(text)).digest();
//	const secret = process.env.REVALIDATE_SECRET;
//
//	export default async function handler(req, res) {
//	  if (req.method !== 'POST') return res.status(405).end();
//	  if (!secret || !timingSafeEqual(digest(req.headers['x-revalidate-secret']), digest(secret))) return res.status(401).end();
//	  const { paths, onlyGenerated } = req.body;
//	  const one = (path) => res.revalidate(path, { unstable_onlyGenerated: onlyGenerated }).then(() => ({ path }), (e) => ({ path, error: e.message }));
//	  res.json({ results: await Promise.all(paths.map(one)) });
//	}
//
// It gets {"paths": […], "onlyGenerated": false} and the secret in the header
// X-Revalidate-Secret. It says less: see [NextAccepted].
//
// A NextClient is safe for concurrent use.
type NextClient struct {
	base         string
	paths        nextPaths
	header       http.Header
	ids          *nextIDs // nil: the API route
	route        string
	secret       string
	concurrency  int
	retries      int
	backoff      time.Duration
	timeout      time.Duration
	totalTimeout time.Duration
	http         *http.Client
	sleep        func(context.Context, time.Duration) error
}

// Revalidate refreshes the page at path, in every locale of the client, and
// returns when the front end has stored it. Query and fragment of the path are
// ignored; blanks and letters beyond ASCII may be encoded or not.
//
// The error joins a [*NextError] for each locale that was not refreshed.
//
// Next.js: res.revalidate.
func (c *NextClient) Revalidate(ctx context.Context, path string, options ...Option) error {
	_, err := c.RevalidateAll(ctx, []string{path}, options...)
	return err
}

// RevalidateAll is [NextClient.Revalidate] for many paths, some at a time. A
// page that is named twice is asked for once. The error joins those of the
// results.
func (c *NextClient) RevalidateAll(ctx context.Context, paths []string, options ...Option) (NextResults, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.totalTimeout, errNextTotal)
	defer cancel()
	var d demand
	for _, option := range options {
		option(&d)
	}
	plan := c.plan(paths)
	if c.ids == nil {
		c.runRoute(ctx, plan.jobs, d.onlyGenerated)
	} else {
		c.runPages(ctx, plan.jobs, d.onlyGenerated)
	}
	results := plan.results()
	return results, results.Err()
}

var errNextTotal = fmt.Errorf("revalidate: TotalTimeout is over: %w", context.DeadlineExceeded)

// nextJob is one page to refresh, and what became of it.
type nextJob struct {
	target nextTarget
	result NextResult
	cause  error
}

// nextPlan maps the paths of a call to jobs, equal ones to the same.
type nextPlan struct {
	jobs  []*nextJob
	slots []nextSlot
}

type nextSlot struct {
	path string
	job  *nextJob
}

func (c *NextClient) plan(paths []string) nextPlan {
	var plan nextPlan
	known := make(map[string]*nextJob)
	for _, path := range paths {
		targets, err := c.paths.targets(path)
		if err != nil {
			bad := &nextJob{result: NextResult{Outcome: NextBadPath}, cause: err}
			plan.slots = append(plan.slots, nextSlot{path, bad})
			continue
		}
		for _, target := range targets {
			job := known[target.path]
			if job == nil {
				job = &nextJob{target: target, result: NextResult{Locale: target.locale, URL: c.base + target.path}}
				known[target.path] = job
				plan.jobs = append(plan.jobs, job)
			}
			plan.slots = append(plan.slots, nextSlot{path, job})
		}
	}
	return plan
}

func (p nextPlan) results() NextResults {
	results := make(NextResults, 0, len(p.slots))
	for _, slot := range p.slots {
		r := slot.job.result
		r.Path = slot.path
		if !r.Outcome.OK() {
			r.Err = &NextError{Result: r, Err: slot.job.cause}
		}
		results = append(results, r)
	}
	return results
}

// runPages asks for each page, a few at a time.
func (c *NextClient) runPages(ctx context.Context, jobs []*nextJob, onlyGenerated bool) {
	c.each(len(jobs), func(i int) {
		c.retry(ctx, jobs[i:i+1], func(pending []*nextJob) {
			c.askWithIDs(ctx, pending[0], onlyGenerated)
		})
	})
}

// each calls f for 0 to n-1, as many at a time as the client may.
func (c *NextClient) each(n int, f func(int)) {
	slots := make(chan struct{}, c.concurrency)
	var running sync.WaitGroup
	for i := range n {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			f(i)
		})
	}
	running.Wait()
}

// retry calls ask for jobs until each has an outcome that will not change.
func (c *NextClient) retry(ctx context.Context, jobs []*nextJob, ask func([]*nextJob)) {
	began := time.Now()
	pending := jobs
	for attempt := 0; ; attempt++ {
		if ctx.Err() == nil {
			ask(pending)
		}
		if ctx.Err() != nil {
			c.cancel(ctx, pending)
			return
		}
		var again []*nextJob
		for _, job := range pending {
			job.result.Duration = time.Since(began)
			if job.result.Outcome.again() {
				again = append(again, job)
			}
		}
		if pending = again; len(pending) == 0 || attempt >= c.retries {
			return
		}
		if err := c.sleep(ctx, c.pause(attempt)); err != nil {
			c.cancel(ctx, pending)
			return
		}
	}
}

// cancel marks the jobs that the end of the call has overtaken.
func (c *NextClient) cancel(ctx context.Context, pending []*nextJob) {
	for _, job := range pending {
		switch {
		case job.result.Outcome.OK():
		case job.result.Status == 0:
			job.result.Outcome, job.cause = NextCanceled, context.Cause(ctx)
		default: // it has failed, and will not be tried again
			job.cause = cmp.Or(job.cause, context.Cause(ctx))
		}
	}
}

// pause is the time before a retry: doubled each time, and between half and
// all of it by chance, so that many clients do not come back at once.
func (c *NextClient) pause(attempt int) time.Duration {
	most := c.backoff << min(attempt, nextBackoffSteps)
	half := most / 2
	return half + rand.N(half+1) //nolint:gosec // spreads load, protects nothing
}

// askWithIDs asks once, and once more with another id if the first may be that
// of a build that is gone.
func (c *NextClient) askWithIDs(ctx context.Context, job *nextJob, onlyGenerated bool) {
	id := c.ids.now()
	c.ask(ctx, job, id, onlyGenerated)
	if o := job.result.Outcome; o == NextWrongID || o == NextNotCached {
		other, err := c.ids.other(id, o == NextWrongID)
		if other == "" {
			job.cause = err
			return
		}
		id = other
		c.ask(ctx, job, id, onlyGenerated)
	}
	if job.result.Outcome.OK() {
		c.ids.worked(id)
	}
}

// ask sends one request for a page.
func (c *NextClient) ask(ctx context.Context, job *nextJob, id string, onlyGenerated bool) {
	r := &job.result
	r.Requests++
	r.Status, r.Cache, r.Location, job.cause = 0, "", "", nil
	header := http.Header{revalidateHeader: {id}}
	if onlyGenerated {
		header.Set(onlyGeneratedHeader, "1")
	}
	answer, err := c.send(ctx, http.MethodHead, job.target.path, header, nil)
	if err != nil {
		r.Outcome, job.cause = nextFault(ctx, err), err
		return
	}
	r.Status, r.Cache, r.Location = answer.status, nextCacheHeader(answer.header), answer.header.Get("Location")
	r.Outcome = nextVerdict(r.Status, answer.header, job.target.path, onlyGenerated)
}

// nextFault tells why there is no answer.
func nextFault(ctx context.Context, err error) NextOutcome {
	if ctx.Err() != nil {
		return NextCanceled
	}
	if fault, ok := errors.AsType[net.Error](err); ok && fault.Timeout() { // context.DeadlineExceeded is one, too
		return NextTimedOut
	}
	return NextUnreachable
}
