package bench

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"
)

const (
	// followersPart is the name of the part that measures idle followers.
	followersPart = "followers"
	// idleFollowers is how many follow by server-sent events, and have nothing to do.
	idleFollowers = 500
	// followerTries is how many verdicts are published while they follow, and followerPace what lies between two.
	followerTries = 100
	followerPace  = 100 * time.Millisecond
)

// Followers measures 500 followers by server-sent events, if o.Only names followers or nothing: the resident memory that they add to
// a program at rest, and how long after a publication was asked for each of them has it, at the median, for the slowest twentieth
// and at worst, the transaction included. It takes about three minutes.
func Followers(ctx context.Context, o Options) (alone bool, err error) {
	if !o.wants(followersPart) {
		return false, nil
	}
	o.Claims = 500
	f, err := NewFixture(ctx, o)
	if err != nil {
		return false, fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	versions, err := f.prepare(ctx, followerTries, 1)
	if err != nil {
		return false, err
	}
	_, head, _, err := f.DB.Head(ctx)
	if err != nil {
		return false, err
	}
	before, err := weigh(ctx, f.program)
	if err != nil {
		return false, err
	}
	a := newAudience(idleFollowers, head, followerTries)
	if err := a.sit(ctx, f.Base); err != nil {
		return false, err
	}
	defer a.leave()
	after, err := weigh(ctx, f.program)
	if err != nil {
		return false, err
	}
	publishing, err := a.publish(ctx, func(i int) error {
		_, err := f.DB.ApproveVerdict(ctx, f.Editor, versions[i].ID, versions[i].Hash)
		return err
	})
	if err != nil {
		return false, err
	}
	took := a.latencies()
	o.say("followers    %d idle by server-sent events add %.1f MB to %.0f (%.0f KB each); of %d publications each had the change %s after it was asked for at the median, %s at p95, %s at worst; the transaction took %s\n",
		idleFollowers, after-before, before, (after-before)*1000/idleFollowers, followerTries, percentile(took, 50), percentile(took, 95), percentile(took, 100), percentile(publishing, 50))
	return o.Only == followersPart, nil
}

// audience is many followers of one feed, and when each had what.
type audience struct {
	head    int64
	began   []time.Time   // of each publication
	arrived [][]time.Time // of each follower and publication
	client  *http.Client
	leave   context.CancelFunc
	all     sync.WaitGroup

	mu    sync.Mutex
	wrong error
}

func newAudience(n int, head int64, tries int) *audience {
	a := &audience{head: head, began: make([]time.Time, tries), arrived: make([][]time.Time, n), client: &http.Client{Transport: &http.Transport{}}, leave: func() {}}
	for i := range a.arrived {
		a.arrived[i] = make([]time.Time, tries)
	}
	return a
}

// sit opens the stream of each and returns when all of them follow.
func (a *audience) sit(ctx context.Context, base string) error {
	ctx, cancel := context.WithCancel(ctx)
	a.leave = func() {
		cancel()
		a.all.Wait()
		a.client.CloseIdleConnections()
	}
	return inParallel(16, len(a.arrived), func(i int) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/v1/changes/stream?after="+strconv.FormatInt(a.head, 10), nil)
		if err != nil {
			return err
		}
		resp, err := a.client.Do(req)
		if err != nil {
			return err
		}
		if resp.StatusCode != http.StatusOK {
			return errors.Join(fmt.Errorf("a stream answers %s", resp.Status), resp.Body.Close())
		}
		a.all.Go(func() {
			defer resp.Body.Close() //nolint:errcheck // it is left in the middle
			if err := a.listen(i, bufio.NewReader(resp.Body)); err != nil && ctx.Err() == nil {
				a.mu.Lock()
				defer a.mu.Unlock()
				a.wrong = errors.Join(a.wrong, fmt.Errorf("follower %d: %w", i, err))
			}
		})
		return nil
	})
}

// listen notes when each event came, until all came.
func (a *audience) listen(i int, stream *bufio.Reader) error {
	for next := 0; next < len(a.began); {
		line, err := stream.ReadSlice('\n')
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("after %d changes: %w", next, err)
		}
		id, ok := bytes.CutPrefix(line, []byte("id: "))
		if !ok {
			continue
		}
		now := time.Now()
		_, number, _ := bytes.Cut(bytes.TrimSpace(id), []byte(":"))
		if want := strconv.FormatInt(a.head+int64(next)+1, 10); string(number) != want {
			return fmt.Errorf("the event %s came, want %s", number, want)
		}
		a.arrived[i][next] = now
		next++
	}
	return nil
}

// publish publishes at a pace, waits until everybody has everything, and returns how long each publication took.
func (a *audience) publish(ctx context.Context, approve func(i int) error) ([]time.Duration, error) {
	took := make([]time.Duration, len(a.began))
	pace := time.NewTicker(followerPace)
	defer pace.Stop()
	for i := range a.began {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-pace.C:
		}
		a.began[i] = time.Now()
		if err := approve(i); err != nil {
			return nil, fmt.Errorf("publish: %w", err)
		}
		took[i] = time.Since(a.began[i])
	}
	done := make(chan struct{})
	go func() {
		a.all.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(feedStall):
		a.leave()
		return nil, fmt.Errorf("not every follower had everything %s after the last publication", feedStall)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	return took, a.wrong
}

// latencies returns how long each follower waited for each publication. It may be called when publish has returned.
func (a *audience) latencies() []time.Duration {
	out := make([]time.Duration, 0, len(a.arrived)*len(a.began))
	for _, of := range a.arrived {
		for k, at := range of {
			out = append(out, at.Sub(a.began[k]))
		}
	}
	return out
}
