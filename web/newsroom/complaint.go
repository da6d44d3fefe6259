package newsroom

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ComplaintsPage lists disputes and complaints.
type ComplaintsPage struct {
	Shell
	Open    bool // the open ones; else the decided ones
	Items   []ComplaintItem
	NextURL string
	Told    string
	Find    string // a reference that was looked for
	Error   string
}

// ComplaintItem is a dispute of a verdict or a complaint about the house's work.
type ComplaintItem struct {
	ID, ClaimID, ClaimText, Lang string
	Reference                    string // what whoever sent it was told to quote
	Kind                         factcheck.ComplaintKind
	From                         factcheck.ComplaintFrom
	Text, URL, Contact           string
	State                        factcheck.ComplaintState
	Answer, TakenBy, Decider     string
	Received, Expires            time.Time
	Due                          time.Time
	Overdue                      bool
	DecidedAt                    *time.Time
	PublicURL                    string
	Revision                     int
}

// ComplaintPage is one of them, with the form that decides it.
type ComplaintPage struct {
	Shell
	Item         ComplaintItem
	Editor       bool
	Told         string
	Error, Field string
	State        factcheck.ComplaintState
	Answer       string
	DueOn        string
}

// ComplaintFormPage enters one that came by mail or by telephone.
type ComplaintFormPage struct {
	Shell
	ClaimID, ClaimText string
	Kind               factcheck.ComplaintKind
	From               factcheck.ComplaintFrom
	Text, URL, Contact string
	DueOn              string
	Error, Field       string
}

func complaintWord(k factcheck.ComplaintKind) string {
	switch k {
	case factcheck.ComplaintError:
		return "Error reported"
	case factcheck.ComplaintDispute:
		return "Dispute of a verdict"
	case factcheck.ComplaintConduct:
	}
	return "Complaint about our work"
}

func fromWord(f factcheck.ComplaintFrom) string {
	switch f {
	case factcheck.FromOutlet:
		return "an outlet"
	case factcheck.FromClaimant:
		return "the claimant"
	case factcheck.FromReader:
	}
	return "a reader"
}

func complaintState(s factcheck.ComplaintState) string {
	switch s {
	case factcheck.ComplaintUpheld:
		return "Upheld"
	case factcheck.ComplaintPartly:
		return "Upheld in part"
	case factcheck.ComplaintRejected:
		return "Rejected"
	case factcheck.ComplaintWithdrawn:
		return "Withdrawn"
	case factcheck.ComplaintOpen:
	}
	return "Open"
}

// target returns the field that an error is about.
func (p ComplaintFormPage) target() string {
	switch p.Field {
	case "kind", "from", "text", "claim", "url", "contact", "due_on":
		return p.Field
	}
	return ""
}

func (p ComplaintPage) target() string {
	switch p.Field {
	case "state", "answer", "due_on":
		return p.Field
	}
	return ""
}

func complaintEnds() []factcheck.ComplaintState { return factcheck.ComplaintStates()[1:] }
