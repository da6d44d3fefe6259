package bench

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/observe"
)

// progress says how far something long has come: a bar on a terminal, a line every ten seconds elsewhere, with the rate and
// the time left. It may be used by several goroutines at once.
type progress struct {
	o        Options
	what     string
	total    int
	terminal bool
	every    time.Duration

	mu    sync.Mutex
	began time.Time
	told  time.Time
	drawn bool
	n     int
}

// newProgress returns the progress of something that is done at total.
func newProgress(o Options, what string, total int) *progress {
	p := &progress{o: o, what: what, total: total, terminal: observe.IsTerminal(o.Out), every: 10 * time.Second, began: time.Now()}
	if p.terminal {
		p.every = 100 * time.Millisecond
	}
	p.told = p.began
	return p
}

// set says that n of the total are done.
func (p *progress) set(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n = n
	p.tell()
}

// add says that n more are done.
func (p *progress) add(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n += n
	p.tell()
}

// end takes the bar away, so that what follows begins at the left.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.drawn && p.terminal {
		p.o.say("\r\x1b[K")
	}
	p.drawn = false
}

func (p *progress) tell() {
	now := time.Now()
	if now.Sub(p.told) < p.every {
		return
	}
	p.told, p.drawn = now, true
	line := progressLine(p.what, p.n, p.total, now.Sub(p.began))
	if !p.terminal {
		p.o.say("%s\n", line)
		return
	}
	const width = 20
	full := min(width, p.n*width/max(1, p.total))
	p.o.say("\r\x1b[K[%s%s] %s", strings.Repeat("█", full), strings.Repeat("░", width-full), line)
}

// progressLine says in words how far something is after so long.
func progressLine(what string, n, total int, took time.Duration) string {
	rate := float64(n) / max(took.Seconds(), 0.001)
	left := "unknown time"
	if rate > 0 {
		left = time.Duration(float64(total-n) / rate * float64(time.Second)).Round(time.Second).String()
	}
	return fmt.Sprintf("%s: %d of %d, %.0f/s, %s left", what, n, total, rate, left)
}
