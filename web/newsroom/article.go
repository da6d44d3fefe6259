package newsroom

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web"
)

// ArticlePage is an article as the newsroom works on it: the text with its passages, and beside it the claims in reading
// order.
type ArticlePage struct {
	Shell
	ID, Title, Kind, Lang string
	URL, PublicURL        string
	Outlet, Author        string
	Platform, Handle      string
	TakenIn, AddedBy      string
	ArchiveURL, LeadImage string
	Published             factcheck.Date
	Modified, FetchedAt   *time.Time
	Added                 time.Time
	Redacted, Editor      bool
	Revision              int
	Paragraphs            []Paragraph
	Links, Unlinked       []Link
	Events                []Event
	Quotations            []Quotation
	Leads                 []Lead
	Checks                []Check
	Refused               []string // fact-checks in the markup that cannot be taken, and why
	Wall, Teaser          string   // what stands before the text
	CanAccept             bool     // the checks can be taken as their publisher's verdicts
	Found                 []Found
	Spellings             []Spelling
	Snapshots             []Snapshot

	From    string // query of the list it was opened from
	Told    string // what was just done
	Fetched bool   // which was fetching the page again
	Error   string // what went wrong that belongs to no form
	Edit    EditForm
	Link    LinkForm
	Suggest SuggestionBox
}

// Paragraph is a paragraph of the text, from byte At on, in parts.
type Paragraph struct {
	At    int
	Parts []Part
}

// maxQuoted is the longest paragraph, in bytes, that is offered as a passage as a whole.
const maxQuoted = factcheck.MaxQuote

// end returns the byte behind the paragraph's last.
func (p Paragraph) end() int {
	end := p.At
	for _, part := range p.Parts {
		end += len(part.Text)
	}
	return end
}

// quoting returns the address of the page with a passage of the text in its form, and with what is looked for there.
func (p ArticlePage) quoting(from, to int) string {
	q := url.Values{"passage": {number(from) + "-" + number(to)}}
	if p.Link.Find != "" {
		q.Set("find", p.Link.Find)
	}
	return p.path("") + "?" + q.Encode() + "#passage-new"
}

// Part is a stretch of text with the same passages all along.
type Part struct {
	Text     string
	Passages []int // numbers of the links whose passage it belongs to
	Begins   []int // of those, which begin here

	Suggested, SuggestedBegins []int // the same of suggestions
}

// Link is a claim that the article is linked to.
type Link struct {
	N           int // in reading order, from 1
	ID          string
	Revision    int
	ClaimID     string
	ClaimText   string
	ClaimURL    string // of its public page, if it has one
	Stage       string
	Stance      factcheck.Stance
	Imported    bool // nobody here has judged it
	Quote       string
	Lost        bool // the passage is not in the text
	FirstSeen   *time.Time
	Appeared    factcheck.Date
	First       bool
	State       factcheck.CorrectionState
	CorrectedAt factcheck.Date
	Undo        string // the act that can be taken back
	Suggested   string // where the stance came from, if it was suggested
	Change      StanceForm
	Mark        MarkForm
}

// StanceForm is the form that says anew what an article does with a claim.
type StanceForm struct {
	Open                           bool
	Stance                         factcheck.Stance
	Passage, Start, Appeared, Note string
	Elsewhere                      bool // the passage is not in the text
	Error, Field                   string
}

// MarkForm is the form that says what became of a passage.
type MarkForm struct {
	Open         bool
	State        factcheck.CorrectionState
	At, Note     string
	Error, Field string
}

// EditForm is the form that corrects what was found.
type EditForm struct {
	Open                                             bool
	Title, Author, OutletName, OutletSite, Language  string
	OutletWas                                        string // the outlet's name as the page showed it
	Published, Modified, ArchiveURL, LeadImage, Text string
	Taken                                            bool // a value that was found stands in it, and is not saved
	Error, Field                                     string
}

// LinkForm is the form that links a passage to a claim, one that is there or a new one.
type LinkForm struct {
	Open           bool
	Passage, Start string // what was selected, and the byte it begins at
	Elsewhere      bool   // the passage is not in the text
	Find           string // words, id or address of a claim
	Found          bool   // they were looked for
	Hits           []FoundItem
	Warming        bool        // there is no index yet: the database searched
	Corrected      []string    // words that no claim has, and what was searched instead
	Near           []FoundItem // claims like the new one
	Looked         bool        // they were looked for
	Instead        string      // the suggestion that a new claim stands in for
	Claim          string      // id, "new", or empty
	Text, Lang     string      // of a new claim
	Claimant       string
	ClaimantKind   string
	Private        bool
	Stance         factcheck.Stance
	Appeared, Note string
	First          bool
	Error, Field   string
}

// Event is something that happened to one of the links, or to the article itself.
type Event struct {
	At, Recorded time.Time
	By, Kind     string
	Stance       factcheck.Stance
	Claim, Note  string

	Again             bool // taken in once more
	TextChanged, Kept bool // of an act on the article: the text is another, and a copy was kept
	Lost              int  // passages that the new text has not
	Suggested         int  // claims that looking at the text suggested
}

// Lead is a pointer of the page to another story.
type Lead struct{ Title, URL, Label string }

// Check is a fact-check that the page's markup states.
type Check struct {
	Index                                   int
	Claim, Rating, Publisher, Claimant, URL string
	Read                                    string // names what it says, so that nothing else is accepted

	Taken     bool   // it is that publisher's verdict here
	TakenAs   string // the claim it is about
	ClaimURL  string // of the claim's public page, if it has one
	Link      int    // number of the article's link to that claim; 0: none
	Differs   bool   // the page states it otherwise by now
	Retracted bool
}

// Quotation is quoted speech in the text: bytes Start up to End, both 0 when it is not in the text any more.
type Quotation struct {
	Text, Speaker string
	Start, End    int
}

// Found is a candidate for a field, and where it stood.
type Found struct {
	Index               int
	Field, Value, Where string
	Chosen              bool   // the most trusted one
	Stands              bool   // it is chosen, and stands in the article
	Differs             bool   // it is chosen, and something else stands in the article
	Input, Take         string // the field of the edit form that it can be taken into, and what to write; empty: it stands there
}

// Spelling is an address that the article was seen under.
type Spelling struct {
	URL  string
	Seen time.Time
}

// Snapshot is a copy of the page that was kept.
type Snapshot struct {
	ID          int64
	TakenAt     time.Time
	Kind, Type  string
	Hash        string // SHA-256, hexadecimal; empty when it was taken down or redacted
	Size        int64
	By          string
	TakenDownAt *time.Time
	TakenDownBy string
}

func (p ArticlePage) path(rest string) string { return articlePath(p.ID) + rest + fromQuery(p.From) }

func (p ArticlePage) linkPath(l Link, act string) string {
	return p.path("/links/" + l.ID + "/" + act)
}

// stanceWord is how a stance is called, and stanceMeans what it says.
func stanceWord(s factcheck.Stance) string {
	switch s {
	case factcheck.StanceMakes:
		return "Makes it"
	case factcheck.StanceRepeats:
		return "Repeats it"
	case factcheck.StanceReports:
		return "Reports it"
	case factcheck.StanceDisputes:
		return "Disputes it"
	case factcheck.StanceListed:
		return "Listed, not judged"
	}
	return string(s)
}

// stanceShort is how a stance is called where there is little room.
func stanceShort(s factcheck.Stance) string {
	word, _, _ := strings.Cut(stanceWord(s), " ")
	return word
}

func stanceMeans(s factcheck.Stance) string {
	switch s {
	case factcheck.StanceMakes:
		return "puts the claim forward as its own"
	case factcheck.StanceRepeats:
		return "passes it on as true, from somebody else"
	case factcheck.StanceReports:
		return "says that somebody claims it, and leaves open whether it is so"
	case factcheck.StanceDisputes:
		return "says that it is wrong, or checks it"
	case factcheck.StanceListed:
		return "an imported check names this address; nobody here has looked"
	}
	return ""
}

// stances are those that a person may choose.
func stances() []factcheck.Stance {
	return slices.DeleteFunc(factcheck.Stances(), func(s factcheck.Stance) bool { return s == factcheck.StanceListed })
}

func stateWord(s factcheck.CorrectionState) string {
	switch s {
	case factcheck.StateCorrected:
		return "Corrected"
	case factcheck.StateRemoved:
		return "Removed"
	case factcheck.StateStanding:
	}
	return "Stands"
}

func states() []factcheck.CorrectionState {
	return []factcheck.CorrectionState{factcheck.StateStanding, factcheck.StateCorrected, factcheck.StateRemoved}
}

func stateMeans(s factcheck.CorrectionState) string {
	switch s {
	case factcheck.StateCorrected:
		return "the article was corrected, and says so or not"
	case factcheck.StateRemoved:
		return "the passage or the whole article is gone"
	case factcheck.StateStanding:
	}
	return "it is there as it was"
}

func (p ArticlePage) kindWord() string {
	switch p.Kind {
	case string(factcheck.ArticlePost):
		return "Post"
	case string(factcheck.ArticleVideo):
		return "Video"
	}
	return "Article"
}

func takenWord(s string) string {
	switch s {
	case "url":
		return "by its address"
	case "file":
		return "from a saved page"
	case "text":
		return "from copied text"
	case "post":
		return "as a post"
	case "import":
		return "by an import"
	}
	return s
}

// eventWord says what happened.
func (e Event) word() string {
	switch e.Kind {
	case "linked":
		return "linked: " + stanceWord(e.Stance)
	case "stance":
		return "said anew: " + stanceWord(e.Stance)
	case "standing":
		return "marked as standing"
	case "corrected":
		return "marked as corrected"
	case "removed":
		return "marked as removed"
	case "moved":
		return "moved with a merged claim"
	case "first":
		return "marked as the first known appearance"
	case "not_first":
		return "no longer the first known appearance"
	case "unlinked":
		return "unlinked"
	case "relinked":
		return "linked again"
	case "undone":
		return "last act taken back"
	}
	return e.Kind
}

// undoWord says which act would be taken back.
func (l Link) undoWord() string { return Event{Kind: l.Undo, Stance: l.Stance}.word() }

func wrongIf(field, is, message string) string {
	if field == is {
		return message
	}
	return ""
}

func number(n int) string { return strconv.Itoa(n) }

// bytesWord writes a size for a person.
func bytesWord(n int64) string {
	switch {
	case n >= 1<<20:
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MiB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}

func short(hash string) string { return hash[:min(16, len(hash))] }

func id64(n int64) string { return strconv.FormatInt(n, 10) }

// addByURL returns the address of the form that takes in another article.
func addByURL(address string) templ.SafeURL {
	return templ.SafeURL("/newsroom/articles/new?" + url.Values{"by": {"url"}, "url": {address}}.Encode())
}

func articleScript() string { return web.Asset("js/article.js") }
