package newsroom

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// fillDraft fills in the open version with its sources and replies, and how it stands to the rules.
func (n *Newsroom) fillDraft(p *claimWork) {
	v := p.work.Draft
	d := v.Draft
	if v.ID.IsZero() {
		p.Empty = n.draftForm(p, n.draftFields(factcheck.Draft{Language: p.work.Language}))
		p.Empty.WasHash = wasOf(n.draftFields(factcheck.Draft{Language: p.work.Language}))
		return
	}
	shown := &pages.DraftShown{
		ID: v.ID.String(), State: string(v.State), Revision: v.Revision, Note: v.Note, Correction: string(d.Correction), Waivers: d.Waivers, Wordings: d.Wordings,
		Rating: ui.Mark{Label: v.Rating.Label, Truth: v.Rating.Truth},
	}
	for _, m := range p.work.People {
		if m.ID == v.SubmittedBy {
			shown.SubmittedBy = m.Name
		}
		if slices.Contains(v.Authors, m.ID) {
			shown.Authors = append(shown.Authors, m.Name)
		}
	}
	origins := map[string]bool{}
	for i, s := range d.Sources {
		shown.Sources = append(shown.Sources, pages.SourceItem{
			ID: s.ID.String(), URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Quote: s.Quote, Interest: s.Interest, ArchiveURL: s.ArchiveURL,
			Kind: string(s.Kind), Bearing: string(s.Bearing), ReadAt: s.ReadAt, ReadForm: dayOf(s.ReadAt), Was: wasOf(sourceFields(s)),
			Complete: s.Complete(), First: i == 0, Last: i == len(d.Sources)-1,
		})
		if s.Origin != "" {
			origins[strings.ToLower(s.Origin)] = true
		}
		if s.Kind == factcheck.SourcePrimary {
			shown.Primary++
		}
	}
	shown.Origins = len(origins)
	for _, r := range d.Replies {
		shown.Replies = append(shown.Replies, pages.ReplyItem{
			Key: r.Key(), Asked: r.Asked, AskedAt: n.moment(&r.AskedAt), Deadline: n.moment(r.Deadline), AnsweredAt: n.moment(r.AnsweredAt), Answer: r.Answer,
			At: r.AskedAt, Due: r.Deadline, Answered: r.AnsweredAt, Was: wasOf(n.replyFields(r)),
		})
	}
	fields := n.draftFields(d)
	shown.Form = n.draftForm(p, fields)
	shown.Form.WasHash = wasOf(fields)
	p.Draft = shown
	for _, r := range d.Standing(v.Rating, p.work.Rules) {
		p.Rules = append(p.Rules, pages.RuleItem{RuleStanding: r, Target: ruleTarget(d, r)})
		if !r.Met() {
			p.Open++
		}
	}
}

// ruleTarget returns the id of the field in which a rule is met. Following it opens what it stands in.
func ruleTarget(d factcheck.Draft, r factcheck.RuleStanding) string {
	if r.Rule == factcheck.RuleArchive {
		for _, s := range d.Sources {
			if s.URL != "" && s.ArchiveURL == "" {
				return "source-" + s.ID.String() + "-archive_url"
			}
		}
	}
	var n int
	if _, err := fmt.Sscanf(r.Field, "sources[%d]", &n); err == nil && n >= 0 && n < len(d.Sources) {
		s := d.Sources[n]
		field := "read_at"
		if s.URL == "" && s.Document == "" {
			field = "url"
		} else if s.Quote == "" {
			field = "quote"
		}
		return "source-" + s.ID.String() + "-" + field
	}
	switch r.Field {
	case "sources":
		return "source-address"
	case "replies":
		return "reply--asked"
	}
	return "draft-" + r.Field
}

// draftForm returns the verdict's form with fields in it.
func (n *Newsroom) draftForm(p *claimWork, fields map[string]string) pages.DraftForm {
	d := pages.DraftForm{
		Label: fields["label"], Lang: fields["language"], Headline: fields["headline"], Answer: fields["answer"], Body: fields["body"],
		True: fields["true"], False: fields["false"], Unknown: fields["unknown"], HowChecked: fields["how_checked"], Note: fields["note"],
		ValidFrom: fields["valid_from"], ValidTo: fields["valid_to"],
	}
	for _, l := range p.work.Scale.Labels {
		d.Labels = append(d.Labels, pages.LabelChoice{Label: l.Label, Definition: l.Definition, Mark: ui.Mark{Label: l.Label, Truth: l.Truth}, On: l.Label == d.Label})
	}
	on := strings.Fields(fields["reasons"])
	for _, r := range factcheck.Reasons() {
		d.Reasons = append(d.Reasons, pages.Option{Value: string(r), Label: p.ReasonWord(string(r)), On: slices.Contains(on, string(r))})
	}
	return d
}

// dayOf returns a day as the forms take it.
func dayOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}
