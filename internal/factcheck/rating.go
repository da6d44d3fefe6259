package factcheck

import (
	"slices"
	"strings"
)

// Truth is the shared reading of a publisher's label on one line from true to false. Empty means none: not every finding
// is a place on that line.
type Truth string

// The readings on the line, and none.
const (
	TruthNone        Truth = ""
	TruthTrue        Truth = "true"
	TruthMostlyTrue  Truth = "mostly_true"
	TruthMixed       Truth = "mixed"
	TruthMostlyFalse Truth = "mostly_false"
	TruthFalse       Truth = "false"
)

// Truths lists the readings from true to false, without none.
func Truths() []Truth {
	return []Truth{TruthTrue, TruthMostlyTrue, TruthMixed, TruthMostlyFalse, TruthFalse}
}

// Valid reports whether t is none or one of the readings.
func (t Truth) Valid() bool { return t == TruthNone || slices.Contains(Truths(), t) }

// Reason says why a claim misleads, whatever its place between true and false.
type Reason string

// The reasons a rating can carry.
const (
	ReasonMissingContext Reason = "missing_context"
	ReasonAltered        Reason = "altered"
	ReasonFabricated     Reason = "fabricated"
	ReasonMisattributed  Reason = "misattributed"
	ReasonOutdated       Reason = "outdated"
	ReasonSatire         Reason = "satire"
	ReasonScam           Reason = "scam"
	ReasonUnsupported    Reason = "unsupported"
	ReasonUnproven       Reason = "unproven"
)

// Reasons lists all reasons.
func Reasons() []Reason {
	return []Reason{
		ReasonMissingContext, ReasonAltered, ReasonFabricated, ReasonMisattributed, ReasonOutdated,
		ReasonSatire, ReasonScam, ReasonUnsupported, ReasonUnproven,
	}
}

// Valid reports whether r is one of the reasons.
func (r Reason) Valid() bool { return slices.Contains(Reasons(), r) }

// Rating is a publisher's own label together with the shared reading of it. Truth none and no reasons mean the label is
// not mapped. Both are always published side by side: mappings made by others disagree with each other.
type Rating struct {
	Label   string
	Truth   Truth
	Reasons []Reason
}

// Mapped reports whether the label has a shared reading.
func (r Rating) Mapped() bool { return r.Truth != TruthNone || len(r.Reasons) > 0 }

// Label is one step of a scale.
type Label struct {
	Label      string   `json:"label"`
	Truth      Truth    `json:"truth,omitempty"`
	Reasons    []Reason `json:"reasons,omitempty"`
	Definition string   `json:"definition,omitempty"` // what the publisher means by it, one sentence
	Value      int      `json:"value,omitempty"`      // schema.org ratingValue, 1 (false) to 5 (true); 0: not on the line
	Aliases    []string `json:"aliases,omitempty"`    // other spellings seen in data, lower case
}

// Rating returns the label with its reading.
func (l Label) Rating() Rating {
	return Rating{Label: l.Label, Truth: l.Truth, Reasons: slices.Clone(l.Reasons)}
}

// Scale is a publisher's set of labels at one version. A scale in use is never edited: a change is a new version.
type Scale struct {
	Slug    string  // "house", "politifact"; unique together with Version
	Version int     // from 1
	Name    string  // for readers
	Site    string  // whose scale it is, as a publisher's site; empty for the house's and the shared ones
	Labels  []Label // from true to false, then those off the line
}

// Find returns the label spelled s, and whether the scale has it. Case and surrounding space do not count.
func (s Scale) Find(label string) (Label, bool) {
	want := foldLabel(label)
	for _, l := range s.Labels {
		if foldLabel(l.Label) == want || slices.Contains(l.Aliases, want) {
			return l, true
		}
	}
	return Label{}, false
}

func foldLabel(s string) string {
	return strings.ToLower(strings.Join(strings.Fields(s), " "))
}
