// Package live knows where the public record stands right now: it follows the change feed once for the whole process,
// wakes whoever waits for the next change, and keeps finished answers in memory for exactly as long as they are true.
//
// Nothing here is a source of truth: it is rebuilt from the store at each start, and while the store cannot be asked for
// a second, every Cache is passed by, because "under review" has to be said within a second of a suspension.
package live

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// freshFor is how long after the beginning of a successful look what is kept counts as true. The store looks every
	// 250 ms, so it takes several failures in a row to pass it.
	freshFor = time.Second
	// maxMarks is how many claims' last moves are remembered for values that are still being read.
	maxMarks = 8192
)

// State is where the public record stood at the last look.
type State struct {
	Epoch       string // of the change feed; empty before the first look
	Seq         int64  // head of the feed
	RenderEpoch int64  // counts what changes pages without a change entry
	Fresh       bool   // the look is less than a second old
}

// Live follows the store. It is safe for concurrent use; New makes one, Run keeps it going.
type Live struct {
	db  *store.DB
	log *slog.Logger

	caches []invalidator       // set up before Run
	hooks  []func(store.Moved) // as above

	seen     atomic.Pointer[sighting]
	released chan struct{} // closed by Release
	release  sync.Once

	mu    sync.RWMutex
	moved chan struct{} // closed at the next move
	gen   uint64        // counts the moves
	floor uint64        // stamps below belong to values of unknown standing
	marks map[factcheck.ClaimID]uint64
	order []mark // of marks, oldest first
	lost  bool
}

// sighting is what a look found.
type sighting struct {
	State
	known time.Time // when the look began
}

// mark says that a claim moved in a generation.
type mark struct {
	claim factcheck.ClaimID
	gen   uint64
}

// invalidator is a Cache of any types.
type invalidator interface {
	invalidate(m store.Moved, rendering bool)
}

// Stamp marks the moment before something is read from the store; see Cache.Put.
type Stamp uint64

// New returns a Live that knows nothing until Run is called. Caches and hooks are added before that.
func New(db *store.DB, log *slog.Logger) *Live {
	l := &Live{db: db, log: log, released: make(chan struct{}), moved: make(chan struct{}), marks: map[factcheck.ClaimID]uint64{}}
	l.seen.Store(&sighting{})
	return l
}

// OnMove has fn called after each move, the first look included, when the caches have forgotten what moved. fn must
// return quickly. It may not be called after Run.
func (l *Live) OnMove(fn func(store.Moved)) { l.hooks = append(l.hooks, fn) }

// Run follows the store until ctx is done and then returns nil. It needs one connection of its own.
func (l *Live) Run(ctx context.Context) error {
	return l.db.Follow(ctx, l.learn, func(err error) { l.miss(ctx, err) })
}

// State returns where the record stood at the last look. It asks nobody and costs some nanoseconds.
func (l *Live) State() State {
	seen := l.seen.Load()
	s := seen.State
	s.Fresh = s.Epoch != "" && time.Since(seen.known) < freshFor
	return s
}

// Stamp is taken before a value is read from the store, and given to Cache.Put with the value.
func (l *Live) Stamp() Stamp {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return Stamp(l.gen)
}

// Release ends all waiting, now and from now on: the process is shutting down, and followers should ask another.
func (l *Live) Release() { l.release.Do(func() { close(l.released) }) }

// Released reports whether Release was called: what streams ends.
func (l *Live) Released() bool {
	select {
	case <-l.released:
		return true
	default:
		return false
	}
}

// Wait returns when the feed has gone beyond after in the given epoch, or has begun another epoch, or ctx is done, or after
// Release; the state it returns says which. It polls nothing: all who wait are woken by the process's one follower.
func (l *Live) Wait(ctx context.Context, epoch string, after int64) State {
	for {
		l.mu.RLock()
		moved := l.moved // taken first: a move after this closes it
		l.mu.RUnlock()
		s := l.State()
		if s.Epoch != "" && (s.Epoch != epoch || s.Seq > after) {
			return s
		}
		select {
		case <-ctx.Done():
			return s
		case <-l.released:
			return s
		case <-moved:
		}
	}
}

// learn takes in a look. The order matters: first the marks, so that no value read before the move is put in later; then
// the caches, so that none put in earlier stays; only then is the new state believed.
func (l *Live) learn(m store.Moved) {
	first, rendering := l.note(m)
	moved := first || rendering || m.All || len(m.Claims) > 0
	if moved {
		for _, c := range l.caches {
			c.invalidate(m, rendering)
		}
	}
	l.seen.Store(&sighting{State: State{Epoch: m.Epoch, Seq: m.Seq, RenderEpoch: m.RenderEpoch}, known: m.Began})
	l.mu.Lock()
	if l.lost {
		l.lost = false
		l.log.Info("the change feed is followed again", "seq", m.Seq)
	}
	if moved {
		close(l.moved)
		l.moved = make(chan struct{})
	}
	l.mu.Unlock()
	if moved {
		for _, fn := range l.hooks {
			fn(m)
		}
	}
}

// note marks what moved, and reports whether this is the first look and whether the render epoch changed.
func (l *Live) note(m store.Moved) (first, rendering bool) {
	before := l.State()
	first = before.Epoch == ""
	rendering = m.RenderEpoch != before.RenderEpoch
	l.mu.Lock()
	defer l.mu.Unlock()
	if !m.All && !rendering && len(m.Claims) == 0 {
		return first, rendering
	}
	l.gen++
	if m.All || rendering {
		l.floor = l.gen
		clear(l.marks)
		l.order = l.order[:0]
		return first, rendering
	}
	for _, id := range m.Claims {
		l.marks[id] = l.gen
		l.order = append(l.order, mark{id, l.gen})
	}
	if drop := len(l.order) - maxMarks; drop > maxMarks { // seldom, half of it at once
		for _, o := range l.order[:drop] {
			l.floor = max(l.floor, o.gen)
			if l.marks[o.claim] == o.gen {
				delete(l.marks, o.claim)
			}
		}
		l.order = slices.Delete(l.order, 0, drop)
	}
	return first, rendering
}

// stands reports whether what was read at the stamp about the claim (about anything, for the zero id) still stands, as
// far as this process knows.
func (l *Live) stands(at Stamp, claim factcheck.ClaimID) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if claim.IsZero() {
		return uint64(at) == l.gen && l.gen > 0
	}
	return uint64(at) >= l.floor && l.gen > 0 && l.marks[claim] <= uint64(at)
}

// miss is called after each failure to look.
func (l *Live) miss(ctx context.Context, err error) {
	l.mu.Lock()
	first := !l.lost
	l.lost = true
	l.mu.Unlock()
	if first {
		l.log.WarnContext(ctx, "the change feed cannot be followed; answers kept in memory are not used", "error", err)
	}
}
