package newsroom

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// CorrectionPage is what can be done after publication: suspend and restore, update, clarify, correct, retract, and be
// reminded; with what depends on the verdict. Part says which of it the reader came for.
type CorrectionPage struct {
	Shell
	Claim ClaimHead
	Part  string // suspension, correction or retraction
	None  bool   // the house has published nothing
	Other bool   // there is a verdict of another publisher alone

	Label     string
	N         int
	At        time.Time
	ValidTo   *time.Time
	Notice    string
	OpenState factcheck.VersionState
	OpenKind  factcheck.CorrectionKind
	Restoring *ProposalItem
	Redacting int
	Editor    bool
	Depends   Dependents
	Review    ReviewForm

	Told         string
	Error, Field string
	Typed        CorrectionForm
}

// Dependents are what depends on a published verdict.
type Dependents struct {
	Articles                                              []DependentItem
	Linked, Others, Merged, Addresses, States, Tips, More int

	Takers        []Taker // partners who took the claim
	Taken, Behind int     // in all, and those who hold an earlier verdict
}

// Taker is a partner who took the claim: an API key, or a site that shows its embed.
type Taker struct {
	Name                 string
	Site, Current, Ended bool
	At                   time.Time
}

func (t Taker) holds() string {
	switch {
	case t.Site: // a frame follows by itself; what was seen last may be older
		return "shows the embed, which follows by itself"
	case t.Current && t.Ended:
		return "has the verdict of now; the key has been revoked"
	case t.Current:
		return "has the verdict of now"
	case t.Ended:
		return "holds an earlier verdict; the key has been revoked"
	default:
		return "holds an earlier verdict"
	}
}

// DependentItem is an article that is linked to the claim.
type DependentItem struct {
	ID, Title, Outlet string
	Stance            factcheck.Stance
	State             factcheck.CorrectionState
}

// ReviewForm says when a verdict is to be looked at again.
type ReviewForm struct {
	On, Note, By string
}

// CorrectionForm is what was typed into the forms of the page.
type CorrectionForm struct {
	Kind   factcheck.CorrectionKind
	Note   string
	Notice string
	Reason string
}

func (p CorrectionPage) path(rest string) string { return claimWorkPath(p.Claim.ID) + "/" + rest }

func (p CorrectionPage) title() string {
	switch p.Part {
	case "suspension":
		return "Suspend or restore"
	case "retraction":
		return "Retract"
	}
	return "Correct"
}

// verdictWord says how the verdict stands.
func (p CorrectionPage) verdictWord() string {
	switch p.Claim.State {
	case string(factcheck.VerdictCurrent):
		return "Public"
	case string(factcheck.VerdictSuspended):
		return "Suspended"
	case string(factcheck.VerdictRetracted):
		return "Retracted"
	}
	return "Not published"
}

func (p CorrectionPage) current() bool { return p.Claim.State == string(factcheck.VerdictCurrent) }

func (p CorrectionPage) suspended() bool { return p.Claim.State == string(factcheck.VerdictSuspended) }

func (p CorrectionPage) retracted() bool { return p.Claim.State == string(factcheck.VerdictRetracted) }

// mayCorrect reports whether a version can be begun.
func (p CorrectionPage) mayCorrect() bool {
	return (p.current() || p.suspended()) && p.OpenState == ""
}

// kinds are the corrections that keep the page up.
func kindsOfCorrection() []factcheck.CorrectionKind {
	return []factcheck.CorrectionKind{factcheck.CorrectionUpdate, factcheck.CorrectionClarification, factcheck.CorrectionCorrection}
}

// kindMeans explains a kind of correction in a line.
func kindMeans(k factcheck.CorrectionKind) string {
	switch k {
	case factcheck.CorrectionUpdate:
		return "something new happened or came to light; what was published was right when it was"
	case factcheck.CorrectionClarification:
		return "it was right and could be misread; the wording changes, the finding does not"
	case factcheck.CorrectionCorrection:
		return "something we published was wrong, the rating or a fact in it"
	case factcheck.CorrectionRetraction:
		return "the finding cannot be upheld at all; the page stays and says so, and nothing follows it"
	case factcheck.CorrectionNone:
	}
	return ""
}

// target returns the field that an error is about.
func (p CorrectionPage) target() string {
	switch p.Field {
	case "note", "notice", "reason", "due_on":
		return p.Field
	case "correction":
		return "kind"
	}
	return ""
}

// more says how many articles are not on the list.
func (d Dependents) more() int { return max(0, d.Linked-len(d.Articles)) }

// targetOr returns one of two ids: two forms of a page have a field of the same name.
func targetOr(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func noteIf(there bool, note string) string {
	if there {
		return note
	}
	return ""
}
