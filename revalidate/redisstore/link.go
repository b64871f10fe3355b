package redisstore

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/rueidis"
)

// link is the connection to Redis, and what is known about it. Calls go through
// while it is up; the first that fails takes it down, and only probes go on,
// so that no request waits for a Redis that is away.
type link struct {
	option  rueidis.ClientOption
	config  Config
	onLose  func()
	running sync.WaitGroup
	ctx     context.Context
	cancel  context.CancelFunc
	kick    chan struct{} // to probe at once

	client atomic.Pointer[rueidis.Client]
	state  atomic.Bool  // up
	last   atomic.Int64 // when all of Redis' messages had been received, since start
	back   atomic.Int64 // when Redis was back after the last loss, since start; 0 is never lost
	start  time.Time

	mu     sync.Mutex
	losses uint64 // how often the link was lost
	logged bool   // as away
}

// away pages are probed for this often.
const probeTime = 100 * time.Millisecond

var (
	errConnection = errors.New("redisstore: the connection ended")
	errNoClient   = errors.New("redisstore: there has been no connection yet")
)

func newLink(option rueidis.ClientOption, config Config, start time.Time, onLose func()) *link {
	l := &link{option: option, config: config, onLose: onLose, kick: make(chan struct{}, 1), start: start}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// up says whether calls may be made.
func (l *link) up() bool { return l.state.Load() }

// synced says whether Redis has told lately, at a time since start, all that it
// had to tell.
func (l *link) synced(now time.Duration) bool {
	return now-time.Duration(l.last.Load()) <= l.config.MaxDrift
}

// steady says whether Redis has been there for a time since it was lost, if it
// ever was.
func (l *link) steady(d time.Duration) bool {
	back := time.Duration(l.back.Load())
	return back == 0 || time.Since(l.start)-back >= d
}

// do makes a call within a time.
func (l *link) do(ctx context.Context, timeout time.Duration, call func(context.Context, rueidis.Client) rueidis.RedisResult) rueidis.RedisResult {
	results, err := l.doMulti(ctx, timeout, func(ctx context.Context, c rueidis.Client) []rueidis.RedisResult {
		return []rueidis.RedisResult{call(ctx, c)}
	})
	if len(results) == 0 {
		return rueidis.NewErrorResult(err)
	}
	return results[0]
}

func (l *link) doMulti(ctx context.Context, timeout time.Duration, call func(context.Context, rueidis.Client) []rueidis.RedisResult) ([]rueidis.RedisResult, error) {
	client := l.client.Load()
	if client == nil || !l.up() {
		return nil, ErrAway
	}
	within, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	results := call(within, *client)
	for _, result := range results {
		if err := result.Error(); isAway(err) && ctx.Err() == nil {
			l.lose(err)
			return nil, fmt.Errorf("%w: %w", ErrAway, err)
		}
	}
	return results, nil
}

// isAway says whether an error comes from there being no Redis that works,
// rather than from its answer.
func isAway(err error) bool {
	if err == nil || rueidis.IsRedisNil(err) {
		return false
	}
	reply, ok := rueidis.IsRedisErr(err)
	return !ok || reply.IsLoading() || reply.IsClusterDown()
}

// lose takes the link down. Pages that are held are not current any more, as
// messages about them may have got lost.
func (l *link) lose(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.losses++
	wasUp := l.state.Swap(false)
	l.onLose()
	if wasUp {
		select {
		case l.kick <- struct{}{}:
		default:
		}
	}
	if !l.logged && l.ctx.Err() == nil {
		l.logged = true
		l.config.Logger.LogAttrs(l.ctx, slog.LevelWarn, "redisstore: Redis is away; pages stay in this process", slog.Any("error", err))
	}
}

// probe asks Redis for an answer. It takes the link up, or down.
func (l *link) probe() {
	l.mu.Lock()
	losses := l.losses
	l.mu.Unlock()
	asked := time.Since(l.start)
	answered, all, err := l.ping()
	if l.ctx.Err() != nil {
		return
	}
	if !answered {
		l.lose(err)
		return
	}
	if all {
		l.last.Store(int64(asked))
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if losses != l.losses { // lost meanwhile; the next probe will tell
		return
	}
	if !l.state.Swap(true) && l.losses > 0 {
		l.back.Store(int64(time.Since(l.start)))
	}
	if l.logged {
		l.logged = false
		l.config.Logger.LogAttrs(l.ctx, slog.LevelInfo, "redisstore: Redis is back")
	}
}

// ping says whether any node answers and whether all do. An answer on the
// connection comes after all messages that Redis had for it.
func (l *link) ping() (answered, all bool, err error) {
	client, err := l.connect()
	if err != nil {
		return false, false, err
	}
	ctx, cancel := context.WithTimeout(l.ctx, l.config.Timeout)
	defer cancel()
	all = true
	for _, node := range client.Nodes() {
		if e := node.Do(ctx, node.B().Ping().Build()).Error(); e != nil {
			all, err = false, e
		} else {
			answered = true
		}
	}
	return answered, answered && all, err
}

// connect makes the client, once Redis lets it.
func (l *link) connect() (rueidis.Client, error) {
	if client := l.client.Load(); client != nil {
		return *client, nil
	}
	client, err := rueidis.NewClient(l.option)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoClient, err)
	}
	l.client.Store(&client)
	return client, nil
}

func (l *link) close() {
	l.cancel()
	l.running.Wait()
	l.state.Store(false)
	if client := l.client.Swap(nil); client != nil {
		(*client).Close()
	}
}
