package search

import (
	"cmp"
	"math"
	"slices"
)

// maxCandidateWords is how many different words of a text are looked up: the rarest. More cost time and find no more.
const maxCandidateWords = 48

// CandidateQuery asks which documents a text may be about: any of its words will do, the best come back.
type CandidateQuery struct {
	Text, Language string
	Limit          int // 0 means 20, at most MaxLimit
	// AnyLanguage looks the words up in the term spaces of all languages, which finds names and numbers across languages.
	AnyLanguage bool
	// Fuzzy lets words that no document has stand for the nearest one by surface form.
	Fuzzy bool
	// Exclude leaves documents out, as if they were not there, but for the statistics.
	Exclude func(ID) bool
}

// SharedTerm is a word of the text that a candidate has. Fields has bit 1<<f set for each field f it stands in.
type SharedTerm struct {
	Surface string // as in the text, folded
	Term    string // its stem in the text's language
	IDF     float64
	Fields  uint8
}

// Candidate is one document a text may be about, with what a re-ranker needs.
type Candidate struct {
	ID ID
	// Words is the BM25 score over all fields as one text.
	Words float64
	// Grams is the similarity of character 3- to 5-grams with the claim, one of its variants or titles, whichever is
	// nearest, between 0 and 1. Stop words do not count.
	Grams float64
	// Share is, per field, the weight (IDF) of the words shared over that of all words of the text, between 0 and 1.
	Share [Fields]float64
	Terms []SharedTerm
}

// Candidates returns the best documents for a text, best first: exactly the top by BM25 over all fields as one text, of
// the documents that have any of its words (the 48 rarest known ones). Ties go to the newer, then the smaller id.
func (s *Snapshot) Candidates(q CandidateQuery) []Candidate {
	if q.Limit <= 0 {
		q.Limit = defaultLimit
	}
	p := &plan{snap: s, keep: min(q.Limit, MaxLimit), should: s.candidateGroups(q)}
	c := newCollector(p)
	for i, v := range s.views {
		part := &ranker{snap: s, v: v, out: c, exclude: q.Exclude}
		part.run(p.should, i)
	}
	return s.describe(q, p.should, c.ranked())
}

// candidateGroups returns the words of a text, each once, known ones only, the rarest if there are many.
func (s *Snapshot) candidateGroups(q CandidateQuery) []group {
	lang := languageOf(q.Language)
	langs := []string{lang.code}
	if q.AnyLanguage {
		langs = languagesOf([]*Snapshot{s})
	}
	k := &question{lang: lang, langs: langs, hinted: true}
	spell := &speller{snaps: []*Snapshot{s}, langs: langs}
	var groups []group
	seen := make(map[string]bool)
	var st stemmer
	text := q.Text
	if len(text) > MaxQueryBytes {
		text = text[:MaxQueryBytes]
	}
	tokenize(text, lang, func(surface []byte, _, _ int) {
		if lang.stops[string(surface)] || seen[string(surface)] {
			return
		}
		word := string(surface)
		seen[word] = true
		g := group{word: word, field: Fields}
		if q.AnyLanguage {
			g = k.group(word, Fields, false)
		} else {
			g.terms = []string{termKey(lang.code, st.stem(lang, word))}
		}
		if s.weigh(&g); g.df == 0 && q.Fuzzy {
			if better := spell.correct(word); better != word {
				g = k.group(better, Fields, false)
				g.word = word
				s.weigh(&g)
			}
		}
		if g.df == 0 || len(g.terms) == 0 || seen[g.terms[0]] {
			return
		}
		seen[g.terms[0]] = true
		groups = append(groups, g)
	})
	if len(groups) > maxCandidateWords {
		slices.SortStableFunc(groups, func(a, b group) int { return cmp.Compare(a.df, b.df) })
		groups = groups[:maxCandidateWords]
	}
	return groups
}

// ranker finds the best documents of a segment for any of some words, without reading those that cannot be among them:
// MaxScore (Turtle and Flood 1995) with the bounds of blocks (Ding and Suel 2011).
type ranker struct {
	snap    *Snapshot
	v       *view
	out     *collector
	exclude func(ID) bool
	lists   []impactList // the least promising first
	sums    []float64    // sums[i] is the most that lists up to i can add
	order   []*impactList
}

// impactList is the list of one term.
type impactList struct {
	*cursor
	weight float64
	most   float64
}

func (r *ranker) run(groups []group, index int) {
	var cursors []*cursor
	defer func() {
		for _, c := range cursors {
			c.p = nil
			cursorPool.Put(c)
		}
	}()
	for _, g := range groups {
		for _, t := range r.v.termNumbers(g.terms) {
			c := cursorPool.Get().(*cursor) //nolint:errcheck,forcetypeassert // the pool holds nothing else
			c.open(&r.v.postings, t)
			cursors = append(cursors, c)
			r.lists = append(r.lists, impactList{c, g.idf, g.idf * float64(r.v.postings.max[t])})
		}
	}
	for i := range r.lists {
		r.order = append(r.order, &r.lists[i])
	}
	ranked := slices.Clone(r.order)
	slices.SortStableFunc(ranked, func(a, b *impactList) int { return cmp.Compare(a.most, b.most) })
	sum := 0.0
	for _, l := range ranked {
		sum += l.most
		r.sums = append(r.sums, sum)
	}
	r.walk(ranked, index)
}

// slack keeps rounding from deciding: a document is given up only if it is below the floor by more.
const slack = 1 - 1e-9

// walk goes through the documents of the lists that alone could lift one over the floor.
func (r *ranker) walk(lists []*impactList, index int) {
	essential := 0
	for {
		floor := r.out.floor() * slack
		for essential < len(lists) && r.sums[essential] < floor {
			essential++
		}
		doc := uint32(noDoc)
		for _, l := range lists[essential:] {
			doc = min(doc, l.doc)
		}
		if doc == noDoc {
			return
		}
		if r.promising(lists, essential, doc, floor) {
			r.offer(doc, index)
		}
		for _, l := range lists[essential:] {
			if l.doc == doc {
				l.next()
			}
		}
	}
}

// promising adds up what a document has and could have, the other lists only as far as needed. If it returns true, all
// cursors stand on the document or past it.
func (r *ranker) promising(lists []*impactList, essential int, doc uint32, floor float64) bool {
	sum, length := 0.0, r.v.lengths[doc]
	for _, l := range lists[essential:] {
		if l.doc == doc {
			sum += l.weight * r.snap.norms.sat(l.tf(), length)
		}
	}
	for i := essential - 1; i >= 0; i-- {
		if sum+r.sums[i] < floor {
			return false
		}
		l := lists[i]
		if l.doc < doc {
			if bound, _ := l.blockBound(doc); sum+bound*l.weight+r.below(i) < floor {
				return false
			}
			l.seek(doc)
		}
		if l.doc == doc {
			sum += l.weight * r.snap.norms.sat(l.tf(), length)
		}
	}
	return sum >= floor && !r.v.gone(doc) && (r.exclude == nil || !r.exclude(r.v.ids[doc]))
}

// below is the most that the lists before i can add.
func (r *ranker) below(i int) float64 {
	if i == 0 {
		return 0
	}
	return r.sums[i-1]
}

// offer scores a document in the order of the text's words, so that equal documents score equal to the last bit.
func (r *ranker) offer(doc uint32, index int) {
	score, length := 0.0, r.v.lengths[doc]
	for _, l := range r.order {
		if l.doc == doc {
			score += l.weight * r.snap.norms.sat(l.tf(), length)
		}
	}
	r.out.offer(found{id: r.v.ids[doc], score: score, date: r.v.dates[doc], index: index})
}

// describe adds to the documents found what they share with the text.
func (s *Snapshot) describe(q CandidateQuery, groups []group, hits []found) []Candidate {
	out := make([]Candidate, len(hits))
	total := 0.0
	for _, g := range groups {
		total += g.idf
	}
	lang := languageOf(q.Language)
	var st stemmer
	stems := make([]string, len(groups))
	for i, g := range groups {
		stems[i] = st.stem(lang, g.word)
	}
	query := s.grams.query(groups)
	readers := make(map[int]*describer)
	for i, h := range hits {
		d := readers[h.index]
		if d == nil {
			d = newDescriber(s.views[h.index], groups, query)
			readers[h.index] = d
			defer d.close()
		}
		doc, _ := d.v.find(h.id)
		grams := d.read(doc)
		out[i] = Candidate{ID: h.id, Words: h.score, Grams: grams}
		for g, fields := range d.fields {
			if fields == 0 {
				continue
			}
			out[i].Terms = append(out[i].Terms, SharedTerm{Surface: groups[g].word, Term: stems[g], IDF: groups[g].idf, Fields: fields})
			for f := range out[i].Share {
				if fields&(1<<f) != 0 {
					out[i].Share[f] += groups[g].idf / total
				}
			}
		}
		for f := range out[i].Share {
			out[i].Share[f] = math.Min(out[i].Share[f], 1)
		}
	}
	return out
}
