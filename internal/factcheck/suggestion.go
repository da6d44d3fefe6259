package factcheck

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// Limits of suggestions.
const (
	// MaxOpenSuggestions is how many suggestions of one article wait for a decision: the best.
	MaxOpenSuggestions = 12
	// MaxDecisions is how many suggestions are decided in one act.
	MaxDecisions = 50
	// MarkSize is how many bytes PassageMark returns.
	MarkSize = 8
)

// SuggestionState is what became of a suggestion.
type SuggestionState string

// The states of a suggestion. Superseded is one that the text no longer bears out; withdrawn is one whose claim was merged
// into another or linked by other means. Neither was decided by a person, so both may open again; a rejected one opens again
// only when the passage or the claim is another.
const (
	SuggestionOpen       SuggestionState = "open"
	SuggestionAccepted   SuggestionState = "accepted"
	SuggestionRejected   SuggestionState = "rejected"
	SuggestionSuperseded SuggestionState = "superseded"
	SuggestionWithdrawn  SuggestionState = "withdrawn"
)

// MatchReading is what a match is called, by its probability: same is the claim that the text makes, related is one that a
// person should look at.
type MatchReading string

// The readings of a match that are worth showing.
const (
	MatchSame    MatchReading = "same"
	MatchRelated MatchReading = "related"
)

// Valid reports whether r is one of the readings.
func (r MatchReading) Valid() bool { return r == MatchSame || r == MatchRelated }

// MatchWhy says what speaks for a match and what against it: words, names and numbers that text and claim share, numbers that
// only one of them has, whether one of them is negated; for a suggestion also the cue words of the proposed stance, who is
// quoted, and where else the article says it. It is stored as JSON and may hold words of the article.
type MatchWhy struct {
	Words        []string       `json:"words,omitempty"`
	Names        []string       `json:"names,omitempty"`
	Numbers      []string       `json:"numbers,omitempty"`
	ClaimNumbers []string       `json:"claim_numbers,omitempty"`
	TextNumbers  []string       `json:"text_numbers,omitempty"`
	Negated      bool           `json:"negated,omitempty"`
	Cues         []string       `json:"cues,omitempty"`
	Speaker      string         `json:"speaker,omitempty"`
	Others       []OtherPassage `json:"others,omitempty"`
}

// OtherPassage is one more place where an article says a claim: bytes Start up to End of its text.
type OtherPassage struct {
	Quote string `json:"quote"`
	Start int    `json:"start"`
	End   int    `json:"end"`
}

// StanceReason says why a stance is proposed.
type StanceReason string

// The reasons, strongest first.
const (
	ReasonChecksPage   StanceReason = "checks"      // the page's markup states a fact-check of this claim
	ReasonHeadline     StanceReason = "headline"    // the headline calls it false, or says that it is a check
	ReasonDebunked     StanceReason = "debunked"    // the passage, or what stands beside it, calls it false
	ReasonNegated      StanceReason = "negated"     // the passage says the opposite
	ReasonOwnClaim     StanceReason = "own"         // who wrote it is the claimant
	ReasonSpeaker      StanceReason = "speaker"     // it is said by somebody, not by the article
	ReasonHedged       StanceReason = "hedged"      // it is said with distance
	ReasonFirst        StanceReason = "first"       // no earlier one is known
	ReasonSaidOutright StanceReason = "outright"    // it is said as a fact
	ReasonUnread       StanceReason = "not_guessed" // nothing in the text tells
)

// Says returns the reason in words for a person, with the cue words and the speaker that belong to it.
func (r StanceReason) Says(cues []string, speaker string) string {
	quoted := make([]string, 0, len(cues))
	for _, c := range cues {
		quoted = append(quoted, "“"+c+"”")
	}
	with := strings.Join(quoted, ", ")
	switch r {
	case ReasonChecksPage:
		return "the page states a fact-check of it in its markup"
	case ReasonHeadline:
		return "the headline says so: " + with
	case ReasonDebunked:
		return "the text calls it wrong: " + with
	case ReasonNegated:
		return "the passage says the opposite of the claim"
	case ReasonOwnClaim:
		return "whoever wrote this is the one who claims it"
	case ReasonSpeaker:
		if speaker != "" {
			return "it is said by " + speaker + ", not by the article"
		}
		return "it is said by somebody else, not by the article: " + with
	case ReasonHedged:
		return "the article keeps its distance: " + with
	case ReasonFirst:
		return "it is said as a fact, and no earlier article is known that says it"
	case ReasonSaidOutright:
		return "it is said as a fact, and nobody is named who says it"
	case ReasonUnread:
	}
	return "nothing in the text tells"
}

// SuggestionInput is a claim that an article may make, as the matcher found it.
type SuggestionInput struct {
	Claim       ClaimID
	ClaimKey    []byte // claims.text_key at the time; set by the store
	Anchor      Anchor // the best passage
	Stance      Stance // proposed
	Reason      StanceReason
	Score       float32
	Probability float32 // between 0 and 1
	Reading     MatchReading
	Why         MatchWhy
}

// Look is what looking at an article's text came to.
type Look struct {
	Text     string            // that was looked at, whole
	Matcher  string            // which matcher looked
	Passages []string          // all passages of the text, in order
	Found    []SuggestionInput // best first, one for each claim, all that are the same or related
}

// Check returns a CodeInvalid error if a suggestion is not one.
func (in SuggestionInput) Check() error {
	if in.Claim.IsZero() || !in.Reading.Valid() || !in.Stance.Valid() || in.Stance == StanceListed || in.Probability < 0 || in.Probability > 1 {
		return Invalid("suggestion", "this is no suggestion")
	}
	if in.Anchor.Quote == "" {
		return Invalid("quote", "a suggestion has a passage")
	}
	return firstError(CheckText("quote", in.Anchor.Quote, MaxQuote), in.Anchor.check())
}

// PassageMark returns what a passage is known again by: eight bytes of the SHA-256 of its words. Case and space do not count.
func PassageMark(passage string) [MarkSize]byte {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.Join(strings.Fields(passage), " "))))
	return [MarkSize]byte(sum[:MarkSize])
}

// SuggestionDecision is what a person decides of a suggestion.
type SuggestionDecision struct {
	ID       SuggestionID
	Revision int // the one the person saw
	Accept   bool
	Stance   Stance // with Accept: what the article does with the claim
}

// CheckDecisions returns a CodeInvalid error unless there are some, not too many, each suggestion once.
func CheckDecisions(list []SuggestionDecision) error {
	if len(list) == 0 {
		return Invalid("suggestion", "choose at least one suggestion")
	}
	if len(list) > MaxDecisions {
		return Invalid("suggestion", "%d suggestions at once are too many; the limit is %d", len(list), MaxDecisions)
	}
	seen := make(map[SuggestionID]bool, len(list))
	for _, d := range list {
		if d.ID.IsZero() || seen[d.ID] {
			return Invalid("suggestion", "each suggestion can be decided once")
		}
		seen[d.ID] = true
		if d.Accept && !slices.Contains([]Stance{StanceMakes, StanceRepeats, StanceReports, StanceDisputes}, d.Stance) {
			return Invalid("stance", "choose makes, repeats, reports or disputes")
		}
	}
	return nil
}

// Distinction is what a person says of a claim that is filed though one like it is there: it is not the same, because.
type Distinction struct {
	Claim  ClaimID
	Reason string
}

// CleanDistinctions returns the list with reasons trimmed; the error is CodeInvalid.
func CleanDistinctions(list []Distinction) ([]Distinction, error) {
	if len(list) > MaxDecisions {
		return nil, Invalid("not_same", "%d claims are too many; the limit is %d", len(list), MaxDecisions)
	}
	out := make([]Distinction, 0, len(list))
	for _, d := range list {
		d.Reason = strings.TrimSpace(d.Reason)
		if d.Reason == "" {
			return nil, Invalid("not_same", "say why it is not the same")
		}
		if err := CheckText("not_same", d.Reason, MaxNote); err != nil {
			return nil, err
		}
		if d.Claim.IsZero() || slices.ContainsFunc(out, func(o Distinction) bool { return o.Claim == d.Claim }) {
			return nil, Invalid("not_same", "each claim can be told apart once")
		}
		out = append(out, d)
	}
	return out, nil
}

// Provenance says where a stance came from that a person accepted: how sure the program was and what it proposed.
func Provenance(probability float32, proposed, chosen Stance) string {
	if proposed == chosen {
		return fmt.Sprintf("suggested %.2f as %s, accepted so", probability, proposed)
	}
	return fmt.Sprintf("suggested %.2f as %s, accepted as %s", probability, proposed, chosen)
}
