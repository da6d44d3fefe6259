package api

import (
	"net/http"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
)

// perClient is how many requests of one client may wait at once.
const perClient = 100

// limits are how many may last at once, and what is said to who is one too many.
type limits struct {
	most   int
	each   int // of one client
	again  time.Duration
	enough string // the client has each
	full   string // all have most
}

// waiting counts what lasts: requests that wait for a change and streams, or exports. It is safe for concurrent use.
type waiting struct {
	limits
	mu     sync.Mutex
	all    int
	client map[string]int
}

func newWaiting(l limits) *waiting { return &waiting{limits: l, client: map[string]int{}} }

// enter counts one more, or says why there may be none: the client has enough, or all together have. Without an error leave must
// follow. A client without a name is not counted by itself.
func (w *waiting) enter(client string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case client != "" && w.client[client] >= w.each:
		p := problem.New(http.StatusTooManyRequests, w.enough)
		p.RetryAfter = w.again
		return p
	case w.all >= w.most:
		return &factcheck.Error{Code: factcheck.CodeUnavailable, Message: w.full, RetryAfter: w.again}
	}
	w.all++
	if client != "" {
		w.client[client]++
	}
	return nil
}

func (w *waiting) leave(client string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all--
	if client == "" {
		return
	}
	if w.client[client]--; w.client[client] == 0 {
		delete(w.client, client)
	}
}

// now returns how many wait.
func (w *waiting) now() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all
}
