package finder

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// matcherName names the matcher in what it suggests. Another one looks at texts anew.
	matcherName = "linear-1"
	// maxSuggested is how many claims of one text are handed to the store, which keeps the best that were not decided.
	maxSuggested = 60
	// maxOthers is how many further passages of one claim are named.
	maxOthers = 5
)

// Suggest looks which claims an article makes and keeps them as suggestions, with a proposed stance each. It links nothing.
// Doing it again changes nothing. CodeUnavailable (ErrWarming) while the index warms; CodeNotFound if there is no such article;
// CodeConflict if its text is changed at this moment. For those who may make suggestions (factcheck.SuggestClaims). It costs
// as many matches as the text has sentences, and four queries.
func (f *Finder) Suggest(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID) (store.Suggested, error) {
	if err := factcheck.Permit(actor, factcheck.SuggestClaims); err != nil {
		return store.Suggested{}, err
	}
	public, private, ok, err := f.Working(ctx, actor)
	if err != nil {
		return store.Suggested{}, err
	}
	if !ok {
		return store.Suggested{}, ErrWarming
	}
	a, err := f.cfg.Store.MatchableArticle(ctx, actor, article)
	if err != nil {
		return store.Suggested{}, err
	}
	exclude := make(map[search.ID]bool, len(a.Linked)+len(a.Accepted))
	for _, id := range slices.Concat(a.Linked, a.Accepted) {
		exclude[search.ID(id)] = true
	}
	text := a.Text[:min(len(a.Text), match.MaxTextBytes)]
	found, err := f.matched(ctx, text, match.Options{Language: a.Language, Exclude: func(id search.ID) bool { return exclude[id] }}, public, private)
	if err != nil {
		return store.Suggested{}, err
	}
	look := factcheck.Look{Text: a.Text, Matcher: matcherName, Passages: passagesOf(text, found)}
	look.Found, err = f.propose(ctx, actor, a, byClaim(text, found))
	if err != nil {
		return store.Suggested{}, err
	}
	return f.cfg.Store.SuggestClaims(ctx, actor, article, look)
}

// passagesOf returns the words of all passages of a text, those that were matched as a whole too.
func passagesOf(text string, found []match.Result) []string {
	all := match.Passages(text)
	out := make([]string, 0, len(all)+len(found))
	for _, p := range all {
		out = append(out, p.Text)
	}
	for _, r := range found {
		out = append(out, wordsAt(text, r.Passage))
	}
	return out
}

// claimed is a claim with the passages that make it, the likeliest first.
type claimed struct {
	id       factcheck.ClaimID
	best     match.Candidate
	passage  match.Passage
	passages []match.Passage // all others
}

// byClaim turns what passages make round into what makes each claim, the likeliest claim first.
func byClaim(text string, found []match.Result) []claimed {
	at := map[search.ID]int{}
	var out []claimed
	for _, r := range found {
		if len(wordsAt(text, r.Passage)) == 0 {
			continue
		}
		for _, c := range r.Candidates {
			i, known := at[c.ID]
			switch {
			case !known:
				at[c.ID] = len(out)
				out = append(out, claimed{id: factcheck.ClaimID(c.ID), best: c, passage: r.Passage})
			case better(c, out[i].best):
				out[i].passages = append(out[i].passages, out[i].passage)
				out[i].best, out[i].passage = c, r.Passage
			default:
				out[i].passages = append(out[i].passages, r.Passage)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b claimed) int {
		return cmp.Or(cmp.Compare(b.best.Probability, a.best.Probability), cmp.Compare(b.best.Score, a.best.Score), slices.Compare(a.id[:], b.id[:]))
	})
	return out[:min(len(out), maxSuggested)]
}

func better(a, b match.Candidate) bool {
	return cmp.Or(cmp.Compare(a.Probability, b.Probability), cmp.Compare(a.Score, b.Score)) > 0
}

// wordsAt returns the words of a passage as they stand in the text, without the comma before a closing quotation mark.
func wordsAt(text string, p match.Passage) string {
	start, end := max(p.Start, 0), min(p.End, len(text))
	if start >= end {
		return ""
	}
	return strings.TrimRight(strings.TrimSpace(text[start:end]), ",;: ")
}

// propose adds a stance to each claim.
func (f *Finder) propose(ctx context.Context, actor factcheck.Actor, a store.MatchableArticle, all []claimed) ([]factcheck.SuggestionInput, error) {
	ids := make([]factcheck.ClaimID, 0, len(all))
	for _, c := range all {
		ids = append(ids, c.id)
	}
	rows, err := f.cfg.Store.StanceClaims(ctx, actor, a.ID, ids)
	if err != nil {
		return nil, err
	}
	known := make(map[factcheck.ClaimID]store.StanceClaim, len(rows))
	for _, r := range rows {
		known[r.ID] = r
	}
	checks := checkedBy(a)
	out := make([]factcheck.SuggestionInput, 0, len(all))
	for _, c := range all {
		claim, there := known[c.id]
		in, ok := suggestionOf(a.Text, c)
		if !there || !ok {
			continue
		}
		stance := match.ProposeStance(match.StanceInput{
			Text: a.Text, Passage: c.passage, Claim: claim.Text, Claimant: claim.Claimant, Title: a.Title, Author: a.Author, Handle: a.Handle,
			Language: a.Language, Checks: checks(claim.Text), Earlier: claim.Earlier,
		})
		if verbatim(in.Anchor.Quote, claim.Text) && !c.best.Why.Differs() {
			in.Reading = factcheck.MatchSame
		}
		in.Stance, in.Reason = stance.Stance, stance.Reason
		in.Why.Cues, in.Why.Speaker = stance.Cues, stance.Speaker
		out = append(out, in)
	}
	return out, nil
}

// suggestionOf returns what the matcher found of one claim, without a stance.
func suggestionOf(text string, c claimed) (factcheck.SuggestionInput, bool) {
	quote := wordsAt(text, c.passage)
	start := c.passage.Start + strings.Index(text[max(c.passage.Start, 0):min(c.passage.End, len(text))], quote)
	if factcheck.CheckText("quote", quote, factcheck.MaxQuote) != nil || quote == "" {
		return factcheck.SuggestionInput{}, false
	}
	in := factcheck.SuggestionInput{
		Claim: c.id, Anchor: ingest.AnchorAt(text, start, start+len(quote)), Score: c.best.Score, Probability: min(max(c.best.Probability, 0), 1),
		Reading: factcheck.MatchReading(c.best.Reading), Why: whyOf(c.best.Why),
	}
	for _, p := range c.passages[:min(len(c.passages), maxOthers)] {
		apart := p.End <= start || p.Start >= start+len(quote) // a quotation and its sentence are one place
		if other := wordsAt(text, p); other != "" && apart {
			in.Why.Others = append(in.Why.Others, factcheck.OtherPassage{Quote: other, Start: p.Start, End: p.End})
		}
	}
	return in, true
}

// whyOf returns the matcher's reasons as they are kept.
func whyOf(w match.Why) factcheck.MatchWhy {
	return factcheck.MatchWhy{Words: w.Words, Names: w.Names, Numbers: w.Numbers, ClaimNumbers: w.OtherNumbers, TextNumbers: w.TextNumbers, Negated: w.Negated}
}

// checkedBy returns a function that says whether the page states, in its markup, a fact-check of a claim in such words.
func checkedBy(a store.MatchableArticle) func(claim string) bool {
	d, err := ingest.ReadDetails(a.Found)
	if err != nil || len(d.Checks) == 0 { // an older release may have written it; there is nothing to go by then
		return func(string) bool { return false }
	}
	return func(claim string) bool {
		return slices.ContainsFunc(d.Checks, func(r exchange.Record) bool { return alike(r.Text, claim) })
	}
}

// alike reports whether at least half of the words of the shorter of two sentences stand in the other.
func alike(a, b string) bool {
	first, second, shared := sharedWords(a, b)
	short := min(first, second)
	return short > 0 && 2*shared >= short
}

// verbatim reports whether two sentences have nearly the same words: of all, 85 in 100. The matcher weighs rare words and is
// unsure where a claim has none; that two sentences are one it need not guess.
func verbatim(a, b string) bool {
	first, second, shared := sharedWords(a, b)
	return shared > 3 && 100*shared >= 85*(first+second-shared)
}

// sharedWords counts the different words of two sentences, and those that both have.
func sharedWords(a, b string) (first, second, shared int) {
	words := func(s string) map[string]bool {
		out := map[string]bool{}
		for _, w := range strings.FieldsFunc(exchange.NormaliseText(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
			out[w] = true
		}
		return out
	}
	one, other := words(a), words(b)
	for w := range one {
		if other[w] {
			shared++
		}
	}
	return len(one), len(other), shared
}
