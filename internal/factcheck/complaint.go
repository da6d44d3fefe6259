package factcheck

import (
	"slices"
	"strings"
	"time"
)

const (
	// ComplaintLife is how long the contact of somebody who complained is kept: until the matter is closed and somewhat
	// longer, so that the answer reaches them and a second question can be asked.
	ComplaintLife = 180 * 24 * time.Hour
	// ComplaintDays is within how many days a complaint is to be decided unless somebody sets another day.
	ComplaintDays = 14
	// MaxOpenComplaints is how many open complaints about one claim are taken from readers; more say nothing new.
	MaxOpenComplaints = 100
	// MaxOpenHouseComplaints is how many open complaints about no claim in particular are taken from readers.
	MaxOpenHouseComplaints = 1000
)

// ComplaintKind says what is complained about.
type ComplaintKind string

// The kinds of complaint.
const (
	ComplaintError   ComplaintKind = "error"     // a detail of a published page
	ComplaintDispute ComplaintKind = "dispute"   // the finding of a verdict
	ComplaintConduct ComplaintKind = "complaint" // how the house worked
)

// ComplaintKinds lists the kinds.
func ComplaintKinds() []ComplaintKind {
	return []ComplaintKind{ComplaintError, ComplaintDispute, ComplaintConduct}
}

// ComplaintFrom says who complains.
type ComplaintFrom string

// Who complains.
const (
	FromReader   ComplaintFrom = "reader"
	FromOutlet   ComplaintFrom = "outlet"
	FromClaimant ComplaintFrom = "claimant"
)

// ComplaintState is what became of a complaint.
type ComplaintState string

// The states of a complaint. Everything but open is an end.
const (
	ComplaintOpen      ComplaintState = "open"
	ComplaintUpheld    ComplaintState = "upheld"
	ComplaintPartly    ComplaintState = "partly"
	ComplaintRejected  ComplaintState = "rejected"
	ComplaintWithdrawn ComplaintState = "withdrawn"
)

// ComplaintStates lists the states, the open one first.
func ComplaintStates() []ComplaintState {
	return []ComplaintState{ComplaintOpen, ComplaintUpheld, ComplaintPartly, ComplaintRejected, ComplaintWithdrawn}
}

// Valid reports whether s is one of the states.
func (s ComplaintState) Valid() bool { return slices.Contains(ComplaintStates(), s) }

// ComplaintInput is an error somebody found, a dispute of a verdict, or a complaint about the house's work.
type ComplaintInput struct {
	Claim   ClaimID // zero: about the house as a whole
	Kind    ComplaintKind
	From    ComplaintFrom
	Text    string
	URL     string    // what they point to
	Contact string    // how to reach them; erased when it expires
	DueOn   time.Time // day; zero: in ComplaintDays
	Sender  Sender
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field. No error repeats what was
// sent: what people complain about is in no log.
func (in ComplaintInput) Clean() (ComplaintInput, error) {
	in.Text, in.URL, in.Contact = strings.TrimSpace(in.Text), CleanLine(in.URL), CleanLine(in.Contact)
	switch {
	case !slices.Contains(ComplaintKinds(), in.Kind):
		return in, Invalid("kind", "choose error, dispute or complaint")
	case in.From != FromReader && in.From != FromOutlet && in.From != FromClaimant:
		return in, Invalid("from", "choose reader, outlet or claimant")
	case !visible(in.Text):
		return in, Invalid("text", "say what is wrong, and how you know")
	case in.Kind != ComplaintConduct && in.Claim.IsZero():
		return in, Invalid("claim", "an error or a dispute is about a claim; name the claim")
	case in.URL != "" && (CheckText("url", in.URL, MaxURL) != nil || !IsWebURL(in.URL)):
		return in, Invalid("url", "this is not a web address; it begins with http:// or https://")
	}
	return in, firstError(CheckText("text", in.Text, MaxNote), CheckText("contact", in.Contact, MaxLine))
}

// ComplaintDecision ends a complaint.
type ComplaintDecision struct {
	State  ComplaintState
	Answer string // what was found; told to whoever complained
}

// Clean returns the decision trimmed, after checking it; the error is CodeInvalid and names the field.
func (d ComplaintDecision) Clean() (ComplaintDecision, error) {
	d.Answer = strings.TrimSpace(d.Answer)
	if !d.State.Valid() || d.State == ComplaintOpen {
		return d, Invalid("state", "choose upheld, partly, rejected or withdrawn")
	}
	if d.Answer == "" && d.State != ComplaintWithdrawn {
		return d, Invalid("answer", "say what was found and why; whoever complained is told so")
	}
	return d, CheckText("answer", d.Answer, MaxNote)
}
