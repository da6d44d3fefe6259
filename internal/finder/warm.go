package finder

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// docForm is the form that publicDoc gives documents. A snapshot file of another form is left alone.
	docForm = 1
	// saveAfter is how long the public index may differ from its snapshot file.
	saveAfter = 10 * time.Minute
	// compactLeast and compactShare say after how many changes the public index is made anew of itself, which brings its
	// average length up to date: after so many, and one document of so many.
	compactLeast = 2000
	compactShare = 4
	// fileExt ends the names of snapshot files.
	fileExt = ".index"
)

// Progress is told how many documents of how many are indexed; total is 0 while it is not known.
type Progress func(done, total int64)

// Warm makes both indexes, the public one from its snapshot file if that is of this feed and whole, or else from the store,
// and shows them. Those that are shown already stay until then. Building takes about 11 seconds for 200,000 claims.
func (f *Finder) Warm(ctx context.Context, progress Progress) error {
	began := time.Now()
	f.following.Lock()
	defer f.following.Unlock()
	epoch, _, _, err := f.cfg.Store.Head(ctx)
	if err != nil {
		return fmt.Errorf("warm the search index: %w", err)
	}
	private, err := search.New(options(f.cfg.Workers))
	if err != nil {
		return fmt.Errorf("warm the search index: %w", err)
	}
	var own search.Batch
	touched, err := f.cfg.Store.EachUnpublished(ctx, factcheck.System(), func(c store.UnpublishedClaim) error {
		own.Put = append(own.Put, privateDoc(c))
		return nil
	})
	if err == nil {
		err = private.Apply(own)
	}
	if err != nil {
		return fmt.Errorf("index what is not published: %w", err)
	}
	from := "file"
	public, seq := f.load(ctx, epoch)
	if public == nil {
		from = "database"
		if public, epoch, seq, err = f.build(ctx, progress); err != nil {
			return err
		}
	}
	// What was published between the two reads is in both: it is public.
	ids := make([]search.ID, 0)
	for _, d := range own.Put {
		if public.Snapshot().Has(d.ID) {
			ids = append(ids, d.ID)
		}
	}
	if err := private.Apply(search.Batch{Delete: ids}); err != nil {
		return fmt.Errorf("index what is not published: %w", err)
	}
	if err := f.places.load(ctx, f.cfg.Store, seq); err != nil {
		return err
	}
	f.public, f.private, f.epoch, f.seq, f.touched, f.edited = public, private, epoch, seq, touched, 0
	f.unsaved, f.savedAt = from != "file", time.Now()
	if _, err := f.catchUp(ctx); err != nil {
		return err
	}
	f.show()
	s := f.State()
	s.From, s.Took = from, time.Since(began)
	f.state.Store(&s)
	f.cfg.Logger.InfoContext(ctx, "the search index is warm", "claims", s.Claims, "unpublished", s.Unpublished, "from", from,
		"took", s.Took.Round(time.Millisecond), "megabytes", s.Bytes>>20)
	f.rouse()
	return nil
}

// build reads all public documents at one moment. They are decoded by as many goroutines as there are processors.
func (f *Finder) build(ctx context.Context, progress Progress) (*search.Index, string, int64, error) {
	var head store.ExportHead
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	raw, docs := make(chan store.Document, 64), make(chan search.Doc, 64)
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(raw)
		return f.cfg.Store.Export(reading, factcheck.ClaimID{}, func(h store.ExportHead) error {
			head = h
			return nil
		}, func(d store.Document) error {
			d.Stored = append([]byte(nil), d.Stored...)
			select {
			case raw <- d:
				return nil
			case <-reading.Done():
				return reading.Err()
			}
		})
	})
	decoding, decodeCtx := errgroup.WithContext(reading)
	for range max(1, runtime.GOMAXPROCS(0)) {
		decoding.Go(func() error {
			for d := range raw {
				doc, err := publicDoc(d)
				if err != nil {
					return err
				}
				select {
				case docs <- doc:
				case <-decodeCtx.Done():
					return decodeCtx.Err()
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		defer close(docs)
		return decoding.Wait()
	})
	x, err := search.Build(ctx, options(f.cfg.Workers), counted(docs, group, func(n int64) {
		if progress != nil {
			progress(n, head.Claims)
		}
	}))
	cancel()
	_ = group.Wait() // what it says was said through counted
	if err != nil {
		return nil, "", 0, fmt.Errorf("build the search index: %w", err)
	}
	if err := x.Apply(search.Batch{Seq: head.Seq}); err != nil {
		return nil, "", 0, fmt.Errorf("build the search index: %w", err)
	}
	return x, head.Epoch, head.Seq, nil
}

// counted yields the documents of a channel, and at its end the error of the group that filled it.
func counted(docs <-chan search.Doc, group *errgroup.Group, progress func(int64)) iter.Seq2[search.Doc, error] {
	return func(yield func(search.Doc, error) bool) {
		n := int64(0)
		for d := range docs {
			if !yield(d, nil) {
				return
			}
			if n++; n%1000 == 0 {
				progress(n)
			}
		}
		if err := group.Wait(); err != nil {
			yield(search.Doc{}, err)
			return
		}
		progress(n)
	}
}

// Directory is where the snapshot file of the index stands in a data directory; empty for an empty one.
func Directory(dataDir string) string {
	if dataDir == "" {
		return ""
	}
	return filepath.Join(dataDir, "search")
}

// file is the path of the snapshot file of a feed, empty if none is kept.
func (f *Finder) file(epoch string) string {
	if f.cfg.Dir == "" || epoch == "" || strings.ContainsAny(epoch, `/\.`) {
		return ""
	}
	return filepath.Join(f.cfg.Dir, fmt.Sprintf("%s-%d%s", epoch, docForm, fileExt))
}

// load reads the snapshot file; nil if there is none that can be used. Following makes it true.
func (f *Finder) load(ctx context.Context, epoch string) (*search.Index, int64) {
	path := f.file(epoch)
	if path == "" {
		return nil, 0
	}
	x, err := search.LoadFile(path, options(f.cfg.Workers))
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) {
			f.cfg.Logger.WarnContext(ctx, "the snapshot of the search index is not used", "error", err)
		}
		return nil, 0
	}
	seq := x.Snapshot().Seq()
	// A file that is far behind costs more to bring up to date than to make anew.
	if _, head, _, err := f.cfg.Store.Head(ctx); err != nil || head < seq || head-seq > int64(max(compactLeast, x.Stats().Docs/2)) {
		return nil, 0
	}
	return x, seq
}

// tidy compacts the public index after many changes, and saves it when it is time.
func (f *Finder) tidy(ctx context.Context) error {
	f.following.Lock()
	defer f.following.Unlock()
	if f.edited > max(compactLeast, f.public.Stats().Docs/compactShare) {
		if err := f.public.Compact(ctx); err != nil {
			return fmt.Errorf("compact the search index: %w", err)
		}
		f.edited = 0
		f.show()
	}
	if f.unsaved && (time.Since(f.savedAt) > saveAfter || f.savedAt.IsZero()) {
		f.save(ctx)
	}
	return nil
}

// save writes the snapshot file and removes those of other feeds. The caller holds the lock. A failure is told and forgotten:
// the file only makes the next start faster.
func (f *Finder) save(ctx context.Context) {
	f.savedAt = time.Now()
	path := f.file(f.epoch)
	if path == "" {
		return
	}
	err := os.MkdirAll(f.cfg.Dir, 0o700)
	if err == nil {
		err = f.public.SaveFile(path)
	}
	if err != nil {
		f.cfg.Logger.WarnContext(ctx, "the snapshot of the search index was not written", "error", err)
		return
	}
	f.unsaved = false
	f.sweep(path)
}

// sweep removes snapshot files but the one to keep, and what an interrupted save has left.
func (f *Finder) sweep(keep string) {
	entries, err := os.ReadDir(f.cfg.Dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		name, path := e.Name(), filepath.Join(f.cfg.Dir, e.Name())
		left := strings.Contains(name, fileExt+".") && leftAlone(e)
		if (strings.HasSuffix(name, fileExt) || left) && path != keep {
			_ = os.Remove(path) // it is in nobody's way
		}
	}
}

// leftAlone reports whether nobody has written to a file for an hour: another process may be saving.
func leftAlone(e os.DirEntry) bool {
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()) > time.Hour
}

// forget removes the snapshot files, because they hold what must be gone. The next save writes one without it.
func (f *Finder) forget() {
	if f.cfg.Dir != "" {
		f.sweep("")
	}
}

// saveAtEnd saves what is not saved when the program stops.
func (f *Finder) saveAtEnd() {
	f.following.Lock()
	defer f.following.Unlock()
	if f.unsaved && f.public != nil {
		f.save(context.Background())
	}
}

// saveLonger is how long making the index took at least for Close to keep it for the next time.
const saveLonger = 2 * time.Second

// Close keeps what took long to make in the snapshot file. It is for programs that only Warm; Run does it by itself.
func (f *Finder) Close() {
	if f.State().Took > saveLonger {
		f.saveAtEnd()
	}
}
