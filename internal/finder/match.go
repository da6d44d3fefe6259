package finder

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// postWords is how many words a text has at most that is also matched as one post. Longer ones make more than one claim.
const postWords = 80

// Matched is a claim that a passage may make, with what a person needs to see of it.
type Matched struct {
	match.Candidate
	Claim    factcheck.ClaimID
	Slug     string
	Text     string
	Language string
	Stage    factcheck.Stage // of one that is not public; empty for a public one
	Verdict  Verdict         // that the page leads with; zero for one that is not public
}

// Verdict is a verdict in short.
type Verdict struct {
	Label     string
	Truth     string // empty if the rating has none
	State     string
	Publisher string // site
	House     bool
}

// MatchedPassage is a passage of a text with the claims it may make, the likeliest first.
type MatchedPassage struct {
	match.Passage
	Claims []Matched
}

// ErrWarming says that the index is being made; nothing can be matched until then.
var ErrWarming = &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "the index of claims is being made; try again in a moment"}

// MatchWorking finds which claims a text makes, passage by passage, public and unpublished ones alike; passages without a claim
// that is the same or related are left out. For those who may see the newsroom: CodeForbidden for others, CodeUnavailable while
// the index warms. It is true to everything committed before the call. Four queries at most.
func (f *Finder) MatchWorking(ctx context.Context, actor factcheck.Actor, text string, opt match.Options) ([]MatchedPassage, error) {
	public, private, ok, err := f.Working(ctx, actor)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrWarming
	}
	found, err := f.matched(ctx, text, opt, public, private)
	if err != nil {
		return nil, err
	}
	return f.describe(ctx, found, actor)
}

// matched asks the matcher. A short text is asked for as a whole, as a post makes one claim in two sentences, and by sentence,
// as a short article makes several; each claim stays where it is likelier.
func (f *Finder) matched(ctx context.Context, text string, opt match.Options, snaps ...*search.Snapshot) ([]match.Result, error) {
	found, err := f.matcher.Article(ctx, text, opt, snaps...)
	if err != nil {
		return nil, fmt.Errorf("match a text: %w", err)
	}
	if len(strings.Fields(text)) > postWords {
		return found, nil
	}
	whole := match.Result{Passage: match.Passage{Text: strings.TrimSpace(text), End: len(text)}}
	for _, c := range f.matcher.Match(text, opt, snaps...) {
		if c.Reading != match.None && !likelier(found, c) {
			whole.Candidates = append(whole.Candidates, c)
			found = without(found, c.ID)
		}
	}
	if len(whole.Candidates) > 0 {
		found = append([]match.Result{whole}, found...)
	}
	return found, nil
}

// likelier reports whether a passage has the claim with a higher probability than c.
func likelier(found []match.Result, c match.Candidate) bool {
	return slices.ContainsFunc(found, func(r match.Result) bool {
		return slices.ContainsFunc(r.Candidates, func(x match.Candidate) bool {
			return x.ID == c.ID && x.Probability > c.Probability
		})
	})
}

// without takes a claim out of all passages, and passages that have none left.
func without(found []match.Result, id search.ID) []match.Result {
	for i := range found {
		found[i].Candidates = slices.DeleteFunc(found[i].Candidates, func(c match.Candidate) bool { return c.ID == id })
	}
	return slices.DeleteFunc(found, func(r match.Result) bool { return len(r.Candidates) == 0 })
}

// describe reads the claims that were found; those that are gone since are left out.
func (f *Finder) describe(ctx context.Context, found []match.Result, actor factcheck.Actor) ([]MatchedPassage, error) {
	rows, err := f.rows(ctx, found, actor)
	if err != nil {
		return nil, err
	}
	var out []MatchedPassage
	for _, r := range found {
		p := MatchedPassage{Passage: r.Passage}
		for _, c := range r.Candidates {
			if row, ok := rows[factcheck.ClaimID(c.ID)]; ok {
				row.Candidate = c
				p.Claims = append(p.Claims, row)
			}
		}
		if len(p.Claims) > 0 {
			out = append(out, p)
		}
	}
	return out, nil
}

// rows reads the claims of all passages: public ones as readers see them, the others as they are filed.
func (f *Finder) rows(ctx context.Context, found []match.Result, actor factcheck.Actor) (map[factcheck.ClaimID]Matched, error) {
	rows := map[factcheck.ClaimID]Matched{}
	var ids []factcheck.ClaimID
	for _, r := range found {
		for _, c := range r.Candidates {
			id := factcheck.ClaimID(c.ID)
			if _, known := rows[id]; !known && len(ids) < store.MaxOf {
				rows[id] = Matched{}
				ids = append(ids, id)
			}
		}
	}
	clear(rows)
	docs, err := f.cfg.Store.DocumentsOf(ctx, ids, store.ListFilter{Publisher: store.AnyPublisher})
	if err != nil {
		return nil, err
	}
	for _, d := range docs {
		row, err := matchedOf(d)
		if err != nil {
			return nil, err
		}
		rows[d.Claim] = row
	}
	if len(docs) == len(ids) {
		return rows, nil
	}
	filed, err := f.cfg.Store.ClaimsOf(ctx, actor, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range filed {
		if _, public := rows[c.ID]; !public {
			rows[c.ID] = Matched{Claim: c.ID, Slug: c.Slug, Text: c.Text, Language: c.Language, Stage: c.Stage}
		}
	}
	return rows, nil
}

// matchedOf returns what a public document says of its claim.
func matchedOf(d store.Document) (Matched, error) {
	var c document.Claim
	if err := json.Unmarshal(d.Stored, &c); err != nil {
		return Matched{}, fmt.Errorf("read the document of %s: %w", d.Claim, err)
	}
	m := Matched{Claim: d.Claim, Slug: d.Slug, Text: c.Text, Language: c.Language}
	if v, ok := c.Lead(); ok {
		m.Verdict = Verdict{Label: v.Rating.Label, State: v.State, Publisher: v.Publisher.Site, House: v.Origin != string(factcheck.OriginImported)}
		if v.Rating.Truth != nil {
			m.Verdict.Truth = *v.Rating.Truth
		}
	}
	return m, nil
}
