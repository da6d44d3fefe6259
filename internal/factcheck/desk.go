package factcheck

import "time"

// Judged is how somebody judges a claim before it is checked: how much harm it may do, and how well it can be checked.
type Judged int

// The grades. Zero is not judged yet, and counts for nothing.
const (
	NotJudged Judged = iota
	JudgedLow
	JudgedMedium
	JudgedHigh
)

// Valid reports whether j is one of the grades.
func (j Judged) Valid() bool { return j >= NotJudged && j <= JudgedHigh }

// DeskCap is how many outlets, and how many tips, count at most: beyond that they say nothing more about what comes first.
const DeskCap = 10

// DeskWeights say how many points each factor of a claim's priority is worth in this house.
type DeskWeights struct {
	Outlet       int `json:"outlet"`       // for each outlet that makes or repeats the claim, up to DeskCap
	Pace         int `json:"pace"`         // more for each outlet of the week before it was last heard of, up to DeskCap
	Tip          int `json:"tip"`          // for each tip, up to DeskCap
	Harm         int `json:"harm"`         // for each grade: low is one, high is three
	Checkability int `json:"checkability"` // for each grade
	Days         int `json:"days"`         // days without a new article or tip that take one point away
}

// DefaultDeskWeights are the weights of a house that has set none. The function claim_rank of the database knows the same.
func DefaultDeskWeights() DeskWeights {
	return DeskWeights{Outlet: 1, Pace: 1, Tip: 1, Harm: 3, Checkability: 2, Days: 2}
}

// Check returns a CodeInvalid error that names the field for weights that make no sense.
func (w DeskWeights) Check() error {
	for _, f := range []struct {
		field  string
		points int
	}{{"outlet", w.Outlet}, {"pace", w.Pace}, {"tip", w.Tip}, {"harm", w.Harm}, {"checkability", w.Checkability}} {
		if f.points < 0 || f.points > 20 {
			return Invalid(f.field, "choose 0 to 20 points")
		}
	}
	if w.Days < 1 || w.Days > 365 {
		return Invalid("days", "choose 1 to 365 days for a point")
	}
	return nil
}

// DeskFactors are what a claim's priority is made of, each as it is.
type DeskFactors struct {
	Outlets      int // that make or repeat the claim and let it stand
	Pace         int // of them, in the week before it was last heard of
	Tips         int
	Harm         Judged
	Checkability Judged
	HeardAt      time.Time // when it was filed, an article carried it or a tip came, whichever is last
}

// Points returns the priority of a claim at a moment, without what is not whole. It falls by one for every Days since the claim
// was last heard of, so that the order of two claims is the same at any time.
func (w DeskWeights) Points(f DeskFactors, now time.Time) int {
	points := w.Outlet*min(f.Outlets, DeskCap) + w.Pace*min(f.Pace, DeskCap) + w.Tip*min(f.Tips, DeskCap) + w.Harm*int(f.Harm) + w.Checkability*int(f.Checkability)
	quiet := now.Sub(f.HeardAt).Hours() / 24
	return points - w.Age(quiet)
}

// Age returns the points that days without news take away.
func (w DeskWeights) Age(days float64) int {
	if days <= 0 || w.Days < 1 {
		return 0
	}
	return int(days) / w.Days
}
