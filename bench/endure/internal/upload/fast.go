package upload

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// clients send the fast requests, each over a connection of its own.
const clients = 4

// fast sends fast requests at an even pace for a while and returns the 99th
// percentile of their times.
func (s *Settings) fast(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, s.Window)
	defer cancel()
	var (
		running sync.WaitGroup
		mu      sync.Mutex
		all     []time.Duration
		failed  error
	)
	for range clients {
		running.Go(func() {
			times, err := s.client(ctx)
			mu.Lock()
			defer mu.Unlock()
			all, failed = append(all, times...), errors.Join(failed, err)
		})
	}
	running.Wait()
	if failed == nil && len(all) < 100 {
		failed = errors.New("endure: too few fast requests were answered")
	}
	if failed != nil {
		return 0, failed
	}
	slices.Sort(all)
	return all[len(all)*99/100], nil
}

func (s *Settings) client(ctx context.Context) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second}
	defer client.CloseIdleConnections()
	ticker := time.NewTicker(time.Second * clients / time.Duration(s.Requests))
	defer ticker.Stop()
	var times []time.Duration
	for {
		select {
		case <-ctx.Done():
			return times, nil
		case <-ticker.C:
		}
		request, err := http.NewRequestWithContext(context.WithoutCancel(ctx), http.MethodGet, "http://"+s.Address+"/fast?id=1", http.NoBody)
		if err != nil {
			return nil, err
		}
		begun := time.Now()
		response, err := client.Do(request)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
		if err != nil {
			return nil, err
		}
		if response.StatusCode != http.StatusOK {
			return nil, errors.New("endure: a fast request is answered " + response.Status)
		}
		times = append(times, time.Since(begun))
	}
}
