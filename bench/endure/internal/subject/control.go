package subject

import (
	"encoding/json"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/gin-apiroutes/apiroutes/revalidate"
)

// Usage is what an instance holds.
type Usage struct {
	// Heap is what is in use after a collection, and Resident what the system
	// has given, both in bytes.
	Heap, Resident int64
	// Goroutines and Files, which are open, are numbers.
	Goroutines, Files int
	// Away is how often this process took Redis for away.
	Away int
	// Pages counts what the page cache did.
	Pages revalidate.Stats
}

// control is what the harness asks and tells, apart from the site.
func (s *site) control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /usage", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(s.usage())
	})
	mux.HandleFunc("GET /away", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(HeaderAway, s.away.ago())
	})
	mux.HandleFunc("GET /clock", func(w http.ResponseWriter, r *http.Request) {
		ahead, err := time.ParseDuration(r.FormValue("ahead"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.clock.ahead.Store(int64(ahead))
	})
	mux.HandleFunc("GET /full", func(w http.ResponseWriter, r *http.Request) {
		if err := limitFiles(r.FormValue("bytes")); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	return mux
}

// usage collects garbage first, so that what is left is held.
func (s *site) usage() Usage {
	runtime.GC()
	debug.FreeOSMemory()
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	u := Usage{Heap: int64(memory.HeapInuse), Goroutines: runtime.NumGoroutine(), Away: s.away.count(), Pages: s.pages.Stats()} //nolint:gosec // far from overflow
	if entries, err := os.ReadDir("/proc/self/fd"); err == nil {
		u.Files = len(entries)
	}
	if text, err := os.ReadFile("/proc/self/statm"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			pages, _ := strconv.ParseInt(fields[1], 10, 64)
			u.Resident = pages * int64(os.Getpagesize())
		}
	}
	return u
}

// limitFiles lets no file of this process grow beyond a number of bytes, as if
// the disk were full; "" is no limit.
func limitFiles(bytes string) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = limit.Max
	if bytes != "" {
		n, err := strconv.ParseUint(bytes, 10, 32)
		if err != nil {
			return err
		}
		limit.Cur = n
	}
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}
