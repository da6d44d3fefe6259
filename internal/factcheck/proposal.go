package factcheck

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ProposalKind says what a proposal asks for: an act that takes a second person.
type ProposalKind string

// The kinds of proposal.
const (
	ProposeRestore ProposalKind = "restore" // of a suspended verdict
	ProposeRedact  ProposalKind = "redact"  // of a passage, everywhere
	ProposeName    ProposalKind = "name"    // of a private person
)

// Decision is what became of a proposal.
type Decision string

// The decisions. A proposal is decided once.
const (
	DecisionOpen     Decision = "open"
	DecisionApproved Decision = "approved"
	DecisionRefused  Decision = "refused" // or taken back by whoever proposed it
)

// Valid reports whether d is one of the decisions.
func (d Decision) Valid() bool {
	return d == DecisionOpen || d == DecisionApproved || d == DecisionRefused
}

// CheckDecider returns a CodeForbidden error if the actor proposed it: nobody decides their own proposal.
func CheckDecider(decider Actor, proposer PersonID) error {
	if decider.Person == proposer {
		return Forbidden("nobody decides their own proposal; ask a colleague")
	}
	return nil
}

// RedactionReason is the class of reason for a redaction. It is public; the reason itself is not.
type RedactionReason string

// The classes of reason.
const (
	RedactCourtOrder  RedactionReason = "court_order"
	RedactPrivateData RedactionReason = "private_data" // a doxxed person
	RedactSafety      RedactionReason = "safety"
	RedactCopyright   RedactionReason = "copyright"
)

// RedactionReasons lists the classes of reason.
func RedactionReasons() []RedactionReason {
	return []RedactionReason{RedactCourtOrder, RedactPrivateData, RedactSafety, RedactCopyright}
}

// Valid reports whether r is one of the classes.
func (r RedactionReason) Valid() bool { return slices.Contains(RedactionReasons(), r) }

// Notice is what stands where the passage stood. It is plain ASCII without quotation marks, so that it fits into any text,
// JSON and HTML.
func (r RedactionReason) Notice() string {
	return "[removed: " + strings.ReplaceAll(string(r), "_", " ") + "]"
}

// RedactedAddress stands where an address stood that held the passage; nothing is ever there (RFC 2606, section 2).
const RedactedAddress = "https://redacted.invalid/"

// Limits of a passage to redact, in characters.
const (
	MinPassage = 3
	MaxPassage = 500
)

// CheckPassage returns a CodeInvalid error unless s can be redacted: one line of MinPassage to MaxPassage characters with a
// letter or digit, without space around it, that is not part of what would stand in its place.
func CheckPassage(s string) error {
	if err := CheckText("passage", s, MaxPassage); err != nil {
		return err
	}
	if s != strings.TrimSpace(s) || strings.ContainsFunc(s, unicode.IsControl) || strings.ContainsAny(s, "\u2028\u2029") {
		return Invalid("passage", "the passage is one line without space around it")
	}
	if utf8.RuneCountInString(s) < MinPassage || !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
		return Invalid("passage", "the passage has at least %d characters, a letter or digit among them", MinPassage)
	}
	for _, r := range RedactionReasons() {
		if strings.Contains(r.Notice()+" "+RedactedAddress, s) {
			return Invalid("passage", "the passage is part of what would stand in its place (%s); take more of the text around it", r.Notice())
		}
	}
	return nil
}
