// Package site holds the pages of readers: one struct per page in plain Go, beside the templ component that renders it.
//
// The structs carry what the page shows and nothing of the database or the server; internal/site fills them.
package site

import (
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// ClaimPage is the page of a claim at /claims/{slug}, and of one of its earlier public states when Pinned is set.
//
// What the page says follows from the document: the leading verdict (the house's or its archive's, else the first of
// another publisher) decides between the finding, "under review", "retracted", and "checked by others". Every address
// may be empty; what it leads to is then not offered.
type ClaimPage struct {
	ui.Shell
	Claim      document.Claim
	ChangedAt  time.Time      // when the page last changed; zero leaves it out
	Pinned     *Pinned        // set when this is not the current state
	Preview    string         // set when nothing of this is public: where it is worked on
	Meaning    string         // what the house means by this label, one sentence from its scale; empty leaves it out
	MeaningURL string         // where the scale is explained
	Checker    string         // who checked it; the verdict's byline if empty
	Approver   string         // who approved it
	History    []HistoryEntry // newest first; the page shows the first ones and links to HistoryURL
	HistoryURL string
	CompareURL string // where the correction's changes are compared with the version before; the history's, if empty
	Alternates []ui.Alternate

	// ReportURL, DisputeURL and SightingURL lead to the forms for an error, a dispute and one more place where it appeared.
	ReportURL, DisputeURL, SightingURL string

	JSONURL   string // the claim in the API
	FeedURL   string // to be told when this changes
	FollowURL string // the same by mail; empty when no mail is sent
	// EmbedURL is where oEmbed describes how to embed the claim, absolute.
	EmbedURL string
	CardURL  string // picture of the verdict for where the page is shared, absolute
	JSONLD   []byte // ClaimReview; shown with a current verdict on the current page only
}

// Pinned says which earlier state of a page is shown, and where the current one is.
type Pinned struct {
	N          int            // the n of /v/{n}
	AsOf       factcheck.Date // what was asked for (?as_of=), as exactly as it was; zero on /v/{n}
	From       time.Time      // this state was public from
	To         time.Time      // until then; zero if it still is
	CurrentURL string
	PrevURL    string // the states beside it; empty at the ends
	NextURL    string
}

// HistoryEntry is one public state of a claim's page.
type HistoryEntry struct {
	N         int
	At        time.Time
	Kind      string // update, clarification, correction, retraction, or a change type such as verdict.suspended
	Note      string // the public note
	NoteLang  string
	Label     string // the rating it carried; empty while under review
	Publisher string // whose verdict changed, when it was not the house's
	URL       string // the page as it was
	// CompareURL is where this state is compared with the one before; empty for the first.
	CompareURL string
}

// label returns the rating the page carried: the house's in the interface's word for it.
func (e HistoryEntry) label(l ui.Locale) string {
	if e.Publisher != "" {
		return e.Label
	}
	word, _ := l.HouseLabel(e.Label)
	return word
}

// Explained returns the page with what it says of the house's verdict besides the document: what the house means by the
// label, by its scale, and who checked and approved. path is the page's own, without the prefix of its language.
func (p ClaimPage) Explained(path string, meanings map[string]string) ClaimPage {
	if p.Rooms.Tips {
		p.ReportURL, p.DisputeURL, p.SightingURL = p.Local(path+"/report"), p.Local(path+"/dispute"), p.Local(path+"/sighting")
	}
	p.HistoryURL, p.JSONURL = p.Local(path+"/history"), "/api/v1/claims/"+p.Claim.ID
	v, ok := p.Claim.House()
	if !ok {
		return p
	}
	p.Checker, p.Approver = v.Byline, v.Approver
	if v.Rating.Label != "" {
		p.Meaning, p.MeaningURL = meanings[v.Rating.Label], p.Local("/about/method#"+LabelID(v.Rating.Label))
	}
	return p
}

// corrected returns where the correction is compared with the version before, and that version; both empty if there is none.
func (p ClaimPage) corrected() (compare, before string) {
	c := p.verdict().Correction
	if c == nil {
		return "", ""
	}
	was, _, ok := correctedIn(p.History, c.Kind)
	if !ok {
		return p.CompareURL, ""
	}
	for _, e := range p.History {
		if e.CompareURL != "" && e.Kind == c.Kind && e.Publisher == "" {
			return e.CompareURL, was.URL
		}
	}
	return p.CompareURL, was.URL
}

// HistoryKind returns the kind of correction that a change type stands for; other types stay what they are.
func HistoryKind(t factcheck.ChangeType) string {
	for _, k := range []factcheck.CorrectionKind{
		factcheck.CorrectionUpdate, factcheck.CorrectionClarification, factcheck.CorrectionCorrection, factcheck.CorrectionRetraction,
	} {
		if k.Change() == t {
			return string(k)
		}
	}
	return string(t)
}

// state is what the page is about to say.
type state int

const (
	stateNone      state = iota // no public verdict
	stateFinding                // the house's finding
	stateOthers                 // only others have checked it
	stateSuspended              // under review: no rating anywhere
	stateRetracted              // taken back
)

func (p ClaimPage) state() state {
	v := p.lead()
	switch {
	case v == nil:
		return stateNone
	case !ui.IsHouse(*v):
		if len(p.others()) == 0 {
			return stateSuspended
		}
		return stateOthers
	case v.State == ui.StateCurrent:
		return stateFinding
	case v.State == ui.StateRetracted:
		return stateRetracted
	}
	return stateSuspended
}

func (p ClaimPage) lead() *document.Verdict { return ui.Lead(p.Claim) }

// verdict returns the leading verdict, or an empty one so that templates need no nil checks.
func (p ClaimPage) verdict() document.Verdict {
	if v := p.lead(); v != nil {
		return *v
	}
	return document.Verdict{}
}

// words is the claim as this page says it: in the interface's language where there are words in it.
func (p ClaimPage) words() ui.Worded { return p.Words(p.Claim) }

// mark is the leading verdict as word and shape.
func (p ClaimPage) mark() ui.Mark { return p.MarkOf(p.verdict()) }

// answer returns the leading verdict's two sentences, its headline where it has none, and their language.
func (p ClaimPage) answer() (answer, lang string) {
	v := p.verdict()
	if answer, lang = p.Answer(p.Claim, v); strings.TrimSpace(answer) == "" {
		answer, lang = v.Headline, v.Language
	}
	return answer, firstOf(lang, p.Claim.Language)
}

// others returns the current verdicts of other publishers.
func (p ClaimPage) others() []document.Verdict {
	return slices.DeleteFunc(slices.Clone(p.Claim.Verdicts), func(v document.Verdict) bool {
		return ui.IsHouse(v) || v.State != ui.StateCurrent
	})
}

// current returns all current verdicts, the house's included.
func (p ClaimPage) current() []document.Verdict {
	return slices.DeleteFunc(slices.Clone(p.Claim.Verdicts), func(v document.Verdict) bool { return v.State != ui.StateCurrent })
}

// Prefix is what title, share text and heading begin with: the rating, with its publisher's name when it is not ours.
func (p ClaimPage) Prefix() string {
	switch p.state() {
	case stateFinding:
		return p.mark().Label
	case stateSuspended:
		return p.T("verdict.suspended")
	case stateRetracted:
		return p.T("verdict.retracted")
	case stateOthers:
		return p.othersPrefix()
	}
	return p.T("verdict.none")
}

func (p ClaimPage) othersPrefix() string {
	others := p.others()
	if len(others) == 1 {
		v := others[0]
		return p.T("prefix.by", ui.Clip(v.Rating.Label, 80), ui.PublisherName(v.Publisher))
	}
	agreement := agreementOf(others)
	switch {
	case agreement.Disagree:
		return p.T("prefix.disagree")
	case len(agreement.Truths) == 1 && agreement.Truths[0].Count == len(others):
		return p.N("prefix.many", len(others), p.TruthWord(agreement.Truths[0].Truth))
	}
	return p.N("prefix.checked", len(others))
}

// Title begins with the rating: False: “…”.
func (p ClaimPage) Title() string {
	w := p.words()
	return p.Prefix() + ": " + ui.Quoted(w.Lang, ui.Clip(w.Text, 300))
}

func (p ClaimPage) description() string {
	switch p.state() {
	case stateFinding:
		answer, _ := p.answer()
		return ui.Clip(answer, 300)
	case stateSuspended:
		return p.T("suspended.lead")
	case stateRetracted:
		return p.T("retracted.lead")
	case stateOthers:
		return p.N("others.checkedby", len(p.others()), publisherNames(p.others()))
	}
	return p.T("none.lead")
}

func (p ClaimPage) head() ui.Head {
	h := ui.Head{
		Title: p.Title(), Description: p.description(), Canonical: p.Claim.URL, Type: "article",
		Alternates: p.Alternates, JSONURL: p.JSONURL, FeedURL: p.FeedURL, JSONLD: p.JSONLD,
		Image: p.CardURL, ImageAlt: p.Title(), OEmbed: p.EmbedURL,
		Unrated: p.state() == stateSuspended,
	}
	if p.Pinned != nil || p.Preview != "" {
		h.Robots = "noindex"
	}
	if p.Pinned != nil || p.state() != stateFinding && p.state() != stateOthers {
		h.JSONLD = nil
	}
	return h
}

func (p ClaimPage) crumbs() []ui.Crumb {
	crumbs := []ui.Crumb{{Label: p.T("kicker.claim")}}
	for i, t := range p.Claim.Topics {
		if i == 3 {
			break
		}
		c := ui.Crumb{Label: t.Name}
		if p.Rooms.Topics && t.Slug != "" {
			c.URL = p.Local("/topics/" + ui.PathSegment(t.Slug))
		}
		crumbs = append(crumbs, c)
	}
	if p.Claim.Place != "" {
		crumbs = append(crumbs, ui.Crumb{Label: p.Claim.Place})
	}
	return crumbs
}

// accuse reports whether an article that still puts the claim forward is to be marked: the house itself found it false.
func (p ClaimPage) accuse() bool {
	switch p.mark().Truth {
	case factcheck.TruthFalse, factcheck.TruthMostlyFalse:
		return p.state() == stateFinding
	}
	return false
}

func (p ClaimPage) spread() ui.Spread { return ui.SpreadOf(p.Claim.Appearances) }

// timeline marks the house's own first finding and its corrections since, and nobody else's.
func (p ClaimPage) timeline(s ui.Spread) ui.Timeline {
	if p.state() != stateFinding {
		return ui.TimelineOf(s.Judged)
	}
	marks := []ui.Milestone{{At: p.verdict().FirstAt, Key: "timeline.verdict"}}
	for _, e := range slices.Backward(p.History) {
		k := factcheck.CorrectionKind(e.Kind)
		if e.Publisher == "" && k.Valid() && k != factcheck.CorrectionNone && k != factcheck.CorrectionRetraction {
			marks = append(marks, ui.Milestone{At: e.At, Key: "timeline." + e.Kind})
		}
	}
	return ui.TimelineOf(s.Judged, marks...)
}

func (p ClaimPage) evidence() []ui.Bearing {
	return ui.GroupSources(p.verdict().Sources, p.mark().Truth)
}

// lang returns the language of a verdict's text: its own, else the claim's.
func (p ClaimPage) lang(v document.Verdict) string {
	return firstOf(v.Language, p.Claim.Language)
}

// shortHistory is how many entries of its history a claim's page shows.
const shortHistory = 5

func (p ClaimPage) recent() []HistoryEntry {
	return p.History[:min(len(p.History), shortHistory)]
}

func (p ClaimPage) known() []knownBox {
	v := p.verdict()
	var boxes []knownBox
	for _, b := range []knownBox{{"known.true", v.True}, {"known.false", v.False}, {"known.unknown", v.Unknown}} {
		if strings.TrimSpace(b.Text) != "" {
			boxes = append(boxes, b)
		}
	}
	return boxes
}

// knownBox is one of true, false, not known.
type knownBox struct{ Key, Text string }

// asOfKey returns the message for a date that was asked for: a year or a month means its end, and says so.
func asOfKey(d factcheck.Date, on, end string) string {
	if d.Precision == factcheck.PrecisionYear || d.Precision == factcheck.PrecisionMonth {
		return end
	}
	return on
}

// asOf returns the moment the finding holds from.
func asOf(v document.Verdict) time.Time {
	if v.ValidFrom != nil {
		return *v.ValidFrom
	}
	return v.PublishedAt
}

func firstOf(candidates ...string) string {
	for _, s := range candidates {
		if strings.TrimSpace(s) != "" {
			return s
		}
	}
	return ""
}

// day fills a slot with a day.
func (p ClaimPage) day(t time.Time) templ.Component { return ui.Day(p.Locale, t) }

// validFrom fills a slot with the moment the finding holds from. The archive and most imports know the day only.
func (p ClaimPage) validFrom() templ.Component {
	v := p.verdict()
	if v.Origin == "house" {
		return ui.Time(p.Locale, asOf(v))
	}
	return p.day(asOf(v))
}

// note shows the leading verdict's public note, on a line of its own where it runs against the interface's direction.
func (p ClaimPage) note(s string) templ.Component {
	lang := p.lang(p.verdict())
	if d := ui.Dir(lang); d != "auto" && d != p.Dir() {
		return ui.Block(lang, s)
	}
	return ui.Said(lang, s)
}
