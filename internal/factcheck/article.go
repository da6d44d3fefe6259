package factcheck

import "slices"

// Stance is what an article does with a claim.
type Stance string

// The stances. Listed is the stance of an imported address that nobody here has judged: it is never an accusation.
const (
	StanceMakes    Stance = "makes"
	StanceRepeats  Stance = "repeats"
	StanceReports  Stance = "reports"
	StanceDisputes Stance = "disputes"
	StanceListed   Stance = "listed"
)

// Stances lists the five stances in the order readers see them.
func Stances() []Stance {
	return []Stance{StanceMakes, StanceRepeats, StanceReports, StanceDisputes, StanceListed}
}

// Valid reports whether s is one of the stances.
func (s Stance) Valid() bool { return slices.Contains(Stances(), s) }

// Asserts reports whether the stance says that the article puts the claim forward as true.
func (s Stance) Asserts() bool { return s == StanceMakes || s == StanceRepeats }

// CorrectionState is what became of an appearance since it was linked.
type CorrectionState string

// The correction states.
const (
	StateStanding  CorrectionState = "standing"
	StateCorrected CorrectionState = "corrected"
	StateRemoved   CorrectionState = "removed"
)

// Valid reports whether s is one of the states.
func (s CorrectionState) Valid() bool {
	return s == StateStanding || s == StateCorrected || s == StateRemoved
}

// ArticleKind is the form of an article.
type ArticleKind string

// The kinds of article.
const (
	ArticlePage  ArticleKind = "page"
	ArticlePost  ArticleKind = "post"
	ArticleVideo ArticleKind = "video"
)

// Valid reports whether k is one of the kinds.
func (k ArticleKind) Valid() bool { return k == ArticlePage || k == ArticlePost || k == ArticleVideo }
