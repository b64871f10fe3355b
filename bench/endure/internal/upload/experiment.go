package upload

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/gin-apiroutes/apiroutes/bench/endure/internal/subject"
)

// Settings of the experiment.
type Settings struct {
	// Address is that of the instance, and Usage asks it what it holds.
	Address string
	Usage   func() (subject.Usage, error)
	// Uploads are at once, with Rate bytes a second each.
	Uploads, Rate int
	// Rounds are measured, with and without uploads for Window each.
	Rounds int
	Window time.Duration
	// Requests are the fast ones that are measured, per second.
	Requests int
}

// Round is the 99th percentile of the time of fast requests.
type Round struct{ Without, With time.Duration }

// Result is what was measured.
type Result struct {
	Rounds []Round
	// Median of the rounds: how many times longer fast requests take with the
	// uploads than without.
	Median float64
	// Held is what the uploads hold at most, after a collection of garbage, and
	// Received what they had sent by then.
	Held, Received int64
	// Answer is the first line for an upload that was brought to its end.
	Answer string
	// Broken uploads got an error.
	Broken int64
}

// Run measures. Rounds with and without uploads take turns, so that what else
// the machine does meets both.
func Run(ctx context.Context, s *Settings) (*Result, error) {
	result := new(Result)
	for range s.Rounds {
		if err := s.round(ctx, result); err != nil {
			return nil, err
		}
	}
	ratios := make([]float64, 0, len(result.Rounds))
	for _, r := range result.Rounds {
		ratios = append(ratios, float64(r.With)/float64(r.Without))
	}
	slices.Sort(ratios)
	result.Median = ratios[len(ratios)/2]
	return result, nil
}

// settle is for the moment in which many connections are opened.
const settle = 500 * time.Millisecond

func (s *Settings) round(ctx context.Context, result *Result) error {
	before, err := s.Usage()
	if err != nil {
		return err
	}
	without, err := s.fast(ctx)
	if err != nil {
		return err
	}
	uploads, err := begin(ctx, s.Address, s.Uploads, s.Rate)
	if err != nil {
		return err
	}
	defer uploads.end()
	time.Sleep(settle) // until all of them are accepted
	with, err := s.fast(ctx)
	if err != nil {
		return err
	}
	sent := uploads.sent.Load()
	during, err := s.Usage()
	if err != nil {
		return err
	}
	if held := during.Heap - before.Heap; held > result.Held {
		result.Held, result.Received = held, sent
	}
	result.Rounds = append(result.Rounds, Round{without, with})
	result.Broken += uploads.broken.Load()
	if result.Answer, err = uploads.whole(); err != nil {
		return fmt.Errorf("endure: an upload that came to its end: %w", err)
	}
	return nil
}
