package redisstore_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/gin-apiroutes/apiroutes/revalidate"
	"github.com/gin-apiroutes/apiroutes/revalidate/redisstore"
)

// The tests of this file run several processes: this program again, which then
// serves pages. What the pages show is a number per page in a folder, and each
// render is written down there.
const (
	envRedis  = "REDISSTORE_TEST_REDIS"
	envFolder = "REDISSTORE_TEST_FOLDER"
	envName   = "REDISSTORE_TEST_NAME"
	// envLong is how long Redis stays away in each test, and how long there is
	// load before; without it a short time.
	envLong = "REDISSTORE_TEST_LONG"
	// envPatient is set for processes that take nobody for dead.
	envPatient = "REDISSTORE_TEST_PATIENT"
)

// secret lets the tests ask for a page on demand.
const secret = "0123456789abcdef0123456789abcdef"

func TestMain(m *testing.M) {
	if addr := os.Getenv(envRedis); addr != "" {
		if err := serve(addr, os.Getenv(envFolder), os.Getenv(envName)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	gin.SetMode(gin.TestMode)
	os.Exit(m.Run())
}

// serve is the program that the processes run.
func serve(addr, folder, name string) error {
	gin.SetMode(gin.ReleaseMode)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	config := redisstore.Config{URL: "redis://" + addr, Lease: lease, Logger: quiet}
	if os.Getenv(envPatient) != "" {
		patient(&config)
	}
	store, err := redisstore.New(config)
	if err != nil {
		return err
	}
	engine := gin.New()
	counted := &countedStore{Store: store}
	pages, err := revalidate.New(engine, revalidate.Config{Store: counted, Secret: secret, Logger: quiet})
	if err != nil {
		return err
	}
	show := func(c *gin.Context) {
		if err := render(c, folder, name); err != nil {
			c.String(http.StatusInternalServerError, "%v", err)
		}
	}
	engine.GET("/p/:id", pages.Page(revalidate.Never), show)
	engine.GET("/s/:id", pages.Page(revalidate.Never), func(c *gin.Context) {
		show(c)
		time.Sleep(slow)
	})
	engine.GET("/w/:id", pages.Page(500*time.Millisecond), show)
	engine.POST("/revalidate", func(c *gin.Context) {
		if err := pages.Revalidate(c.Request.Context(), c.Query("path")); err != nil {
			c.String(http.StatusBadGateway, "%v", err)
		}
	})
	engine.GET("/refused", func(c *gin.Context) { c.String(http.StatusOK, "%d", counted.refused.Load()) })
	engine.GET("/up", func(c *gin.Context) { c.String(http.StatusOK, "%t", store.Up()) })
	var listen net.ListenConfig
	listener, err := listen.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	server := &http.Server{Handler: engine, ReadHeaderTimeout: time.Second}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends
		_ = server.Close()
	}()
	_ = server.Serve(listener)
	return nil
}

// countedStore counts the calls on demand that were told to wait.
type countedStore struct {
	*redisstore.Store
	refused atomic.Int64
}

func (s *countedStore) BeginShared(ctx context.Context, key string, after uint64) (revalidate.Ticket, error) {
	ticket, err := s.Store.BeginShared(ctx, key, after)
	if errors.Is(err, revalidate.ErrBusy) {
		s.refused.Add(1)
	}
	return ticket, err
}

// render shows a page's number, and writes that down.
func render(c *gin.Context, folder, name string) error {
	path := c.Request.URL.Path
	version, err := os.ReadFile(filepath.Join(folder, filepath.Base(path)))
	if err != nil && !os.IsNotExist(err) {
		return err
	}
	log, err := os.OpenFile(filepath.Join(folder, "renders"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	if _, err := fmt.Fprintf(log, "%s %s %s\n", path, version, name); err != nil {
		return err
	}
	if strings.HasPrefix(string(version), "stuck in "+name) {
		for start := time.Now(); time.Since(start) < time.Minute; time.Sleep(5 * time.Millisecond) {
			if _, err := os.Stat(filepath.Join(folder, "go on")); err == nil {
				break
			}
		}
	}
	line := path + " " + string(version) + "\n"
	c.String(http.StatusOK, "%s", strings.Repeat(line, 50))
	return nil
}

// instance is one process that serves pages.
type instance struct {
	name, url string
	cmd       *exec.Cmd
}

// site is a number of processes on one Redis, and what is known about them.
type site struct {
	redis     *server
	clock     *steadyClock
	folder    string
	instances []*instance
	client    *http.Client

	mu    sync.Mutex
	acked map[string]revision // by path
}

// revision is the number that all have to show, and since when.
type revision struct {
	number int
	since  time.Duration // on the clock of the site
}

func startSite(t *testing.T) *site {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 64}
	t.Cleanup(transport.CloseIdleConnections)
	s := &site{
		redis: startRedis(t), folder: t.TempDir(), acked: make(map[string]revision),
		client: &http.Client{Timeout: 20 * time.Second, Transport: transport},
	}
	s.clock = s.redis.clock(t)
	for i := range 3 {
		s.instances = append(s.instances, s.start(t, numbered("i", i)))
	}
	s.allUp(t, patience)
	return s
}

// start runs a process until the test ends.
func (s *site) start(t *testing.T, name string) *instance {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program) //nolint:noctx // it ends with its standard input
	cmd.Env = append(os.Environ(), envRedis+"="+s.redis.Addr, envFolder+"="+s.folder, envName+"="+name)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = cmd.Wait()
	})
	addr, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("%s did not start: %v", name, err)
	}
	return &instance{name: name, url: "http://" + strings.TrimSpace(addr), cmd: cmd}
}

// allUp waits until all processes have Redis.
func (s *site) allUp(t *testing.T, limit time.Duration) {
	t.Helper()
	for _, i := range s.instances {
		until(t, limit, i.name+" has Redis", func() bool {
			_, body, err := s.do(t.Context(), http.MethodGet, i.url+"/up")
			return err == nil && body == "true"
		})
	}
}

func (s *site) do(ctx context.Context, method, url string, header ...string) (int, string, error) {
	r, err := http.NewRequestWithContext(ctx, method, url, http.NoBody)
	if err != nil {
		return 0, "", err
	}
	for pair := range slices.Chunk(header, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	answer, err := s.client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(body), err
}

// get asks an instance for a page and returns its number.
func (s *site) get(ctx context.Context, i *instance, path string) (int, error) {
	status, body, err := s.do(ctx, http.MethodGet, i.url+path)
	if err != nil {
		return 0, err
	}
	line, _, _ := strings.Cut(body, "\n")
	shown, number, _ := strings.Cut(line, " ")
	if status != http.StatusOK || shown != path || body != strings.Repeat(line+"\n", 50) {
		return 0, fmt.Errorf("%s%s: %d %.100q", i.name, path, status, body)
	}
	n, _ := strconv.Atoi(number)
	return n, nil
}

// edit changes what a page has to show.
func (s *site) edit(t *testing.T, path, text string) {
	t.Helper()
	name := filepath.Join(s.folder, filepath.Base(path))
	if err := os.WriteFile(name+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		t.Fatal(err)
	}
}

// revalidate edits a page and calls for it. It returns when the call did.
func (s *site) revalidate(t *testing.T, i *instance, path string, number int) error {
	t.Helper()
	s.edit(t, path, strconv.Itoa(number))
	status, body, err := s.do(t.Context(), http.MethodPost, i.url+"/revalidate?path="+path)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("%d %s", status, body)
	}
	if err == nil {
		s.mu.Lock()
		s.acked[path] = revision{number, s.clock.now()}
		s.mu.Unlock()
	}
	return err
}

// least is the number that a page must show at a time: the latest that was
// called for a moment before.
func (s *site) least(path string, at time.Duration) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.acked[path]; at-known.since > 3*seenWithin { // a busy machine may hold up a process
		return known.number
	}
	return 0
}

// renders returns how often each page was rendered with each number.
func (s *site) renders(t *testing.T) map[string]int {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(s.folder, "renders"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for line := range strings.Lines(string(log)) {
		counts[line[:strings.LastIndexByte(line, ' ')]]++
	}
	return counts
}

const (
	somePages = 12
	// seenWithin is the time in which all have a page that one has called for, on a steadyClock.
	seenWithin = 100 * time.Millisecond
	// lease is how long a page stays with a process that has died.
	lease = time.Second
	// slow is how long a slow page takes to render.
	slow = 50 * time.Millisecond
	// freshWithin is that after Redis has come back.
	freshWithin = 2 * time.Second
)

// load sends requests until the test ends, and reports what may never happen.
// While lenient, an instance may show an older page.
type load struct {
	lenient atomic.Bool
	served  atomic.Int64
	stop    func()
}

// load lets visitors come to some of the instances, or to all.
func (s *site) load(t *testing.T, visitors int, some ...*instance) *load {
	t.Helper()
	if len(some) == 0 {
		some = s.instances
	}
	some = slices.Clone(some)
	ctx, cancel := context.WithCancel(t.Context())
	l := new(load)
	var running sync.WaitGroup
	for range visitors {
		running.Go(func() {
			for ctx.Err() == nil {
				s.visit(ctx, t, l, some[rand.IntN(len(some))])
				time.Sleep(time.Millisecond) // as people do
			}
		})
	}
	l.stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(l.stop)
	return l
}

func (s *site) visit(ctx context.Context, t *testing.T, l *load, i *instance) {
	t.Helper()
	path := numbered("/p/", rand.IntN(somePages))
	if rand.IntN(4) == 0 {
		path = numbered("/w/w", rand.IntN(3))
	}
	lenient, least := l.lenient.Load(), s.least(path, s.clock.now())
	number, err := s.get(ctx, i, path)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		t.Errorf("a visitor got %v", err)
	case !lenient && !l.lenient.Load() && number < least:
		t.Errorf("%s%s shows %d, although %d was called for", i.name, path, number, least)
	}
	l.served.Add(1)
}

// spread revalidates pages for a while, and returns how long each took to be
// seen by all, the longest last.
func (s *site) spread(t *testing.T, from, rounds int) []time.Duration {
	t.Helper()
	var took []time.Duration
	for n := range rounds {
		path, number := numbered("/p/", n%somePages), from+n
		if err := s.revalidate(t, s.instances[n%len(s.instances)], path, number); err != nil {
			t.Errorf("revalidate %s: %v", path, err)
			continue
		}
		start := s.clock.now()
		for _, i := range s.instances {
			s.clock.until(t, freshWithin, i.name+" shows the new page", func() bool {
				got, err := s.get(t.Context(), i, path)
				return err == nil && got == number
			})
		}
		took = append(took, s.clock.now()-start)
	}
	slices.Sort(took)
	return took
}

// away is how long Redis is away.
func away(t *testing.T) time.Duration {
	t.Helper()
	if d, err := time.ParseDuration(os.Getenv(envLong)); err == nil {
		return d
	}
	return 1500 * time.Millisecond
}

// TestInstances: three processes on one Redis under load show what one call made
// new, and render it once.
func TestInstances(t *testing.T) {
	s := startSite(t)
	for n := range somePages { // once, before there is anything to call for
		if _, err := s.get(t.Context(), s.instances[n%3], numbered("/p/", n)); err != nil {
			t.Error(err)
		}
	}
	l := s.load(t, 6)
	rounds := int(away(t) / (50 * time.Millisecond))
	took := s.spread(t, 1, rounds)
	l.stop()
	if len(took) != rounds {
		t.Fatalf("%d of %d calls succeeded", len(took), rounds)
	}
	// A tenth is left to a machine that does other things too.
	if most := took[rounds*9/10-1]; most > seenWithin {
		t.Errorf("pages took %v to be seen by all, more than %v", most, seenWithin)
	}
	for what, n := range s.renders(t) {
		if strings.HasPrefix(what, "/p/") && n != 1 {
			t.Errorf("%q was rendered %d times", what, n)
		}
	}
	at := func(percent int) time.Duration { return took[(rounds-1)*percent/100].Round(100 * time.Microsecond) }
	t.Logf("%d requests; %d revalidations were seen by all within %v (p50), %v (p90), %v (p99), %v (all)",
		l.served.Load(), rounds, at(50), at(90), at(99), at(100))
}

// TestCallsShareRenders: calls in two processes that are made while a third one
// renders the page on demand share the render after it.
func TestCallsShareRenders(t *testing.T) {
	t.Setenv(envPatient, "yes")
	s := startSite(t)
	t.Run("two calls", s.twoCalls)
	t.Run("many calls", s.manyCalls)
}

func (s *site) twoCalls(t *testing.T) {
	called := make([]chan error, len(s.instances))
	call := func(n int) {
		called[n] = make(chan error, 1)
		go func() {
			status, body, err := s.do(t.Context(), http.MethodPost, s.instances[n].url+"/revalidate?path=/p/stuck")
			if err == nil && status != http.StatusOK {
				err = fmt.Errorf("%d %s", status, body)
			}
			called[n] <- err
		}()
	}
	s.edit(t, "/p/stuck", "stuck in i0")
	call(0)
	until(t, patience, "the first render runs", func() bool { return s.renders(t)["/p/stuck stuck in i0"] == 1 })
	s.edit(t, "/p/stuck", "7")
	for n := range s.instances[1:] {
		call(n + 1)
	}
	for _, i := range s.instances[1:] {
		until(t, patience, i.name+" waits", func() bool {
			_, refused, err := s.do(t.Context(), http.MethodGet, i.url+"/refused")
			return err == nil && refused != "0"
		})
	}
	start := time.Now()
	if err := os.WriteFile(filepath.Join(s.folder, "go on"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for n, i := range s.instances {
		if err := <-called[n]; err != nil {
			t.Errorf("the call of %s: %v", i.name, err)
		}
	}
	took := time.Since(start)
	for _, i := range s.instances {
		s.clock.until(t, freshWithin, i.name+" shows the new page", func() bool {
			got, err := s.get(t.Context(), i, "/p/stuck")
			return err == nil && got == 7
		})
	}
	if n := s.renders(t)["/p/stuck 7"]; n != 1 {
		t.Errorf("the calls of two processes rendered the page %d times", n)
	}
	t.Logf("all calls had returned %v after the first render could go on", took.Round(100*time.Microsecond))
}

// manyCalls counts renders for calls in all processes at once.
func (s *site) manyCalls(t *testing.T) {
	const each = 8
	rounds := int(away(t) / (300 * time.Millisecond))
	counts := make(map[int]int)
	for number := 1; number <= rounds; number++ {
		s.edit(t, "/s/0", strconv.Itoa(number))
		var calls sync.WaitGroup
		for n := range each * len(s.instances) {
			calls.Go(func() {
				url := s.instances[n%len(s.instances)].url + "/revalidate?path=/s/0"
				if status, body, err := s.do(t.Context(), http.MethodPost, url); err != nil || status != http.StatusOK {
					t.Errorf("%s: %d %s %v", url, status, body, err)
				}
			})
		}
		calls.Wait()
		counts[s.renders(t)[fmt.Sprintf("/s/0 %d", number)]]++
		for _, i := range s.instances {
			s.clock.until(t, freshWithin, i.name+" shows the new page", func() bool {
				got, err := s.get(t.Context(), i, "/s/0")
				return err == nil && got == number
			})
		}
	}
	t.Logf("%d calls at once in %d processes, %d times; how often by the number of renders: %v", each*len(s.instances), len(s.instances), rounds, counts)
}

// TestOneRenderPerWindow: pages that get old by time are rendered by one of the
// processes.
func TestOneRenderPerWindow(t *testing.T) {
	s := startSite(t)
	start := time.Now()
	l := s.load(t, 6)
	time.Sleep(2 * time.Second)
	l.stop()
	most := int(time.Since(start)/(500*time.Millisecond)) + 1
	for what, n := range s.renders(t) {
		if strings.HasPrefix(what, "/w/") && n > most {
			t.Errorf("%q was rendered %d times in %v", what, n, time.Since(start))
		}
	}
}

// TestRedisComesAndGoes: without Redis the processes serve what they have, and
// no fault; with it they agree soon, whatever Redis has lost.
func TestRedisComesAndGoes(t *testing.T) {
	restart := func(change func(t *testing.T, r *server)) func(*testing.T, *site) {
		return func(t *testing.T, s *site) {
			t.Helper()
			if change != nil {
				change(t, s.redis)
			}
			s.redis.Restart(t)
		}
	}
	kill := func(_ *testing.T, s *site) { s.redis.Stop() }
	for name, fault := range map[string]struct{ begin, end func(*testing.T, *site) }{
		"killed": {kill, restart(nil)},
		"killed and emptied": {kill, restart(func(t *testing.T, r *server) {
			t.Helper()
			r.restore(t, "")
		})},
		"killed and set back": {
			func(t *testing.T, s *site) {
				t.Helper()
				s.redis.backUp(t, "older")
				s.spread(t, 100, somePages)
				for range 3 { // each process holds each page
					for n := range somePages {
						s.shown(t, numbered("/p/", n))
					}
				}
				s.redis.Stop()
			}, restart(func(t *testing.T, r *server) {
				t.Helper()
				r.restore(t, "older")
			}),
		},
		"paused": {
			func(_ *testing.T, s *site) { s.redis.Signal(syscall.SIGSTOP) },
			func(_ *testing.T, s *site) { s.redis.Signal(syscall.SIGCONT) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := startSite(t)
			l := s.load(t, 6)
			s.spread(t, 1, somePages)

			l.lenient.Store(true)
			fault.begin(t, s)
			time.Sleep(away(t) / 2)
			s.callWithoutRedis(t)
			time.Sleep(away(t) / 2)
			before := l.served.Load()
			back := s.clock.now()
			fault.end(t, s)
			s.agree(t, back)
			took := s.clock.now() - back
			l.lenient.Store(false)
			s.spread(t, 2000, somePages)
			l.stop()
			t.Logf("%d requests until Redis was back, %d in all; fresh after %v", before, l.served.Load(), took.Round(time.Millisecond))
		})
	}
}

// callWithoutRedis calls for a page of each instance. It shows the new page
// itself, and says that it could not tell the others.
func (s *site) callWithoutRedis(t *testing.T) {
	t.Helper()
	for _, i := range s.instances {
		path := "/p/" + i.name[1:]
		s.edit(t, path, "1000")
		if status, _, err := s.do(t.Context(), http.MethodGet, i.url+path, "X-Prerender-Revalidate", secret); err != nil || status != http.StatusInternalServerError {
			t.Errorf("%s says that all have %s: %d %v", i.name, path, status, err)
		}
		if got, err := s.get(t.Context(), i, path); err != nil || got != 1000 {
			t.Errorf("%s shows %d of %s after its own call: %v", i.name, got, path, err)
		}
	}
}

// agree waits until all show what was called for before Redis was back, whether
// Redis had been told or not.
func (s *site) agree(t *testing.T, back time.Duration) {
	t.Helper()
	for n := range somePages {
		path, want := numbered("/p/", n), 1000
		if n >= len(s.instances) {
			s.mu.Lock()
			want = s.acked[path].number
			s.mu.Unlock()
		}
		for _, i := range s.instances {
			s.clock.until(t, freshWithin, fmt.Sprintf("%s shows %d of %s", i.name, want, path), func() bool {
				got, err := s.get(t.Context(), i, path)
				return err == nil && got == want
			})
		}
	}
	s.allUp(t, patience)
	if took := s.clock.now() - back; took > freshWithin {
		t.Errorf("it took %v until all was fresh", took)
	}
}

// shown returns what each instance shows of a page.
func (s *site) shown(t *testing.T, path string) []int {
	t.Helper()
	var numbers []int
	for _, i := range s.instances {
		n, err := s.get(t.Context(), i, path)
		if err != nil {
			t.Error(err)
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// stick makes the first instance begin a render that does not end.
func (s *site) stick(t *testing.T) {
	t.Helper()
	s.edit(t, "/p/stuck", "stuck in i0")
	go func() { _, _ = s.get(t.Context(), s.instances[0], "/p/stuck") }()
	until(t, patience, "the render runs", func() bool { return s.renders(t)["/p/stuck stuck in i0"] == 1 })
}

// takenOver asks another instance for the page that the first one is stuck in.
func (s *site) takenOver(t *testing.T) {
	t.Helper()
	s.edit(t, "/p/stuck", "7")
	start := time.Now()
	got, err := s.get(t.Context(), s.instances[1], "/p/stuck")
	took := time.Since(start)
	if err != nil || got != 7 || took > lease+patience {
		t.Errorf("after %v: %d %v", took, got, err)
	}
	t.Logf("another instance had the page after %v", took.Round(time.Millisecond))
}

// TestKilledInstance: a process that dies while it renders holds nobody up for
// longer than its lease, and takes nothing back when it starts again.
func TestKilledInstance(t *testing.T) {
	s := startSite(t)
	l := s.load(t, 3, s.instances[1:]...) // who shows an older page is found out
	s.spread(t, 1, somePages)
	s.stick(t)
	_ = s.instances[0].cmd.Process.Kill()
	s.takenOver(t)
	for n := range somePages { // while it is gone
		if err := s.revalidate(t, s.instances[1+n%2], numbered("/p/", n), 100+n); err != nil {
			t.Error(err)
		}
	}
	s.instances[0] = s.start(t, "i0")
	all := s.load(t, 3)
	for n := range somePages { // at once, whether it has Redis yet or not
		if got := s.shown(t, numbered("/p/", n)); slices.Min(got) < 100+n {
			t.Errorf("after the start, the instances show %v of page %d, and %d was called for", got, n, 100+n)
		}
	}
	s.allUp(t, patience)
	s.spread(t, 200, somePages)
	all.stop()
	l.stop()
}

// TestPausedInstance: a process that stands still while it renders, for longer
// than its lease, is taken for dead. What it has rendered when it comes back is
// older than what others have stored meanwhile, and refused.
func TestPausedInstance(t *testing.T) {
	s := startSite(t)
	s.stick(t)
	process := s.instances[0].cmd.Process
	t.Cleanup(func() { _ = process.Signal(syscall.SIGCONT) })
	_ = process.Signal(syscall.SIGSTOP)
	s.takenOver(t)
	if err := s.revalidate(t, s.instances[2], "/p/stuck", 8); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.folder, "go on"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_ = process.Signal(syscall.SIGCONT)
	for start := time.Now(); time.Since(start) < away(t)/2; {
		if got := s.shown(t, "/p/stuck"); !slices.Equal(got, []int{8, 8, 8}) {
			t.Fatalf("%v after its return, the instances show %v", time.Since(start), got)
		}
	}
}
