package match

import (
	"math"
	"slices"
)

// row builds the features of one candidate. The names are collected once, from a row of nothing.
type row struct {
	names  *[]string // nil but for featureNames
	values []float32
}

// add appends a feature. A value that is no number would spoil the sum: it counts as nothing.
func (r *row) add(name string, v float32) {
	if r.names != nil {
		*r.names = append(*r.names, name)
	}
	if v != v || v > 1e6 || v < -1e6 {
		v = 0
	}
	r.values = append(r.values, v)
}

// partNames name the features of each part, and of the whole.
var partNames = [parts + 1]string{"claim", "title", "answer", "all"}

// overlap is what a candidate and a text share, over all parts.
type overlap struct {
	idf    []float32 // of shared terms, rarest first
	terms  []int32   // places in info, each once
	sum    float32
	local  float32
	author float32
	signed float32 // how many words of the author's name
}

// compare computes the features of a candidate at its rank by BM25.
func (q *question) compare(r *row, e *entry, hits []hit, rank int) {
	top, score := hits[0].score, hits[rank].score
	next := score
	if rank+1 < len(hits) {
		next = hits[rank+1].score
	}
	r.add("bm25", score)
	r.add("bm25/top", score/(top+1e-9))
	r.add("bm25-next", score-next)
	r.add("bm25/self", score/(q.idf+1))
	r.add("rank", float32(math.Log(1+float64(rank))))
	o := q.overlap(e, len(hits))
	for part := range parts {
		q.comparePart(r, e, part)
	}
	q.compareShared(r, o)
	q.compareNames(r, e)
	q.compareVectors(r, e, o)
	q.compareWhole(r, e)
}

// overlap finds what is shared.
func (q *question) overlap(e *entry, candidates int) *overlap {
	o := &overlap{}
	for _, t := range e.terms {
		a := q.info(t.term)
		if a.text > 0 {
			o.idf = append(o.idf, a.idf)
			o.terms = append(o.terms, q.s.local[t.term]-1)
			o.sum += a.idf
			o.local += float32(math.Log(float64(float32(candidates+1) / max(1, a.local))))
		}
		if a.author {
			o.author += a.idf
			o.signed++
		}
	}
	slices.Sort(o.idf)
	slices.Reverse(o.idf)
	return o
}

// info returns what is known of a term. The pointer is good until the next new term is met.
func (q *question) info(t int32) *about { return &q.s.info[q.meet(t)] }

// distinct calls f for each different term of a part that is no stop word, with how often it stands there.
func (q *question) distinct(tokens []token, f func(a *about, n float32)) {
	q.mark++
	for _, t := range tokens {
		if t.stop {
			continue
		}
		a := q.info(t.term)
		if a.mark != q.mark {
			a.mark, a.n = q.mark, 0
		}
		a.n++
	}
	q.mark++
	for _, t := range tokens {
		if t.stop {
			continue
		}
		if a := q.info(t.term); a.mark != q.mark {
			a.mark = q.mark
			f(a, a.n)
		}
	}
}

// comparePart computes the features of one part.
func (q *question) comparePart(r *row, e *entry, part int) {
	var bm, cover, signed, total, shared, gram, cos, square, missing float32
	relative := e.length[part] / max(1, float32(q.c.lengths[part]/float64(max(1, q.c.live))))
	q.distinct(e.tokens[part], func(a *about, n float32) {
		total += a.idf
		square += a.idf * a.idf
		gram += damp(n) * q.shared(a)
		switch {
		case a.text > 0:
			shared++
			cover += a.idf
			cos += a.idf * a.idf
			bm += a.idf * n * 2.2 / (n + 1.2*(.5+.5*relative))
		case a.author:
			signed += a.idf
		default:
			missing = max(missing, a.idf)
		}
	})
	name, norm := "."+partNames[part], e.norm[part]
	r.add("bm25"+name, bm)
	r.add("covered"+name, cover/(total+1e-9))
	r.add("coveredBoth"+name, (cover+signed)/(total+1e-9))
	r.add("covering"+name, cover/(q.idf+1e-9))
	r.add("author"+name, signed)
	r.add("cosine"+name, cos/float32(math.Sqrt(float64(q.idfSquare*square)+1e-9)))
	r.add("shared"+name, shared)
	r.add("grams"+name, gram/(q.gramNorm*(norm+1e-9)))
	r.add("gramsOf"+name, gram/(norm*norm+10))
	r.add("length"+name, e.length[part])
	r.add("missing"+name, missing)
	q.compareOrder(r, e.tokens[part], name, total)
}

// compareShared computes the features of what all parts share together.
func (q *question) compareShared(r *row, o *overlap) {
	var rare float32
	for _, v := range o.idf {
		if v > 6 {
			rare++
		}
	}
	for i, name := range [...]string{"rarest1", "rarest2", "rarest3", "rarest4"} {
		v := float32(0)
		if i < len(o.idf) {
			v = o.idf[i]
		}
		r.add(name, v)
	}
	r.add("shared.idf", o.sum)
	r.add("shared.n", float32(len(o.idf)))
	r.add("shared.rare", rare)
	r.add("covering.all", o.sum/(q.idf+1e-9))
	r.add("local", o.local)
	var unmet float32
	for _, i := range q.content {
		if !slices.Contains(o.terms, i) {
			unmet = max(unmet, q.s.info[i].idf)
		}
	}
	r.add("unmet", unmet)
	r.add("author.idf", o.author)
	r.add("author.part", o.author/(q.idfAuthor+1e-9))
	r.add("author.n", o.signed)
}

// compareNames computes the features of names (words with a capital) and numbers.
func (q *question) compareNames(r *row, e *entry) {
	var met, all float32
	for _, i := range q.content {
		a := &q.s.info[i]
		if !a.capped {
			continue
		}
		all += a.idf
		if containsTerm(e.terms, a.term) {
			met += a.idf
		}
	}
	r.add("names.covering", met/(all+1))
	r.add("names.idf", met)
	met, all = 0, 0
	for _, part := range [...]int{partClaim, partAnswer} { // a headline writes every word with a capital
		for _, t := range e.tokens[part] {
			if !t.capital || t.stop {
				continue
			}
			a := q.info(t.term)
			all += a.idf
			if a.text > 0 || a.author {
				met += a.idf
			}
		}
	}
	r.add("names.covered", met/(all+1))
	r.add("names.missing", all-met)
	same, other := q.numbersOf(e)
	r.add("numbers.same", float32(len(same)))
	r.add("numbers.other", float32(len(other)))
	r.add("numbers.text", float32(len(q.numbers)))
}

// numbersOf returns the numbers of a claim that the text has, and those it does not have.
func (q *question) numbersOf(e *entry) (same, other []string) {
	for _, part := range e.tokens {
		for _, t := range part {
			if !t.number {
				continue
			}
			n := q.c.stems[t.term]
			list := &other
			if q.numbers[n] {
				list = &same
			}
			if !slices.Contains(*list, n) {
				*list = append(*list, n)
			}
		}
	}
	return same, other
}

// containsTerm reports whether a sorted list has a term.
func containsTerm(terms []count, t int32) bool {
	_, ok := slices.BinarySearchFunc(terms, t, func(c count, t int32) int { return int(c.term - t) })
	return ok
}

// compareWhole computes what is left: n-grams of everything, pictures, and what the text itself is like.
func (q *question) compareWhole(r *row, e *entry) {
	var gram float32
	for _, t := range e.terms {
		gram += damp(t.n) * q.shared(q.info(t.term))
	}
	r.add("grams.all", gram/(q.gramNorm*(e.norm[whole]+1e-9)))
	media := float32(0)
	if q.media {
		media = -1
		if q.c.showsMedia(e) {
			media = 1
		}
	}
	r.add("media", media)
	r.add("text.length", float32(len(q.dense)))
	r.add("text.unknown", q.unknown)
	r.add("text.idf", q.idf)
}

// showsMedia reports whether a claim is about a picture, a recording or a post.
func (c *collection) showsMedia(e *entry) bool {
	for _, part := range e.tokens[:partAnswer] {
		for _, t := range part {
			switch c.stems[t.term] {
			case "photo", "photograph", "video", "imag", "pictur", "footag", "clip", "screenshot", "tweet", "show":
				return true
			}
		}
	}
	return false
}
