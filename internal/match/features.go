package match

import (
	"math"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// compare computes the features of the candidate at a rank.
func (q *question) compare(rank int) {
	r, d := &q.rows, &q.docs[rank]
	top, score := float32(q.docs[0].found.Score), float32(d.found.Score)
	next := score
	if rank+1 < len(q.docs) {
		next = float32(q.docs[rank+1].found.Score)
	}
	r.add("bm25", noPart, score)
	r.add("bm25/top", noPart, score/(top+1e-9))
	r.add("bm25-next", noPart, score-next)
	r.add("bm25/self", noPart, score/(q.idf+1))
	r.add("rank", noPart, float32(math.Log(1+float64(rank))))
	s := q.sumWhole(d)
	whole := q.mark
	for part := range parts {
		q.comparePart(d, part)
	}
	q.compareShared(whole)
	r.add("numbers.same", noPart, s.same)
	r.add("numbers.other", noPart, s.other)
	r.add("numbers.text", noPart, q.numbers)
	r.add("grams.all", noPart, s.dot/(q.gramNorm*sqrt(s.square+1e-9)))
	media := float32(0)
	if q.media {
		media = -1
		if q.showsMedia(d) {
			media = 1
		}
	}
	r.add("media", noPart, media)
	r.add("text.length", noPart, float32(len(q.dense)))
	r.add("text.unknown", noPart, q.unknown)
	r.add("text.idf", noPart, q.idf)
}

// wholeSums are what all texts of a candidate add up to.
type wholeSums struct {
	dot, square float32 // of n-grams
	same, other float32 // numbers that the text has, and has not
}

// sumWhole goes through all words of a candidate. Afterwards the items that it has bear the mark, and the others know how near
// a word of it comes.
func (q *question) sumWhole(d *doc) wholeSums {
	q.mark++
	for i := range q.items {
		q.items[i].near = 0
	}
	var s wholeSums
	for _, t := range q.texts[d.first:d.last] {
		for _, w := range t.words {
			m := &q.known.all[w]
			s.dot += m.dot
			s.square += m.square
			if m.item >= 0 {
				q.items[m.item].mark = q.mark
			} else if m.nearTo >= 0 {
				q.items[m.nearTo].near = max(q.items[m.nearTo].near, m.near)
			}
			switch {
			case !m.number:
			case m.item >= 0 && q.items[m.item].n > 0:
				s.same++
			default:
				s.other++
			}
		}
	}
	return s
}

// part returns the text of a candidate that stands for a part: of several the one that shares most.
func (q *question) part(d *doc, part int) docText {
	var best docText
	most := float32(-1)
	for _, t := range q.texts[d.first:d.last] {
		switch t.field {
		case search.FieldClaim, search.FieldWording:
			if part != partClaim {
				continue
			}
		case search.FieldTitle:
			if part != partTitle {
				continue
			}
		case search.FieldAnswer:
			if part != partAnswer {
				continue
			}
		default:
			continue
		}
		if best.words == nil && d.last-d.first <= parts {
			return t // mostly there is one of each
		}
		if s := q.shares(t.words); s > most {
			best, most = t, s
		}
	}
	return best
}

// shares is how much a text shares with the text at hand, long texts held back.
func (q *question) shares(words []uint32) float32 {
	q.mark++
	var met, all float32
	for _, w := range words {
		m := &q.known.all[w]
		if m.mark == q.mark {
			continue
		}
		m.mark = q.mark
		all += m.idf
		if m.item >= 0 {
			met += m.idf
		}
	}
	return met / (all + 10)
}

// partSums are what a part's words add up to, in idf where nothing else is said.
type partSums struct {
	bm25, cover, signed, total, squares, matched float32
	shared                                       float32 // how many words
	dot, square                                  float32 // of n-grams
	missing                                      float32 // the rarest word that the text lacks
	near, far                                    float32
}

// comparePart computes the features of one part.
func (q *question) comparePart(d *doc, part int) {
	words := q.part(d, part).words
	s := q.sumPart(words, averages[part])
	r := &q.rows
	r.add("bm25", part, s.bm25)
	r.add("covered", part, s.cover/(s.total+1e-9))
	r.add("coveredBoth", part, (s.cover+s.signed)/(s.total+1e-9))
	r.add("covering", part, s.cover/(q.idf+1e-9))
	r.add("author", part, s.signed)
	r.add("cosine", part, s.matched/sqrt(q.idfSquare*s.squares+1e-9))
	r.add("shared", part, s.shared)
	r.add("grams", part, s.dot/(q.gramNorm*sqrt(s.square+1e-9)))
	r.add("gramsOf", part, s.dot/(s.square+10))
	r.add("length", part, float32(len(words)))
	r.add("missing", part, s.missing)
	if part != partAnswer {
		r.add("near", part, s.near/(s.total+1e-9))
		r.add("far", part, s.far)
	}
	q.compareOrder(words, part, s.total)
}

// sumPart goes through the words of a part, each once.
func (q *question) sumPart(words []uint32, average float32) partSums {
	var s partSums
	q.mark++
	for _, w := range words {
		m := &q.known.all[w]
		if m.mark != q.mark {
			m.mark, m.n = q.mark, 0
		}
		m.n++
		s.dot += m.dot
		s.square += m.square
	}
	relative := float32(len(words)) / average
	q.mark++
	for _, w := range words {
		m := &q.known.all[w]
		if m.mark == q.mark {
			continue
		}
		m.mark = q.mark
		s.total += m.idf
		s.squares += m.idf * m.idf
		if m.item < 0 {
			s.missing = max(s.missing, m.idf)
			s.near += m.idf * m.near
			if m.near < .5 {
				s.far += m.idf * (1 - m.near)
			}
			continue
		}
		s.near += m.idf
		if q.items[m.item].n == 0 {
			s.signed += m.idf
			continue
		}
		s.shared++
		s.cover += m.idf
		s.matched += m.idf * m.idf
		s.bm25 += m.idf * m.n * 2.2 / (m.n + 1.2*(.5+.5*relative))
	}
	return s
}

// averages are how many words, stop words apart, the parts of a claim have.
var averages = [parts]float32{10, 6, 12}

// overlap is what text and candidate share over all parts, in idf where nothing else is said.
type overlap struct {
	rarest          [4]float32
	sum, n, rare    float32
	local           float32 // how rare what is shared is among the candidates
	unmet           float32 // the rarest word of the text that the candidate lacks
	author, signed  float32
	names, allNames float32
	near, all       float32
}

// compareShared computes the features of what all parts share together.
func (q *question) compareShared(whole int32) {
	var o overlap
	for i := range q.items {
		switch x := &q.items[i]; {
		case !x.known:
		case x.mark == whole:
			o.share(x, len(q.docs))
		case x.n > 0:
			o.unmet = max(o.unmet, x.idf)
			o.all += x.weight
			o.near += x.weight * x.near
			if x.capped {
				o.allNames += x.idf
			}
		}
	}
	r := &q.rows
	for i, name := range [...]string{"rarest1", "rarest2", "rarest3", "rarest4"} {
		r.add(name, noPart, o.rarest[i])
	}
	r.add("shared.idf", noPart, o.sum)
	r.add("shared.n", noPart, o.n)
	r.add("shared.rare", noPart, o.rare)
	r.add("covering.all", noPart, o.sum/(q.idf+1e-9))
	r.add("local", noPart, o.local)
	r.add("unmet", noPart, o.unmet)
	r.add("author.idf", noPart, o.author)
	r.add("author.part", noPart, o.author/(q.idfAuthor+1e-9))
	r.add("author.n", noPart, o.signed)
	r.add("names.covering", noPart, o.names/(o.allNames+1))
	r.add("names.idf", noPart, o.names)
	r.add("near.text", noPart, o.near/(o.all+1e-9))
	r.add("near.idf", noPart, o.near)
}

// share takes an item that one of so many candidates has.
func (o *overlap) share(x *item, candidates int) {
	if x.author {
		o.author += x.idf
		o.signed++
	}
	if x.n == 0 {
		return
	}
	o.all += x.weight
	o.near += x.weight
	if x.capped {
		o.names += x.idf
		o.allNames += x.idf
	}
	if x.idf > 6 {
		o.rare++
	}
	o.n++
	o.sum += x.idf
	o.local += logf(float32(candidates+1) / max(1, x.local))
	for k, v := range o.rarest {
		if x.idf > v {
			copy(o.rarest[k+1:], o.rarest[k:])
			o.rarest[k] = x.idf
			break
		}
	}
}

// mediaWords are the stems of words for a picture, a recording or a post.
var mediaWords = func() map[uint32]bool {
	m := make(map[uint32]bool)
	for _, w := range [...]string{"photo", "photos", "photograph", "photographs", "video", "videos", "image", "images", "picture", "pictures", "footage", "clip", "screenshot", "tweet", "show", "shows", "showed"} {
		m[search.HashWord(w)] = true
	}
	return m
}()

// showsMedia reports whether a claim is about a picture, a recording or a post.
func (q *question) showsMedia(d *doc) bool {
	for _, t := range q.texts[d.first:d.last] {
		if t.field == search.FieldAnswer {
			continue
		}
		for _, w := range t.words {
			if mediaWords[q.known.all[w].hash] {
				return true
			}
		}
	}
	return false
}

func logf(v float32) float32 { return float32(math.Log(float64(v))) }

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
