package search

// CandidateQuery asks which documents a text may be about: any of its words will do, the best come back.
type CandidateQuery struct {
	Text, Language string
	Limit          int // 0 means 20
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
	Term    string // its stem
	IDF     float64
	Fields  uint8
}

// Candidate is one document a text may be about, with what a re-ranker needs.
type Candidate struct {
	ID ID
	// Words is the BM25 score over all fields as one text.
	Words float64
	// Grams is the similarity of character 3- to 5-grams with the claim, its variants and titles, between 0 and 1.
	Grams float64
	// Share is, per field, the weight (IDF) of the words shared over that of all words of the text, between 0 and 1.
	Share [Fields]float64
	Terms []SharedTerm
}

// Candidates returns the best documents for a text, best first.
func (s *Snapshot) Candidates(q CandidateQuery) []Candidate { return nil }
