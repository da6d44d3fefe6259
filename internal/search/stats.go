package search

import "unsafe"

// Stats are figures of an index for logs and status pages.
type Stats struct {
	Docs     int   // documents that can be found
	Deleted  int   // documents deleted or replaced that still take room until Compact
	Segments int   // parts a query is asked of
	Terms    int   // stems and facet values, counted per vocabulary
	Surfaces int   // words as written, counted per vocabulary
	Bytes    int64 // heap the index takes
	// EntryBytes is how much of it only matching needs.
	EntryBytes int64
	Average    float64
	Seq        int64
}

// Stats returns the figures of the index now. Deleted over a fifth of Docs, or many segments, are reasons to Compact.
func (x *Index) Stats() Stats {
	s := x.Snapshot()
	st := Stats{Docs: s.docs, Segments: len(s.views), Average: s.norms.average, Seq: s.seq}
	counted := make(map[*vocabulary]bool)
	for _, v := range s.views {
		st.Deleted += v.len() - v.live
		st.Bytes += int64(v.bytes()) + int64(8*cap(v.deleted)+4*cap(v.left)+v.termDF.bytes()+v.surfaceDF.bytes())
		if !counted[v.vocabulary] {
			counted[v.vocabulary] = true
			st.Terms += v.terms.len()
			st.Surfaces += v.surfaces.len()
			st.Bytes += int64(v.vocabulary.bytes())
			st.EntryBytes += int64(cap(s.entries(v.vocabulary))) * int64(unsafe.Sizeof(Entry{}))
		}
	}
	st.Bytes += st.EntryBytes
	for _, f := range s.values.all {
		st.Bytes += int64(len(f.Name)+len(f.Value)) + 120
	}
	st.Bytes += int64(8*len(s.norms.of)) + int64(4*cap(s.grams.count)+cap(s.grams.weight))
	return st
}

// Docs is how many documents can be found.
func (s *Snapshot) Docs() int { return s.docs }

// Seq is the newest change the snapshot reflects.
func (s *Snapshot) Seq() int64 { return s.seq }

// IDF is the weight of a term (see Words) of a language: high for a rare one, highest for one that no document has.
func (s *Snapshot) IDF(language, term string) float64 {
	return idf(s.df(termKey(languageOf(language).code, term)), s.docs)
}

// Has reports whether a document is there.
func (s *Snapshot) Has(id ID) bool {
	for _, v := range s.views {
		if doc, ok := v.find(id); ok && !v.gone(doc) {
			return true
		}
	}
	return false
}
