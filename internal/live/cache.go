package live

import (
	"container/list"
	"sync"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// entryCost is what an entry costs besides the size its owner states: list element, two map cells, the entry itself.
const entryCost = 256

// Cache keeps finished answers by key, at most a number of bytes of them, and forgets the ones used longest ago first.
// Each belongs to a claim and is forgotten when that claim's public document moves; one that belongs to no claim (the
// zero id: a list, the front page) is forgotten at every move. While the store cannot be asked, Get finds nothing.
// It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	live     *Live
	maxBytes int64
	maxAge   time.Duration // 0: none

	mu      sync.Mutex
	bytes   int64
	entries map[K]*list.Element
	byClaim map[factcheck.ClaimID]map[K]struct{}
	used    *list.List // of *entry[K, V]; front is the newest
}

type entry[K comparable, V any] struct {
	key   K
	claim factcheck.ClaimID
	value V
	size  int64
	at    time.Time
}

// NewCache returns an empty cache of at most maxBytes that l keeps true. maxAge bounds how long an answer is kept that
// also depends on what makes no change entry; 0 does not bound it. It may not be called after l.Run.
func NewCache[K comparable, V any](l *Live, maxBytes int64, maxAge time.Duration) *Cache[K, V] {
	c := &Cache[K, V]{
		live: l, maxBytes: maxBytes, maxAge: maxAge,
		entries: map[K]*list.Element{}, byClaim: map[factcheck.ClaimID]map[K]struct{}{}, used: list.New(),
	}
	l.caches = append(l.caches, c)
	return c
}

// Get returns the value kept for key. It finds nothing while the store cannot be asked.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	var none V
	if !c.live.State().Fresh {
		return none, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.get(key)
}

// GetAll returns what Get would for each of the keys, V's zero value for what is not kept.
func (c *Cache[K, V]) GetAll(keys []K) []V {
	values := make([]V, len(keys))
	if !c.live.State().Fresh {
		return values
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, key := range keys {
		values[i], _ = c.get(key)
	}
	return values
}

// get needs the lock.
func (c *Cache[K, V]) get(key K) (V, bool) {
	var none V
	el, ok := c.entries[key]
	if !ok {
		return none, false
	}
	e := el.Value.(*entry[K, V]) //nolint:forcetypeassert,errcheck // the list holds nothing else
	if c.maxAge > 0 && time.Since(e.at) >= c.maxAge {
		c.remove(el)
		return none, false
	}
	c.used.MoveToFront(el)
	return e.value, true
}

// Put keeps the value for key and reports whether it did. at is the Stamp taken before the value was read from the store:
// if the claim has moved since, the value may be old and is not kept. size is in bytes; values larger than a quarter of
// the cache are not kept.
func (c *Cache[K, V]) Put(key K, claim factcheck.ClaimID, value V, size int, at Stamp) bool {
	e := &entry[K, V]{key: key, claim: claim, value: value, size: int64(size) + entryCost, at: time.Now()}
	if e.size > c.maxBytes/4 {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	// Asked under the lock: a move that is noted after this has its invalidation still to come, and finds the entry.
	if !c.live.stands(at, claim) {
		return false
	}
	if el, ok := c.entries[key]; ok {
		c.remove(el)
	}
	c.entries[key] = c.used.PushFront(e)
	if c.byClaim[claim] == nil {
		c.byClaim[claim] = map[K]struct{}{}
	}
	c.byClaim[claim][key] = struct{}{}
	c.bytes += e.size
	for c.bytes > c.maxBytes {
		c.remove(c.used.Back())
	}
	return true
}

// Len returns how many values are kept, and Bytes how many bytes they count for.
func (c *Cache[K, V]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries)
}

// Bytes returns how many bytes the kept values count for.
func (c *Cache[K, V]) Bytes() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

// invalidate forgets what moved.
func (c *Cache[K, V]) invalidate(m store.Moved, rendering bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.All || rendering {
		clear(c.entries)
		clear(c.byClaim)
		c.used.Init()
		c.bytes = 0
		return
	}
	for _, id := range append([]factcheck.ClaimID{{}}, m.Claims...) {
		for key := range c.byClaim[id] {
			c.remove(c.entries[key])
		}
	}
}

// remove needs the lock.
func (c *Cache[K, V]) remove(el *list.Element) {
	e := c.used.Remove(el).(*entry[K, V]) //nolint:forcetypeassert,errcheck // the list holds nothing else
	delete(c.entries, e.key)
	delete(c.byClaim[e.claim], e.key)
	if len(c.byClaim[e.claim]) == 0 {
		delete(c.byClaim, e.claim)
	}
	c.bytes -= e.size
}
