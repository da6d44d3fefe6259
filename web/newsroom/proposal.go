package newsroom

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ProposalsPage lists what waits for a decision: versions to approve, acts that somebody proposed, and verdicts that are to be
// looked at again.
type ProposalsPage struct {
	Shell
	Approvals []ApprovalItem
	Proposals []ProposalItem
	Decided   []ProposalItem
	Due       []DueItem
	OnCall    string // who is called when it cannot wait
	OnCallID  string
	Could     []Approver // who could be
	Editor    bool
	Told      string
	Error     string
}

// ApprovalItem is a version that waits for approval.
type ApprovalItem struct {
	ClaimID, Text, Lang string
	Label               string
	Correction          factcheck.CorrectionKind
	By                  string
	At                  time.Time
	Needed, Given       int
	Own, Mine           bool // the reader had a hand in it; the reader approved it
	PublishAt           *time.Time
}

// ProposalItem is an act that waits for a second person, or did.
type ProposalItem struct {
	ID, ClaimID, Text string
	Kind              factcheck.ProposalKind
	Class             factcheck.RedactionReason
	Reason            string
	By                string
	At                time.Time
	Own               bool // the reader of the page proposed it
	Decision          factcheck.Decision
	Decider           string
	DecidedAt         *time.Time
}

// DueItem is a verdict that is to be looked at again.
type DueItem struct {
	ClaimID, Text, Lang string
	On                  time.Time
	Set                 bool // somebody set the day; else the finding was said to hold until then
	Note, By            string
}

// Approver is somebody who may approve.
type Approver struct{ ID, Name string }

// ProposalPage is one proposal, with what deciding it would do.
type ProposalPage struct {
	Shell
	Item       ProposalItem
	Passage    string // of an open redaction, for whoever may decide it
	Places     []PassagePlace
	Files      []string    // of the claim that hold it and are taken down
	Unsearched []string    // of the claim that cannot be searched
	Others     []ClaimItem // public claims that hold the passage too and stay as they are
	Editor     bool
	Error      string
	Notice     string // what will stand in the passage's place
}

// PassagePlace is where a passage stands, and how often.
type PassagePlace struct {
	Name  string
	Count int
}

// NoticesPage lists what the reader of the page was told.
type NoticesPage struct {
	Shell
	Items   []ToldItem
	Unread  int
	Newest  int64
	NextURL string
	Told    string
}

// ToldItem is something somebody was told.
type ToldItem struct {
	Kind, ClaimID, Text, Lang, From string
	At                              time.Time
	Unread                          bool
}

func proposalWord(k factcheck.ProposalKind) string {
	switch k {
	case factcheck.ProposeRestore:
		return "Show a suspended verdict again"
	case factcheck.ProposeRedact:
		return "Redact a passage"
	case factcheck.ProposeName:
		return "Name a private person"
	}
	return string(k)
}

// does says what approving a proposal does.
func (p ProposalPage) does() string {
	switch p.Item.Kind {
	case factcheck.ProposeRestore:
		return "Readers, feed and partners get the finding again, as it was. The reason below stands on the page as its public note."
	case factcheck.ProposeRedact:
		return "The passage is replaced by a notice everywhere: versions, documents, kept pages, index. It cannot be undone."
	case factcheck.ProposeName:
		return "The private person is named on every public way out. An editor can take that back at once."
	}
	return ""
}

func classWord(c factcheck.RedactionReason) string {
	switch c {
	case factcheck.RedactCourtOrder:
		return "Court order"
	case factcheck.RedactPrivateData:
		return "Private data of a person"
	case factcheck.RedactSafety:
		return "Safety of a person"
	case factcheck.RedactCopyright:
		return "Copyright"
	}
	return string(c)
}

func decisionWord(d factcheck.Decision) string {
	switch d {
	case factcheck.DecisionApproved:
		return "Approved"
	case factcheck.DecisionRefused:
		return "Refused or taken back"
	case factcheck.DecisionOpen:
	}
	return "Open"
}

// says is what a notice tells.
func (n ToldItem) says() string {
	from := n.From
	if from == "" {
		from = "The program"
	}
	switch n.Kind {
	case "approval_asked":
		return from + " asks you to approve this, and it cannot wait."
	case "sent_back":
		return from + " sent this back with notes."
	case "approval_void":
		return "This was edited after it was approved. The approval is void."
	case "approved_once":
		return from + " approved this. A second approval is needed."
	case "published":
		return "This is published."
	case "scheduled":
		return from + " approved this for a moment. It will be published then."
	case "unscheduled":
		return from + " took the moment of publication back. It waits for approval again."
	case "not_published":
		return "This was to be published and could not be: something it rests on changed, or its approver may no longer approve. It waits for approval again."
	case "proposal_decided":
		return from + " decided what you proposed."
	}
	return from + ": " + n.Kind
}

// leads is where a notice leads.
func (n ToldItem) leads() string {
	if n.Kind == "proposal_decided" {
		return claimWorkPath(n.ClaimID)
	}
	return claimWorkPath(n.ClaimID) + "/approval"
}
