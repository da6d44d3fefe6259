package api

import (
	"context"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
)

const (
	// watchEvery is how often it is asked whether the keys still are that something lasts for: a key that is revoked on any node ends its
	// streams, waits and exports within a second on all of them.
	watchEvery = 400 * time.Millisecond
	watchTime  = 2 * time.Second
)

// watch ends what lasts for a key when the key does: when it is revoked, ends, is replaced for good, or its owner is disabled. It asks
// one question for all, and none while nothing lasts. It is safe for concurrent use.
type watch struct {
	stand func(ctx context.Context, hashes [][]byte) (map[[32]byte]bool, error)

	mu    sync.Mutex
	open  map[*pass]struct{}
	timer *time.Timer
}

// pass is what something lasts on. The nil pass is that of whoever came without a key, and never ends.
type pass struct {
	watch *watch
	hash  [32]byte
	ctx   context.Context //nolint:containedctx // what waits, waits on it
	end   context.CancelFunc
}

// begin returns a pass for a secret, which its user closes; nil for none.
func (w *watch) begin(secret string) *pass {
	hash, err := auth.HashKey(secret)
	if secret == "" || err != nil || w.stand == nil {
		return nil
	}
	p := &pass{watch: w, hash: hash}
	p.ctx, p.end = context.WithCancel(context.Background())
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open == nil {
		w.open = map[*pass]struct{}{}
	}
	w.open[p] = struct{}{}
	if w.timer == nil {
		w.timer = time.AfterFunc(watchEvery, w.look)
	}
	return p
}

// look ends the passes of keys that are none any more. While it cannot be known nothing ends.
func (w *watch) look() {
	ctx, cancel := context.WithTimeout(context.Background(), watchTime)
	defer cancel()
	w.mu.Lock()
	asked := make(map[*pass]struct{}, len(w.open))
	seen := make(map[[32]byte]bool, len(w.open))
	var hashes [][]byte
	for p := range w.open {
		asked[p] = struct{}{}
		if !seen[p.hash] {
			seen[p.hash] = true
			hashes = append(hashes, p.hash[:])
		}
	}
	w.mu.Unlock()
	if len(hashes) > 0 {
		if stand, err := w.stand(ctx, hashes); err == nil {
			for p := range asked {
				if !stand[p.hash] {
					p.end()
				}
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = nil
	if len(w.open) > 0 {
		w.timer = time.AfterFunc(watchEvery, w.look)
	}
}

// ended reports whether the key is none any more.
func (p *pass) ended() bool { return p != nil && p.ctx.Err() != nil }

// within returns a context for waiting: it ends with a time, or with the key.
func (p *pass) within(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	slice, cancel := context.WithTimeout(ctx, d)
	if p == nil {
		return slice, cancel
	}
	stop := context.AfterFunc(p.ctx, cancel)
	return slice, func() { stop(); cancel() }
}

// close gives the pass up. It may be called again.
func (p *pass) close() {
	if p == nil {
		return
	}
	p.watch.mu.Lock()
	delete(p.watch.open, p)
	p.watch.mu.Unlock()
	p.end()
}
