// Package finder keeps the index in the process true to the store, and asks it: readers' search, the newsroom's look-up and
// matching stand on one index of public claims, and the newsroom on a second, private one of claims that no reader sees. The
// private one has its own statistics, so nothing of it shows in the counts, the spelling or the suggestions of the public one.
//
// Nothing here is a source of truth. At the start the public index is read from a snapshot file or built from the store; then
// it follows the change feed by number, and NOTIFY only wakes it. Until it is warm, Public says so and the callers ask the
// store's bounded search in SQL instead.
package finder

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// lookEvery is how often a look is taken though nothing woke the finder: the private index has no feed that wakes.
	lookEvery = 2 * time.Second
	// retryEvery is how long a failed look or build is left alone.
	retryEvery = time.Second
	// followAtOnce is how many entries of the feed become visible together.
	followAtOnce = 500
)

// Config is what a finder needs.
type Config struct {
	Store *store.DB
	Live  *live.Live // wakes the finder; not running yet, or nil: it looks every two seconds
	// Dir is where the snapshot file stands; empty for none. It holds words of public claims only.
	Dir     string
	Workers int // goroutines that build and answer large queries; 0 for as many as there are processors
	Logger  *slog.Logger
}

// Finder keeps the indexes and answers from them. It is safe for concurrent use; New makes one, Run keeps it going.
type Finder struct {
	cfg     Config
	matcher *match.Matcher
	pair    atomic.Pointer[pair] // nil until warm
	wake    chan struct{}        // holds one
	state   atomic.Pointer[State]
	places  places

	following sync.Mutex // guards what is below, and the order of changes
	public    *search.Index
	private   *search.Index
	epoch     string // of the change feed that public follows
	seq       int64
	touched   store.Touched
	edited    int  // documents changed since public was compacted
	unsaved   bool // public moved since it was saved
	savedAt   time.Time
}

// pair is both indexes at one moment: no claim is in both.
type pair struct{ public, private *search.Snapshot }

// State says how the indexes stand.
type State struct {
	Ready       bool
	From        string        // "file" or "database": how the public index came about
	Took        time.Duration // until it was warm
	Claims      int           // public ones indexed
	Unpublished int
	Bytes       int64 // heap of both, about
	Seq         int64 // of the change feed
}

// New returns a finder that is not warm. It fails only if the built-in weights of matching cannot be read.
func New(cfg Config) (*Finder, error) {
	matcher, err := match.New(nil)
	if err != nil {
		return nil, fmt.Errorf("read the weights of matching: %w", err)
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	f := &Finder{cfg: cfg, matcher: matcher, wake: make(chan struct{}, 1)}
	f.state.Store(&State{})
	if cfg.Live != nil {
		cfg.Live.OnMove(func(store.Moved) { f.rouse() })
	}
	return f, nil
}

// rouse wakes Run without waiting for it.
func (f *Finder) rouse() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// Run makes the indexes and follows the store until ctx is done, and then returns nil. What fails is tried again.
func (f *Finder) Run(ctx context.Context) error {
	for !f.ready() {
		err := f.Warm(ctx, nil)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			f.cfg.Logger.WarnContext(ctx, "the search index could not be made; trying again", "error", err)
			pause(ctx, retryEvery)
		}
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			f.saveAtEnd()
			return nil
		case <-f.wake:
		case <-look.C:
		}
		err := f.keepUp(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			f.cfg.Logger.WarnContext(ctx, "the search index cannot follow the store; it answers from what it has", "error", err)
		}
		failing = err != nil
	}
}

// keepUp follows, builds anew if the feed is another one, and does what is due now and then.
func (f *Finder) keepUp(ctx context.Context) error {
	err := f.follow(ctx)
	if factcheck.CodeOf(err) == factcheck.CodeGone {
		f.cfg.Logger.InfoContext(ctx, "the change feed is another one; the search index is built anew")
		return f.Warm(ctx, nil)
	}
	if err != nil {
		return err
	}
	if err := f.places.respell(ctx, f.cfg.Store); err != nil {
		return err
	}
	return f.tidy(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

func (f *Finder) ready() bool { return f.pair.Load() != nil }

// State returns how the indexes stand. It asks nobody.
func (f *Finder) State() State { return *f.state.Load() }

// Public returns the index of public claims as it is now, and false while there is none yet.
func (f *Finder) Public() (*search.Snapshot, bool) {
	p := f.pair.Load()
	if p == nil {
		return nil, false
	}
	return p.public, true
}

// Working returns both indexes, of public and of unpublished claims, true to everything that was committed before the call,
// and false while there are none yet. For those who may see the newsroom: CodeForbidden for others. It asks the store twice
// while nothing moved.
func (f *Finder) Working(ctx context.Context, actor factcheck.Actor) (public, private *search.Snapshot, ok bool, err error) {
	if err := factcheck.Permit(actor, factcheck.ReadNewsroom); err != nil {
		return nil, nil, false, err
	}
	if !f.ready() {
		return nil, nil, false, nil
	}
	if err := f.follow(ctx); err != nil && factcheck.CodeOf(err) != factcheck.CodeGone {
		return nil, nil, false, err
	}
	p := f.pair.Load()
	return p.public, p.private, true, nil
}

// follow takes in what moved since the last look. Private changes are read before public ones, and whatever is put into the
// public index leaves the private one: so no claim is ever in both, whenever it was published or withdrawn.
func (f *Finder) follow(ctx context.Context) error {
	f.following.Lock()
	defer f.following.Unlock()
	moved, err := f.catchUp(ctx)
	if moved {
		f.show()
	}
	return err
}

// catchUp does what follow says, but for showing it, and reports whether anything moved. The caller holds the lock.
func (f *Finder) catchUp(ctx context.Context) (moved bool, err error) {
	var own search.Batch
	touched, err := f.cfg.Store.TouchedSince(ctx, factcheck.System(), f.touched, func(c store.UnpublishedClaim) error {
		own.Put = append(own.Put, privateDoc(c))
		return nil
	}, func(id factcheck.ClaimID) error {
		own.Delete = append(own.Delete, search.ID(id))
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("follow what is not published: %w", err)
	}
	var failed error
	for more := true; more && failed == nil; {
		var m store.MovedDocuments
		if m, failed = f.cfg.Store.MovedSince(ctx, f.epoch, f.seq, followAtOnce); failed == nil {
			failed = f.take(ctx, m, &own)
		}
		if failed == nil {
			moved = moved || m.Seq != f.seq
			f.seq, more = m.Seq, m.More
		}
	}
	// Also when that failed half-way: what it has put into the public index must not stay in the private one.
	if len(own.Put)+len(own.Delete) > 0 {
		if err := f.private.Apply(own); err != nil {
			return moved, fmt.Errorf("change the private index: %w", err)
		}
		moved = true
	}
	f.touched = touched
	if failed != nil {
		return moved, fmt.Errorf("follow the change feed: %w", failed)
	}
	return moved, nil
}

// take makes what moved in the feed visible in the public index, and notes what leaves the private one.
func (f *Finder) take(ctx context.Context, m store.MovedDocuments, own *search.Batch) error {
	if m.Seq == f.seq {
		return nil
	}
	batch := search.Batch{Seq: m.Seq}
	for _, d := range m.Docs {
		doc, err := publicDoc(d)
		if err != nil {
			return err
		}
		batch.Put = append(batch.Put, doc)
		drop(own, doc.ID)
	}
	for _, id := range m.Gone {
		batch.Delete = append(batch.Delete, search.ID(id))
	}
	moved := slices.Clone(m.Gone)
	for _, d := range m.Docs {
		moved = append(moved, d.Claim)
	}
	if err := f.places.move(ctx, f.cfg.Store, moved, m.Seq); err != nil {
		return err
	}
	if err := f.public.Apply(batch); err != nil {
		return fmt.Errorf("change the public index: %w", err)
	}
	f.edited += len(batch.Put) + len(batch.Delete)
	f.unsaved = true
	if m.Redacted || len(m.Gone) > 0 {
		f.forget()
	}
	return nil
}

// drop takes a document out of what a batch puts, and has it deleted.
func drop(b *search.Batch, id search.ID) {
	kept := b.Put[:0]
	for _, d := range b.Put {
		if d.ID != id {
			kept = append(kept, d)
		}
	}
	b.Put = kept
	b.Delete = append(b.Delete, id)
}

// show publishes both indexes as they are now. The caller holds the lock.
func (f *Finder) show() {
	p := &pair{public: f.public.Snapshot(), private: f.private.Snapshot()}
	f.pair.Store(p)
	s := f.State()
	pub, priv := f.public.Stats(), f.private.Stats()
	s.Ready, s.Claims, s.Unpublished, s.Bytes, s.Seq = true, pub.Docs, priv.Docs, pub.Bytes+priv.Bytes, f.seq
	f.state.Store(&s)
}
