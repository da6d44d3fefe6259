package newsroom

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// AnyStage stands for all stages in the filter.
const AnyStage = "any"

// DeskPage is the newsroom's first page: what waits for the person who looks, and the claims.
type DeskPage struct {
	Shell
	Now   time.Time
	Me    string // id of the person
	Alone bool   // only the list, at an address of its own

	Queues                 []Queue
	Back                   []BackItem
	Work                   []DeskItem
	Approvals, Corrections []WaitingItem
	NewTips                []TipItem
	Mentioned              []MentionItem
	ToldMe                 []ToldItem
	Suggested              []SuggestedItem
	Proposed               []ProposalItem
	Complained             []ComplaintItem

	Filter                     DeskFilter
	Claims                     []DeskItem
	Weights                    factcheck.DeskWeights
	People, Topics, Publishers []Choice
	ClaimantName               string
	Next                       string // place of the next page; empty on the last
	Moment                     string // for asking what moved since

	Told, Error, Field, Note string
	Left                     []LeftItem
	Ticked                   map[string]bool
}

// Queue is how much waits somewhere. Name is how a script calls it. A rare one is not shown while nothing waits.
type Queue struct {
	Name, Label string
	Count       int
	URL         string
	Rare        bool
}

// BackItem is a draft of the person that was sent back.
type BackItem struct {
	Claim, Text, Lang, Note, By string
	At                          time.Time
}

// MentionItem is a comment that names the person.
type MentionItem struct {
	Claim, ClaimText, Lang, Text, By string
	At                               time.Time
}

func (m MentionItem) path() string { return ClaimPath(m.Claim) + "#conversation" }

// SuggestedItem is a claim that an article may make.
type SuggestedItem struct {
	Article, Title, Claim, Lang string
	Stance                      factcheck.Stance
	At                          time.Time
}

// queueMost is how far queues are counted.
const queueMost = 1000

func (q Queue) count() string {
	if q.Count >= queueMost {
		return "1000+"
	}
	return strconv.Itoa(q.Count)
}

// Choice is something a select can be set to.
type Choice struct{ ID, Name string }

// WaitingItem is a version of a verdict that waits.
type WaitingItem struct {
	Claim, Text, Lang string
	Kind              string // of a correction
	Submitted, Own    bool
	By                string
	At                time.Time
}

// DeskItem is a claim on the desk with what its priority is made of.
type DeskItem struct {
	ClaimItem
	factcheck.DeskFactors
	Assignee, AssigneeName string
	Claimant, ClaimantID   string
	Topics                 []string
	FiledAt                time.Time
	Waits                  bool   // a version waits for approval
	Seen                   string // goes back with an act, so that what others did meanwhile is not done over
}

// LeftItem is a claim that an act on several left alone.
type LeftItem struct{ ID, Text, Reason string }

// DeskFilter is what the address of a list asks for, as it was typed.
type DeskFilter struct {
	Stage, Who, Topic, Claimant, Language, Age, Publisher, Order, Words, After string // Claimant: an id, or words of a name
}

// OneClaimant reports whether the filter names a claimant by id.
func (f DeskFilter) OneClaimant() bool { return strings.HasPrefix(f.Claimant, "claimant_") }

// Query returns the filters as the query of an address, without the place.
func (f DeskFilter) Query() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{
		"stage": f.Stage, "who": f.Who, "topic": f.Topic, "claimant": f.Claimant, "lang": f.Language, "age": f.Age, "publisher": f.Publisher, "order": f.Order, "q": f.Words,
	} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// listPath returns the address of the list without filters.
func (p DeskPage) listPath() string {
	if p.Alone {
		return "/newsroom/claims"
	}
	return "/newsroom"
}

// with returns the address of the list with one filter set otherwise, from its top.
func (p DeskPage) with(name, value string) string {
	v := p.Filter.Query()
	v.Del(name)
	if value != "" {
		v.Set(name, value)
	}
	return p.listPath() + "?" + v.Encode()
}

func (p DeskPage) nextURL() string { return p.with("after", p.Next) }

// hereQuery is the query of this very page.
func (p DeskPage) hereQuery() string {
	v := p.Filter.Query()
	if p.Filter.After != "" {
		v.Set("after", p.Filter.After)
	}
	return v.Encode()
}

// movedURL is where a script asks what moved.
func (p DeskPage) movedURL() string {
	v := p.Filter.Query()
	v.Set("since", p.Moment)
	if !p.Alone {
		v.Set("queues", "yes")
	}
	return "/newsroom/desk/moved?" + v.Encode()
}

// option is an option of a select.
type option struct {
	value, label string
	chosen       bool
}

func options(chosen string, pairs ...string) []option {
	var out []option
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, option{pairs[i], pairs[i+1], pairs[i] == chosen})
	}
	return out
}

func chosenOf(chosen string, list []Choice, before ...option) []option {
	out := before
	for i := range out {
		out[i].chosen = out[i].value == chosen
	}
	for _, c := range list {
		out = append(out, option{c.ID, c.Name, c.ID == chosen})
	}
	return out
}

func (p DeskPage) stageOptions() []option {
	return options(p.Filter.Stage, "open", "To do", AnyStage, "Any stage", "triage", "In triage", "checking", "Being checked", "in_review", "Waits for approval", "published", "Published", "declined", "Declined", "merged", "Merged")
}

func (p DeskPage) whoOptions() []option {
	return chosenOf(p.Filter.Who, p.People, option{value: "", label: "Anybody"}, option{value: "me", label: "Me"}, option{value: "none", label: "Nobody yet"})
}

func (p DeskPage) ageOptions() []option {
	return options(p.Filter.Age, "", "Any age", "day", "Filed today", "week", "Filed in 7 days", "month", "Filed in 30 days", "over-week", "Older than 7 days", "over-month", "Older than 30 days")
}

func (p DeskPage) orderOptions() []option {
	return options(p.Filter.Order, "", "By priority", "newest", "Newest first")
}

// filtered reports whether the list shows less than all there is to do.
func (p DeskPage) filtered() bool {
	f := p.Filter
	f.Order, f.After = "", ""
	return f != DeskFilter{Stage: "open"}
}

// set returns how many filters are set otherwise than at first, the order not counted.
func (p DeskPage) set() int {
	f := p.Filter
	n := 0
	for _, value := range []string{f.Who, f.Topic, f.Claimant, f.Language, f.Age, f.Publisher, f.Words} {
		if value != "" {
			n++
		}
	}
	if f.Stage != "open" {
		n++
	}
	return n
}

// points is the priority of a claim now; it is not shown below zero.
func (p DeskPage) points(it DeskItem) string {
	return strconv.Itoa(max(0, p.Weights.Points(it.DeskFactors, p.Now)))
}

// factors says what the priority of a claim is made of.
func (p DeskPage) factors(it DeskItem) []string {
	var out []string
	if it.Outlets > 0 {
		s := count(it.Outlets, "outlet", "outlets")
		if it.Pace > 0 {
			s += ", " + strconv.Itoa(it.Pace) + " in its last week"
		}
		out = append(out, s)
	}
	if it.Tips > 0 {
		out = append(out, count(it.Tips, "tip", "tips"))
	}
	if it.Harm > 0 {
		out = append(out, "harm "+gradeWord(it.Harm))
	}
	if it.Checkability > 0 {
		out = append(out, "checkable "+gradeWord(it.Checkability))
	}
	return append(out, "last heard of "+ago(p.Now, it.HeardAt))
}

func gradeWord(g factcheck.Judged) string {
	return [...]string{"not judged", "low", "medium", "high"}[max(0, min(3, int(g)))]
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// ago says how long ago something was, in one unit.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return strconv.Itoa(int(d.Minutes())) + " min ago"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d.Hours())) + " h ago"
	case d < 60*24*time.Hour:
		return strconv.Itoa(int(d.Hours()/24)) + " days ago"
	}
	return strconv.Itoa(int(d.Hours()/24/30)) + " months ago"
}

// formula explains the priority, a sentence a factor.
func formula(w factcheck.DeskWeights) []string {
	points := func(n int) string { return count(n, "point", "points") }
	most := strconv.Itoa(factcheck.DeskCap)
	return []string{
		points(w.Outlet) + " for each outlet that makes or repeats the claim and lets it stand, up to " + most + " outlets.",
		points(w.Pace) + " more for each of them that did in the seven days before the claim was last heard of: its pace.",
		points(w.Tip) + " for each tip, up to " + most + " tips.",
		"Harm, as one of you judged it: low " + strconv.Itoa(w.Harm) + ", medium " + strconv.Itoa(2*w.Harm) + ", high " + strconv.Itoa(3*w.Harm) + ".",
		"How well it can be checked, as one of you judged it: low " + strconv.Itoa(w.Checkability) + ", medium " + strconv.Itoa(2*w.Checkability) + ", high " + strconv.Itoa(3*w.Checkability) + ".",
		"1 point less for every " + count(w.Days, "day", "days") + " since it was last heard of: filed, found in an article, or sent as a tip.",
	}
}

// ClaimPath returns the path of a claim in the newsroom.
func ClaimPath(id string) string { return "/newsroom/claims/" + id }

func (w WaitingItem) path() string {
	if w.Submitted {
		return ClaimPath(w.Claim) + "/approval"
	}
	return ClaimPath(w.Claim)
}

func (w WaitingItem) kind() string {
	if w.Kind == "" {
		return "first verdict"
	}
	return w.Kind
}

// findAction is where the search field leads: among the articles it looks for articles, elsewhere for claims.
func (s Shell) findAction() string {
	if strings.HasPrefix(s.Path, "/newsroom/articles") {
		return "/newsroom/articles"
	}
	return "/newsroom/find"
}

func (s Shell) findLabel() string {
	if strings.HasPrefix(s.Path, "/newsroom/articles") {
		return "Find an article by its title, author or address"
	}
	return "Find a claim by its words, or an article by its address"
}

func (s Shell) findHint() string {
	if strings.HasPrefix(s.Path, "/newsroom/articles") {
		return "Title, author or address"
	}
	return "Words of a claim, or an address"
}

func (p DeskPage) heading() string {
	if p.Alone {
		return "Claims"
	}
	return "Desk"
}

func (p DeskPage) claimantName() string {
	if p.ClaimantName == "" {
		return "somebody unknown"
	}
	return p.ClaimantName
}

// target is the field that an error is about.
func (p DeskPage) target() string {
	switch p.Field {
	case "person", "topic", "harm", "checkability", "note":
		return p.Field
	case "assignee":
		return "person"
	}
	return ""
}
