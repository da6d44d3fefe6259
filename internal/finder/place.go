package finder

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// placeDigits is how many hexadecimal digits of a hash choose a bucket: the shortest prefix that is asked for.
	placeDigits = 3
	// placeOverlap is how far back spellings are read again: a transaction that began earlier may end later.
	placeOverlap = 2 * time.Minute
)

// places are the canonical addresses of the articles of public claims, by hash, in memory. It takes about 100 bytes for each
// address and claim. It is safe for concurrent use.
type places struct {
	mu      sync.RWMutex
	buckets [][]store.Place // each sorted, never written to, only replaced; nil: there are none yet
	of      map[factcheck.ClaimID][]uint16
	seq     int64     // of the change feed
	seen    time.Time // of the newest spelling that was read, by the store's clock
}

// bucketOf returns the bucket of a hash.
func bucketOf(hash [32]byte) uint16 { return uint16(hash[0])<<4 | uint16(hash[1]>>4) }

// load reads all places anew. They are as new as the change at least.
func (p *places) load(ctx context.Context, db *store.DB, seq int64) error {
	seen, err := db.NewestSpelling(ctx)
	if err != nil {
		return err
	}
	buckets := make([][]store.Place, 1<<(4*placeDigits))
	of := map[factcheck.ClaimID][]uint16{}
	err = db.EachPlace(ctx, func(x store.Place) error {
		b := bucketOf(x.Hash)
		buckets[b] = append(buckets[b], x)
		of[x.Claim] = append(of[x.Claim], b)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the addresses of public articles: %w", err)
	}
	for i := range buckets {
		slices.SortFunc(buckets[i], store.Place.Compare)
		buckets[i] = slices.Clip(slices.Compact(buckets[i]))
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.buckets, p.of, p.seq, p.seen = buckets, of, seq, seen
	return nil
}

// move reads the places of claims that moved anew.
func (p *places) move(ctx context.Context, db *store.DB, claims []factcheck.ClaimID, seq int64) error {
	var now []store.Place
	for chunk := range slices.Chunk(claims, followAtOnce) {
		err := db.PlacesOfClaims(ctx, chunk, func(x store.Place) error {
			now = append(now, x)
			return nil
		})
		if err != nil {
			return fmt.Errorf("read the addresses of %d claims: %w", len(claims), err)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	gone := make(map[factcheck.ClaimID]bool, len(claims))
	touched := map[uint16]bool{}
	for _, id := range claims {
		gone[id] = true
		for _, b := range p.of[id] {
			touched[b] = true
		}
		delete(p.of, id)
	}
	for b := range touched {
		p.buckets[b] = slices.DeleteFunc(slices.Clone(p.buckets[b]), func(x store.Place) bool { return gone[x.Claim] })
	}
	p.add(now)
	p.seq = seq
	return nil
}

// respell reads what other spellings of addresses were seen since the last time.
func (p *places) respell(ctx context.Context, db *store.DB) error {
	p.mu.RLock()
	since := p.seen.Add(-placeOverlap)
	p.mu.RUnlock()
	seen, err := db.NewestSpelling(ctx)
	if err != nil {
		return err
	}
	var now []store.Place
	err = db.PlacesSeenSince(ctx, since, func(x store.Place) error {
		now = append(now, x)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read new spellings of addresses: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(now)
	p.seen = seen
	return nil
}

// add puts places in that are not there. The caller holds the lock.
func (p *places) add(list []store.Place) {
	for _, x := range list {
		b := bucketOf(x.Hash)
		at, known := slices.BinarySearchFunc(p.buckets[b], x, store.Place.Compare)
		if known {
			continue
		}
		p.buckets[b] = slices.Insert(slices.Clone(p.buckets[b]), at, x)
		p.of[x.Claim] = append(p.of[x.Claim], b)
	}
}

// PlacesAt returns, for each hash of a canonical address, where public claims have the article that stands there; all from
// memory. false if that does not know of every change up to seq: ask the store. The lists are not to be written to.
func (f *Finder) PlacesAt(hashes [][32]byte, seq int64) ([][]store.Place, bool) {
	f.places.mu.RLock()
	defer f.places.mu.RUnlock()
	if f.places.buckets == nil || f.places.seq < seq {
		return nil, false
	}
	out := make([][]store.Place, len(hashes))
	for i := range hashes {
		bucket := f.places.buckets[bucketOf(hashes[i])]
		from, found := slices.BinarySearchFunc(bucket, hashes[i], func(x store.Place, h [32]byte) int { return bytes.Compare(x.Hash[:], h[:]) })
		if !found {
			continue
		}
		end := from + 1
		for end < len(bucket) && bucket[end].Hash == hashes[i] {
			end++
		}
		out[i] = bucket[from:end]
	}
	return out, true
}

// PlacesUnder returns the places whose hash begins with a prefix of 3 to 64 hexadecimal digits in lower case, in order; from
// memory, and false as in PlacesAt.
func (f *Finder) PlacesUnder(prefix string, seq int64) ([]store.Place, bool) {
	from, err := hex.DecodeString(prefix + "0000000000000000000000000000000000000000000000000000000000000000"[len(prefix):])
	if err != nil || len(prefix) < placeDigits {
		return nil, true
	}
	f.places.mu.RLock()
	defer f.places.mu.RUnlock()
	if f.places.buckets == nil || f.places.seq < seq {
		return nil, false
	}
	bucket := f.places.buckets[bucketOf([32]byte(from))]
	at, _ := slices.BinarySearchFunc(bucket, from, func(x store.Place, h []byte) int { return bytes.Compare(x.Hash[:], h) })
	end := at
	for end < len(bucket) && hex.EncodeToString(bucket[end].Hash[:])[:len(prefix)] == prefix {
		end++
	}
	return bucket[at:end], true
}
