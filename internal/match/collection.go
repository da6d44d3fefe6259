package match

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// Claim is what matching knows of a claim. ID is the caller's; a Put with the same one replaces it.
type Claim struct {
	ID       string
	Text     string   // as claimed
	Variants []string // other wordings
	Title    string   // headline of its check
	Answer   string   // the finding in short
}

// The parts of a claim that are scored apart. Variants count as part of the answer's neighbourhood: they are read after the
// claim's own wording.
const (
	partClaim = iota
	partTitle
	partAnswer
	parts
	whole = parts // all of them as one text
)

// token is a word of a claim: its term, and what is known of how it was written.
type token struct {
	term    int32
	stop    bool
	capital bool
	number  bool
}

// entry is a claim in the collection.
type entry struct {
	id     string
	tokens [parts][]token
	terms  []count // distinct, stop words left out
	length [parts]float32
	total  float32
	vector [parts + 1]vector
	norm   [parts + 1]float32 // of the n-grams
}

// count says how often a term stands in a claim.
type count struct {
	term int32
	n    float32
}

// posting says that a claim has a term, and how often.
type posting struct {
	slot int32
	n    float32
}

// collection is the claims that texts are matched against. It may be used from many goroutines at once; writers wait for
// running matches, so changes are best put in batches. Make one with newCollection.
type collection struct {
	model *Model

	mu       sync.RWMutex
	slots    []entry
	free     []int32
	byID     map[string]int32
	termOf   map[string]int32
	stems    []string
	postings [][]posting
	known    []*termVector // by term, nil for a word the model has never seen
	gramsOf  [][]uint32    // by term
	gramSeen []int32
	words    float64 // of all claims, stop words left out
	lengths  [parts]float64
	live     int32
	normed   int32 // how many claims there were when all norms were last computed
	counter  gramCounter
	scratch  sync.Pool // of *scratch
}

// newCollection returns an empty collection that ranks with the model; nil means the committed one.
func newCollection(m *Model) (*collection, error) {
	if m == nil {
		var err error
		if m, err = Default(); err != nil {
			return nil, err
		}
	}
	return &collection{
		model: m, byID: make(map[string]int32), termOf: make(map[string]int32),
		gramSeen: make([]int32, gramSpace), counter: gramCounter{n: make([]float32, gramSpace)},
	}, nil
}

// Len returns how many claims there are.
func (c *collection) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return int(c.live)
}

// Put adds claims, or replaces those with the same ids. They become visible together.
func (c *collection) Put(claims ...Claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	fresh := make([]int32, 0, len(claims))
	for _, claim := range claims {
		c.drop(claim.ID)
		fresh = append(fresh, c.add(claim))
	}
	c.renorm(fresh)
}

// Delete takes claims out; ids that are not there are passed over.
func (c *collection) Delete(ids ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		c.drop(id)
	}
}

// add puts a claim into a slot of its own and counts its words.
func (c *collection) add(claim Claim) int32 {
	e := entry{id: claim.ID}
	texts := [parts]string{strings.Join(append([]string{claim.Text}, claim.Variants...), ". "), claim.Title, withoutLabel(claim.Answer)}
	seen := make(map[int32]float32)
	for part, text := range texts {
		for _, w := range words(text) {
			t := c.term(w.stem)
			e.tokens[part] = append(e.tokens[part], token{term: t, stop: w.stop, capital: w.capital, number: w.number})
			if !w.stop {
				seen[t]++
				e.length[part]++
			}
		}
		e.total += e.length[part]
		c.lengths[part] += float64(e.length[part])
	}
	for t, n := range seen {
		e.terms = append(e.terms, count{t, n})
	}
	slices.SortFunc(e.terms, func(a, b count) int { return int(a.term - b.term) })
	c.words += float64(e.total)
	c.embed(&e)
	slot := c.slot()
	c.slots[slot] = e
	c.byID[claim.ID] = slot
	c.live++
	for _, t := range e.terms {
		c.postings[t.term] = append(c.postings[t.term], posting{slot, t.n})
		c.countGrams(t.term, 1)
	}
	return slot
}

// drop takes a claim out and takes its words back, so that no count drifts.
func (c *collection) drop(id string) {
	slot, ok := c.byID[id]
	if !ok {
		return
	}
	e := &c.slots[slot]
	for _, t := range e.terms {
		c.postings[t.term] = slices.DeleteFunc(c.postings[t.term], func(p posting) bool { return p.slot == slot })
		c.countGrams(t.term, -1)
	}
	for part := range parts {
		c.lengths[part] -= float64(e.length[part])
	}
	c.words -= float64(e.total)
	delete(c.byID, id)
	c.slots[slot] = entry{}
	c.free = append(c.free, slot)
	c.live--
}

// slot returns a place for one more claim.
func (c *collection) slot() int32 {
	if n := len(c.free); n > 0 {
		s := c.free[n-1]
		c.free = c.free[:n-1]
		return s
	}
	c.slots = append(c.slots, entry{})
	return int32(len(c.slots) - 1)
}

// term returns the number of a stem, giving it one when it is new.
func (c *collection) term(s string) int32 {
	if t, ok := c.termOf[s]; ok {
		return t
	}
	t := int32(len(c.stems))
	c.termOf[s] = t
	c.stems = append(c.stems, s)
	c.postings = append(c.postings, nil)
	c.gramsOf = append(c.gramsOf, grams(s, nil))
	c.known = append(c.known, c.model.vectorOf(s))
	return t
}

// countGrams counts the n-grams of a term of one more claim, or of one less.
func (c *collection) countGrams(t, by int32) {
	for _, g := range c.gramsOf[t] {
		c.gramSeen[g] += by
	}
}

// idf returns how much a term says: little when most claims have it. Terms that are only stop words say next to nothing.
func (c *collection) idf(t int32) float32 {
	n := len(c.postings[t])
	if n == 0 {
		return 0.05
	}
	df := float64(n)
	return float32(math.Log(1 + (float64(c.live)-df+.5)/(df+.5)))
}

// withoutLabel drops what old checks write before the sentence.
func withoutLabel(s string) string {
	s = strings.TrimPrefix(s, "Rumor:")
	return strings.TrimPrefix(s, "Claim:")
}
