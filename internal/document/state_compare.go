package document

import (
	"slices"
	"strings"
	"time"
)

// StateChange is a place of a claim's page that says something else in one public state than in another.
type StateChange struct {
	Part      string // claim, verdict or appearances
	Publisher string // whose verdict, for Part verdict, when it is not the house's
	Field     string // as in the document, such as what_is_true
	Language  string // of the text; empty when unknown
	Words     []Part
}

// mostRewritten is how many texts that stand in both states are compared word by word.
const mostRewritten = 100

// CompareStates returns what differs between two public states of a claim's page, in reading order and word by word. Sources
// are told apart by their locator and articles by their id, so that one that moved in the list has not changed. Of a verdict
// that is under review in either state only that is told.
//
// It takes steps in the number of places, and compares at most a hundred texts word by word, which is some 10 ms each at worst: those
// after them are shown as removed and added.
func CompareStates(before, after Claim) []StateChange {
	was, is := before.places(), after.places()
	had, has := placesByName(was), placesByName(is)
	reviewed := map[string]bool{}
	for _, v := range slices.Concat(before.Verdicts, after.Verdicts) {
		reviewed[v.ID] = reviewed[v.ID] || v.State == "suspended"
	}
	var out []StateChange
	rewritten := 0
	add := func(p place, old, now string) {
		if old != now && (!reviewed[p.verdict] || p.Field == "state") {
			if old != "" && now != "" {
				rewritten++
			}
			if rewritten <= mostRewritten {
				p.Words = Words(old, now)
			} else {
				p.Words = whole(old, now)
			}
			out = append(out, p.StateChange)
		}
	}
	for _, p := range is {
		old := ""
		if i, ok := had[p.name()]; ok {
			old = was[i].text
		}
		add(p, old, p.text)
	}
	for _, p := range was {
		if _, ok := has[p.name()]; !ok {
			add(p, p.text, "")
		}
	}
	return out
}

// place is a text of a state, with what tells it apart.
type place struct {
	StateChange
	verdict string // its id
	key     string // of an entry of a list
	text    string
}

// placeName is what tells a place apart from the others of its state.
type placeName struct{ part, verdict, field, key string }

func (p place) name() placeName { return placeName{p.Part, p.verdict, p.Field, p.key} }

// placesByName returns where each place stands, the first of those with one name.
func placesByName(list []place) map[placeName]int {
	out := make(map[placeName]int, len(list))
	for i, p := range list {
		if _, again := out[p.name()]; !again {
			out[p.name()] = i
		}
	}
	return out
}

// places returns all that the page of a claim says in this state.
func (c Claim) places() []place {
	var out []place
	add := func(field, key, language, text string) {
		out = append(out, place{StateChange: StateChange{Part: "claim", Field: field, Language: language}, key: key, text: text})
	}
	claimant, date := "", ""
	if c.Claimant != nil {
		claimant = c.Claimant.Name
	}
	if c.Date != nil {
		date = *c.Date
	}
	add("text", "", c.Language, c.Text)
	add("claimant", "", "", claimant)
	add("date", "", "", date)
	add("place", "", "", c.Place)
	lead, _ := c.Lead()
	for _, w := range c.Wordings {
		add("wordings", w.Language, w.Language, w.Text)
		add("answer", w.Language, w.Language, w.Answer)
		out[len(out)-1].verdict = lead.ID
	}
	for _, m := range c.Media {
		add("media", m.URL, "", lines(m.URL, m.Alt))
	}
	for _, v := range c.Verdicts {
		out = append(out, v.places()...)
	}
	for _, a := range c.Appearances {
		out = append(out, place{StateChange: StateChange{Part: "appearances", Field: a.Stance, Language: a.Article.Language}, key: a.ID, text: lines(a.Article.Title, a.Article.Outlet, a.Quote)})
		if a.Correction.State != "standing" {
			out = append(out, place{StateChange: StateChange{Part: "appearances", Field: a.Correction.State, Language: a.Article.Language}, key: a.ID, text: lines(a.Article.Title, a.Article.Outlet)})
		}
	}
	return out
}

// places returns all that a verdict says.
func (v Verdict) places() []place {
	publisher := ""
	if v.Origin == "imported" {
		publisher = v.Publisher.Name
	}
	var out []place
	add := func(field, key, language, text string) {
		out = append(out, place{StateChange: StateChange{Part: "verdict", Publisher: publisher, Field: field, Language: language}, verdict: v.ID, key: key, text: text})
	}
	state := ""
	if v.State != "current" {
		state = v.State
	}
	add("state", "", "", state)
	add("label", "", "", lines(v.Rating.Label, v.Rating.Reasons...))
	for _, f := range [][2]string{
		{"headline", v.Headline}, {"answer", v.Answer}, {"what_is_true", v.True}, {"what_is_false", v.False}, {"what_is_unknown", v.Unknown},
		{"body", v.Body}, {"how_checked", v.HowChecked}, {"why_checked", v.WhyChecked},
	} {
		add(f[0], "", v.Language, f[1])
	}
	if v.Correction != nil {
		add("note", "", v.Language, v.Correction.Note)
	}
	add("valid_from", "", "", moment(v.ValidFrom))
	add("valid_to", "", "", moment(v.ValidTo))
	for _, s := range v.Sources {
		add("sources", s.URL+s.Document, "", lines(s.Title, s.Origin, s.Quote, s.Interest))
	}
	for _, r := range v.Replies {
		answered := ""
		if r.AnsweredAt != nil {
			answered = r.AnsweredAt.Format(time.DateOnly)
		}
		add("replies", r.Asked, "", lines(r.Asked, r.AskedAt.Format(time.DateOnly), answered, r.Answer))
	}
	for _, w := range v.Waivers {
		add("waivers", w.Rule, "", strings.TrimSpace(w.Reason))
	}
	return out
}
