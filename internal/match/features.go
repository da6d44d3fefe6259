package match

import (
	"math"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// rows is the features of all candidates, one row after the other.
type rows struct {
	width  int
	values []float32
	names  *[]string // collects the names, nil but for ownNames
}

func (r *rows) row(i int) []float32 { return r.values[i*r.width : (i+1)*r.width] }

func (r *rows) len() int { return len(r.values) / max(1, r.width) }

// noPart is for features of the whole.
const noPart = -1

// partNames name the features of each part.
var partNames = [parts]string{".claim", ".title", ".answer"}

// add appends a feature. A value that is no number would spoil the sum: it counts as nothing.
func (r *rows) add(name string, part int, v float32) {
	if r.names != nil {
		if part >= 0 {
			name += partNames[part]
		}
		*r.names = append(*r.names, name)
	}
	if v != v || v > 1e6 || v < -1e6 {
		v = 0
	}
	r.values = append(r.values, v)
}

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
	q.mark++
	for i := range q.items {
		q.items[i].near = 0
	}
	whole := q.mark
	var dot, square float32
	numbers := numberCount{}
	for _, t := range q.texts[d.first:d.last] {
		for _, w := range t.words {
			m := &q.known.all[w]
			dot += m.dot
			square += m.square
			if m.item >= 0 {
				q.items[m.item].mark = whole
			} else if m.nearTo >= 0 {
				q.items[m.nearTo].near = max(q.items[m.nearTo].near, m.near)
			}
			if m.number {
				numbers.add(m.item >= 0 && q.items[m.item].n > 0)
			}
		}
	}
	for part := range parts {
		q.comparePart(d, part)
	}
	q.compareShared(whole)
	r.add("numbers.same", noPart, numbers.same)
	r.add("numbers.other", noPart, numbers.other)
	r.add("numbers.text", noPart, q.numbers)
	r.add("grams.all", noPart, dot/(q.gramNorm*sqrt(square+1e-9)))
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

// numberCount counts numbers of a candidate.
type numberCount struct{ same, other float32 }

func (n *numberCount) add(same bool) {
	if same {
		n.same++
	} else {
		n.other++
	}
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

// comparePart computes the features of one part.
func (q *question) comparePart(d *doc, part int) {
	r, words := &q.rows, q.part(d, part).words
	var bm, cover, signed, total, shared, dot, square, cos, squares, missing, near, all, far float32
	q.mark++
	for _, w := range words {
		m := &q.known.all[w]
		if m.mark != q.mark {
			m.mark, m.n = q.mark, 0
		}
		m.n++
		dot += m.dot
		square += m.square
	}
	length := float32(len(words))
	relative := length / averages[part]
	q.mark++
	for _, w := range words {
		m := &q.known.all[w]
		if m.mark == q.mark {
			continue
		}
		m.mark = q.mark
		total += m.idf
		squares += m.idf * m.idf
		all += m.idf
		if m.item < 0 {
			missing = max(missing, m.idf)
			near += m.idf * m.near
			if m.near < .5 {
				far += m.idf * (1 - m.near)
			}
			continue
		}
		near += m.idf
		if x := &q.items[m.item]; x.n > 0 {
			shared++
			cover += m.idf
			cos += m.idf * m.idf
			bm += m.idf * m.n * 2.2 / (m.n + 1.2*(.5+.5*relative))
		} else {
			signed += m.idf
		}
	}
	r.add("bm25", part, bm)
	r.add("covered", part, cover/(total+1e-9))
	r.add("coveredBoth", part, (cover+signed)/(total+1e-9))
	r.add("covering", part, cover/(q.idf+1e-9))
	r.add("author", part, signed)
	r.add("cosine", part, cos/sqrt(q.idfSquare*squares+1e-9))
	r.add("shared", part, shared)
	r.add("grams", part, dot/(q.gramNorm*sqrt(square+1e-9)))
	r.add("gramsOf", part, dot/(square+10))
	r.add("length", part, length)
	r.add("missing", part, missing)
	if part != partAnswer {
		r.add("near", part, near/(all+1e-9))
		r.add("far", part, far)
	}
	q.compareOrder(words, part, total)
}

// averages are how many words, stop words apart, the parts of a claim have.
var averages = [parts]float32{10, 6, 12}

// compareShared computes the features of what all parts share together.
func (q *question) compareShared(whole int32) {
	r := &q.rows
	var rare, sum, n, local, author, signed, unmet, names, allNames, near, all float32
	var idfs [4]float32
	for i := range q.items {
		x := &q.items[i]
		if !x.known {
			continue
		}
		if x.mark != whole {
			if x.n > 0 {
				unmet = max(unmet, x.idf)
				all += x.weight
				near += x.weight * x.near
				if x.capped {
					allNames += x.idf
				}
			}
			continue
		}
		if x.author {
			author += x.idf
			signed++
		}
		if x.n == 0 {
			continue
		}
		all += x.weight
		near += x.weight
		if x.capped {
			names += x.idf
			allNames += x.idf
		}
		if x.idf > 6 {
			rare++
		}
		n++
		sum += x.idf
		local += logf(float32(len(q.docs)+1) / max(1, x.local))
		for k, v := range idfs {
			if x.idf > v {
				copy(idfs[k+1:], idfs[k:])
				idfs[k] = x.idf
				break
			}
		}
	}
	for i, name := range [...]string{"rarest1", "rarest2", "rarest3", "rarest4"} {
		r.add(name, noPart, idfs[i])
	}
	r.add("shared.idf", noPart, sum)
	r.add("shared.n", noPart, n)
	r.add("shared.rare", noPart, rare)
	r.add("covering.all", noPart, sum/(q.idf+1e-9))
	r.add("local", noPart, local)
	r.add("unmet", noPart, unmet)
	r.add("author.idf", noPart, author)
	r.add("author.part", noPart, author/(q.idfAuthor+1e-9))
	r.add("author.n", noPart, signed)
	r.add("names.covering", noPart, names/(allNames+1))
	r.add("names.idf", noPart, names)
	r.add("near.text", noPart, near/(all+1e-9))
	r.add("near.idf", noPart, near)
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

// related returns which features are also compared with the other candidates'. What is the same for all is not.
func related(names []string) []int {
	var out []int
	for i, n := range names {
		switch n {
		case "rank", "media", "numbers.text", "text.length", "text.unknown", "text.idf":
		default:
			out = append(out, i)
		}
	}
	return out
}

// features is the layout of a row.
type features struct {
	own     int      // features of a candidate by itself
	related []int    // of these, those also compared with the other candidates'
	names   []string // of all
}

// layout is worked out once, from a candidate of nothing.
var layout = func() *features {
	f := &features{}
	q := &question{m: &Matcher{model: &Model{}}, docs: []doc{{}}}
	q.rows.names = &f.names
	q.compare(0)
	f.own = len(f.names)
	f.related = related(f.names)
	for _, i := range f.related {
		f.names = append(f.names, f.names[i]+"^")
	}
	f.names = slices.Clip(f.names)
	return f
}()

// compute makes the rows of all candidates: their own features, and each against the best of the others.
func (q *question) compute() {
	r := &q.rows
	r.width, r.values = len(layout.names), r.values[:0]
	pad := len(layout.related)
	for i := range q.docs {
		q.compare(i)
		for range pad {
			r.values = append(r.values, 0)
		}
	}
	n := len(q.docs)
	for k, f := range layout.related {
		first, second := float32(-1e9), float32(-1e9)
		for i := range n {
			switch v := r.values[i*r.width+f]; {
			case v > first:
				first, second = v, first
			case v > second:
				second = v
			}
		}
		for i := range n {
			v, best := r.values[i*r.width+f], first
			if v == first && second > -1e8 {
				best = second
			}
			r.values[i*r.width+layout.own+k] = v - best
		}
	}
}

func logf(v float32) float32 { return float32(math.Log(float64(v))) }

func sqrt(v float32) float32 { return float32(math.Sqrt(float64(v))) }
