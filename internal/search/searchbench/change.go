package searchbench

import (
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

const (
	batchSize = 50
	batches   = 80
	singles   = 200 // one at a time
	perSecond = 50
)

// number is the number of a claim's id. It reports whether it is one.
func number(of search.ID) (int, bool) {
	const inverse = 0xf1de83e19937733d // of the multiplier of id, modulo 2^64
	n := binary.BigEndian.Uint64(of[8:]) * inverse
	return int(n), n < 1<<40
}

// file measures saving and loading, and goes on with what was loaded.
func (m *meter) file(row *Row) error {
	dir, err := os.MkdirTemp("", "searchbench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary directory
	path := filepath.Join(dir, "index")
	began := time.Now()
	if err := m.x.SaveFile(path); err != nil {
		return err
	}
	row.Save = time.Since(began)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	row.FileBytes = info.Size()
	docs := m.x.Stats().Docs
	m.x = nil
	heap()
	began = time.Now()
	if m.x, err = search.LoadFile(path, search.Options{FilterOnly: FilterOnly()}); err != nil {
		return err
	}
	row.Load = time.Since(began)
	if got := m.x.Stats().Docs; got != docs {
		return fmt.Errorf("%d claims were saved and %d loaded", docs, got)
	}
	return nil
}

// changes measures edits and compaction with questions going on.
func (m *meter) changes(ctx context.Context, row *Row) (err error) {
	r, edits := rand.New(rand.NewPCG(m.claims.seed, 7)), 0 //nolint:gosec // a benchmark wants the same claims every time
	edit := func(n int) error {
		var b search.Batch
		for range n {
			edits++
			b.Put = append(b.Put, m.claims.Claim(r.IntN(m.n), edits))
		}
		return m.x.Apply(b)
	}
	row.DuringBatches, err = m.during(ctx, func(ctx context.Context) error {
		began := time.Now()
		for range min(batches, 1+m.n/batchSize) {
			if err := edit(batchSize); err != nil {
				return err
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
		}
		row.EditsPerSecond = float64(edits) / time.Since(began).Seconds()
		return nil
	})
	if err != nil {
		return err
	}
	row.DuringSingles, err = m.during(ctx, func(ctx context.Context) error {
		tick := time.NewTicker(time.Second / perSecond)
		defer tick.Stop()
		for range min(singles, 1+m.n/10) {
			if err := edit(1); err != nil {
				return err
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	row.DuringCompact, err = m.during(ctx, func(ctx context.Context) error {
		began := time.Now()
		defer func() { row.Compact = time.Since(began) }()
		return m.x.Compact(ctx)
	})
	return err
}

// during asks questions one after the other for as long as work goes on.
func (m *meter) during(ctx context.Context, work func(ctx context.Context) error) (Times, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var took []time.Duration
	var asking sync.WaitGroup
	done := make(chan struct{})
	asking.Go(func() {
		for round := rounds + 1; ; round++ {
			for _, q := range m.claims.Sixty(round, m.n) {
				select {
				case <-done:
					return
				default:
				}
				one, _, err := m.answer(q)
				if err != nil {
					stop(err)
					return
				}
				took = append(took, one)
			}
		}
	})
	err := work(ctx)
	close(done)
	asking.Wait()
	if err == nil {
		err = context.Cause(ctx)
	}
	return times(took), err
}
