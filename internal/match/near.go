package match

// compareVectors computes the features of the word vectors: how near text and claim are as a whole, and how near each word
// that one has and the other has not comes to a word of the other.
func (q *question) compareVectors(r *row, e *entry, o *overlap) {
	for part := range parts + 1 {
		r.add("vector."+partNames[part], e.vector[part].dot(q.vector))
	}
	r.add("vectorBoth.all", e.vector[whole].dot(q.vectorAll))
	r.add("vectorBoth.claim", e.vector[partClaim].dot(q.vectorAll))
	r.add("vectorBoth.title", e.vector[partTitle].dot(q.vectorAll))
	for part := range partAnswer {
		var near, all, far float32
		q.distinct(e.tokens[part], func(a *about, _ float32) {
			w := q.weight(a)
			all += w
			if a.text > 0 || a.author {
				near += w
				return
			}
			m := q.nearest(a)
			near += w * m
			if m < .5 {
				far += w * (1 - m)
			}
		})
		r.add("near."+partNames[part], near/(all+1e-9))
		r.add("far."+partNames[part], far)
	}
	near, all := q.nearInClaim(e, o)
	r.add("near.text", near/(all+1e-9))
	r.add("near.idf", near)
}

// weight returns how much a term matters to the word vectors.
func (q *question) weight(a *about) float32 {
	if v := q.c.known[a.term]; v != nil {
		return v.weight * a.idf
	}
	return a.idf
}

// nearInClaim returns how much of the text the claim has, words that are near to one of its words in part.
func (q *question) nearInClaim(e *entry, o *overlap) (near, all float32) {
	for _, i := range o.terms {
		q.s.info[i].mark = -1
	}
	for _, i := range q.content {
		a := &q.s.info[i]
		w := q.weight(a)
		all += w
		if a.mark == -1 {
			near += w
			continue
		}
		own := q.c.known[a.term]
		var m float32
		if own != nil {
			for _, t := range e.terms {
				m = max(m, own.dot(q.c.known[t.term]))
			}
		}
		near += w * m
	}
	for _, i := range o.terms {
		q.s.info[i].mark = 0
	}
	return near, all
}
