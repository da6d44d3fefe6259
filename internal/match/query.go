package match

import (
	"math"
	"strings"
)

// about is what one match knows of a term it has met, in the text or in a candidate.
type about struct {
	term   int32
	idf    float32
	text   float32 // how often it stands in the text, stop words left out
	author bool    // it names who signed
	capped bool    // written with a capital in the text
	at     []int32 // places in the text, stop words counted
	dense  []int32 // places in the text without its stop words
	local  float32 // how many candidates have it
	grams  float32 // what its n-grams share with the text's; computed when asked
	near   float32 // cosine with the nearest word of the text; computed when asked
	has    uint8   // which of the two are computed
	mark   int32   // last candidate and part that counted it
	n      float32 // how often that part has it
}

// scratch is the memory of one match, used again by the next.
type scratch struct {
	local []int32 // by term: place in info plus one
	info  []about
	gram  []float32 // by n-gram hash: weight in the text
	used  []uint32
	score []float32 // by slot: BM25
	slots []int32
}

// question is a text as it is matched.
type question struct {
	c         *collection
	s         *scratch
	post      Post
	media     bool
	text      []asked // as written
	dense     []asked // without stop words
	content   []int32 // places in info of distinct known words, in order
	author    []int32
	numbers   map[string]bool
	unknown   float32
	idf       float32 // of all content
	idfSquare float32
	idfAuthor float32
	gramNorm  float32
	vector    *[dims]float32 // of the text, and below of text and author
	vectorAll *[dims]float32
	mark      int32
}

// asked is a word of the text; info is -1 for a word that no claim has.
type asked struct {
	word
	info int32
}

// ask reads a text. The caller holds the lock, and calls release afterwards.
func (c *collection) ask(text string) *question {
	s, ok := c.scratch.Get().(*scratch)
	if !ok {
		s = &scratch{gram: make([]float32, gramSpace)}
	}
	if n := len(c.stems); len(s.local) < n {
		s.local = append(s.local, make([]int32, n-len(s.local))...)
	}
	if n := len(c.slots); len(s.score) < n {
		s.score = append(s.score, make([]float32, n-len(s.score))...)
	}
	q := &question{c: c, s: s, post: Clean(text), numbers: make(map[string]bool), mark: 1}
	q.media = strings.Contains(text, "pic.twitter.com")
	q.readText()
	q.readAuthor()
	q.weighGrams()
	q.vector = c.sum(q.terms(q.content))
	q.vectorAll = c.sum(q.terms(q.content, q.author))
	return q
}

// release gives the memory back.
func (q *question) release() {
	s := q.s
	for _, a := range s.info {
		s.local[a.term] = 0
	}
	for _, h := range s.used {
		s.gram[h] = 0
	}
	s.info, s.used = s.info[:0], s.used[:0]
	q.c.scratch.Put(s)
}

// meet returns the place in info of a term.
func (q *question) meet(t int32) int32 {
	if i := q.s.local[t]; i > 0 {
		return i - 1
	}
	q.s.info = append(q.s.info, about{term: t, idf: q.c.idf(t)})
	i := int32(len(q.s.info))
	q.s.local[t] = i
	return i - 1
}

// readText takes the words of what is said. Words that no claim has are tried as several, and neighbours as one.
func (q *question) readText() {
	said := words(q.post.Text)
	for i, w := range said {
		t, known := q.c.termOf[w.stem]
		if !known {
			if split := q.c.segment(w.lower); split != "" {
				for _, part := range words(split) {
					q.takeWord(part)
				}
				continue
			}
			q.takeUnknown(w)
			continue
		}
		q.take(w, t)
		if i+1 < len(said) && !w.stop && !said[i+1].stop {
			joined := w.lower + said[i+1].lower
			if t, ok := q.c.termOf[stem(joined)]; ok && len(joined) <= 2*maxWordRunes {
				q.take(word{stem: q.c.stems[t], lower: joined}, t)
			}
		}
	}
}

// takeWord takes a word, known or not.
func (q *question) takeWord(w word) {
	if t, ok := q.c.termOf[w.stem]; ok {
		q.take(w, t)
		return
	}
	q.takeUnknown(w)
}

// takeUnknown takes a word that no claim has.
func (q *question) takeUnknown(w word) {
	a := asked{w, -1}
	q.text = append(q.text, a)
	if w.stop {
		return
	}
	q.dense = append(q.dense, a)
	q.unknown++
	if w.number {
		q.numbers[w.stem] = true
	}
}

// take takes a word that claims have.
func (q *question) take(w word, t int32) {
	i := q.meet(t)
	a := &q.s.info[i]
	a.at = append(a.at, int32(len(q.text)))
	q.text = append(q.text, asked{w, i})
	if w.stop {
		return
	}
	a.dense = append(a.dense, int32(len(q.dense)))
	q.dense = append(q.dense, asked{w, i})
	if w.number {
		q.numbers[w.stem] = true
	}
	a.capped = a.capped || w.capital
	if a.text == 0 {
		q.content = append(q.content, i)
		q.idf += a.idf
		q.idfSquare += a.idf * a.idf
	}
	a.text++
}

// readAuthor takes the name of who signed, or the account if there is no name that claims know.
func (q *question) readAuthor() {
	signed := words(q.post.Author)
	if len(signed) == 0 {
		signed = words(splitTag(q.post.Handle))
	}
	for _, w := range signed {
		t, ok := q.c.termOf[w.stem]
		if !ok || w.stop {
			continue
		}
		i := q.meet(t)
		if !q.s.info[i].author {
			q.s.info[i].author = true
			q.author = append(q.author, i)
			q.idfAuthor += q.s.info[i].idf
		}
	}
}

// weighGrams counts and weighs the n-grams of the text.
func (q *question) weighGrams() {
	s := q.s
	var buf []uint32
	for _, w := range q.dense {
		if w.info >= 0 {
			buf = q.c.gramsOf[s.info[w.info].term]
		} else {
			buf = grams(w.stem, nil)
		}
		for _, h := range buf {
			if s.gram[h] == 0 {
				s.used = append(s.used, h)
			}
			s.gram[h]++
		}
	}
	var sum float64
	for _, h := range s.used {
		g := gramWeight(q.c.live, q.c.gramSeen[h])
		v := damp(s.gram[h]) * g
		sum += float64(v * v)
		s.gram[h] = v * g
	}
	q.gramNorm = float32(math.Sqrt(sum)) + 1e-9
}

// terms yields the terms at places in info.
func (q *question) terms(lists ...[]int32) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		for _, list := range lists {
			for _, i := range list {
				if !yield(q.s.info[i].term) {
					return
				}
			}
		}
	}
}

// shared returns what the n-grams of a term share with the text's.
func (q *question) shared(a *about) float32 {
	if a.has&1 == 0 {
		a.has |= 1
		for _, h := range q.c.gramsOf[a.term] {
			a.grams += q.s.gram[h]
		}
	}
	return a.grams
}

// nearest returns the cosine of a term with the nearest word of text or author.
func (q *question) nearest(a *about) float32 {
	if a.has&2 == 0 {
		a.has |= 2
		own := q.c.known[a.term]
		for _, list := range [2][]int32{q.content, q.author} {
			for _, i := range list {
				a.near = max(a.near, own.dot(q.c.known[q.s.info[i].term]))
			}
		}
	}
	return a.near
}
