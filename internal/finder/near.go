package finder

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/search"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// maxNear is how many claims like a text are shown to whoever is about to file it.
	maxNear = 6
	// sentenceWords is from how many words on what somebody typed is a sentence, and matched, not searched.
	sentenceWords = 6
)

// Near is a claim that is like a text, public or not.
type Near struct {
	store.NearClaim
	Reading     factcheck.MatchReading // empty for a claim that was searched for and is neither
	Probability float32
	Why         factcheck.MatchWhy
}

// Stops reports whether filing stops at the claim until a person says that it is not the same, because.
func (n Near) Stops() bool {
	return n.Reason == "" && (n.Exact || n.Reading == factcheck.MatchSame)
}

// Nearby is what is like a text.
type Nearby struct {
	Claims []Near // those in the very words first, then the likeliest
	// Warming says that there is no index yet: only claims in the very words are known, or what the store's search finds.
	Warming     bool
	Corrections []search.Correction // words of a search that no claim has, and what was searched instead
}

// Near returns the claims that are like a text somebody is about to file, whatever their stage and language: those in the very
// words, and what the matcher calls the same or related. For those who may see the newsroom. It costs one match and four
// queries.
func (f *Finder) Near(ctx context.Context, actor factcheck.Actor, text, language string) (Nearby, error) {
	var out Nearby
	if err := factcheck.CheckText("text", text, factcheck.MaxClaimText); err != nil {
		return out, err
	}
	public, private, ok, err := f.Working(ctx, actor)
	if err != nil {
		return out, err
	}
	var found []match.Candidate
	if out.Warming = !ok; ok {
		found = f.matcher.Match(text, match.Options{Limit: maxNear, Language: language}, public, private)
		found = slices.DeleteFunc(found, func(c match.Candidate) bool { return c.Reading == match.None })
	}
	out.Claims, err = f.nearClaims(ctx, actor, text, language, found)
	return out, err
}

// nearClaims reads the claims that were matched, and those in the very words of a text.
func (f *Finder) nearClaims(ctx context.Context, actor factcheck.Actor, text, language string, found []match.Candidate) ([]Near, error) {
	ids := make([]factcheck.ClaimID, 0, len(found))
	for _, c := range found {
		ids = append(ids, factcheck.ClaimID(c.ID))
	}
	rows, err := f.cfg.Store.NearClaims(ctx, actor, text, language, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Near, 0, len(rows))
	for _, r := range rows {
		n := Near{NearClaim: r}
		if i := slices.Index(ids, r.ID); i >= 0 {
			n.Probability, n.Why = found[i].Probability, whyOf(found[i].Why)
			if found[i].Reading != match.None {
				n.Reading = factcheck.MatchReading(found[i].Reading)
			}
			if verbatim(text, r.Text) && !found[i].Why.Differs() {
				n.Reading = factcheck.MatchSame
			}
		}
		if n.Exact {
			n.Reading, n.Probability = factcheck.MatchSame, 1
		}
		out = append(out, n)
	}
	return out, nil
}

// CheckDistinct returns a CodeConflict error, in the field not_same, if one of the claims is the same and distinct does not say
// why it is not.
func (n Nearby) CheckDistinct(distinct []factcheck.Distinction) error {
	for _, c := range n.Claims {
		if c.Stops() && !slices.ContainsFunc(distinct, func(d factcheck.Distinction) bool { return d.Claim == c.ID && strings.TrimSpace(d.Reason) != "" }) {
			return &factcheck.Error{Code: factcheck.CodeConflict, Field: "not_same", Message: "this claim seems to be here already; link to it, or say why yours is not the same"}
		}
	}
	return nil
}

// LookUp returns up to limit claims, public or not, that a person of the newsroom means by what they typed: an id, the address
// of a claim's page, a few words, or a whole sentence, which is matched. While the index warms, the store's search answers. For
// those who may see the newsroom. CodeInvalid for more than a claim's text. Four queries at most.
func (f *Finder) LookUp(ctx context.Context, actor factcheck.Actor, typed string, limit int) (Nearby, error) {
	typed = strings.TrimSpace(typed)
	public, private, ok, err := f.Working(ctx, actor)
	if typed == "" {
		return Nearby{}, err
	}
	if err != nil {
		return Nearby{}, err
	}
	if _, perr := factcheck.ParseClaimID(typed); perr == nil || !ok || strings.Contains(typed, "/claims/") || wordless(typed) {
		listed, err := f.cfg.Store.FindClaims(ctx, actor, typed, limit)
		if err != nil {
			return Nearby{}, err
		}
		ids := make([]factcheck.ClaimID, 0, len(listed))
		for _, c := range listed {
			ids = append(ids, c.ID)
		}
		out, err := f.lookedUp(ctx, actor, ids, nil)
		out.Warming = !ok
		return out, err
	}
	if err := factcheck.CheckText("find", typed, factcheck.MaxClaimText); err != nil {
		return Nearby{}, err
	}
	if len(strings.Fields(typed)) >= sentenceWords {
		found := f.matcher.Match(typed, match.Options{Limit: limit}, public, private)
		ids := make([]factcheck.ClaimID, 0, len(found))
		for _, c := range found {
			ids = append(ids, factcheck.ClaimID(c.ID))
		}
		return f.lookedUp(ctx, actor, ids, found)
	}
	answer, err := search.Search(search.Query{Text: typed, Limit: limit}, public, private)
	if err != nil {
		return Nearby{}, fmt.Errorf("look claims up: %w", err)
	}
	out, err := f.lookedUp(ctx, actor, claimIDs(answer.Hits), nil)
	out.Corrections = answer.Corrections
	return out, err
}

// lookedUp reads claims that were found, in their order; of those that were matched, with the reading.
func (f *Finder) lookedUp(ctx context.Context, actor factcheck.Actor, ids []factcheck.ClaimID, found []match.Candidate) (Nearby, error) {
	rows, err := f.cfg.Store.FoundClaims(ctx, actor, ids)
	if err != nil {
		return Nearby{}, err
	}
	var out Nearby
	for _, r := range rows {
		n := Near{NearClaim: store.NearClaim{FoundClaim: r}}
		for _, c := range found {
			if factcheck.ClaimID(c.ID) == r.ID && c.Reading != match.None {
				n.Reading, n.Probability, n.Why = factcheck.MatchReading(c.Reading), c.Probability, whyOf(c.Why)
			}
		}
		out.Claims = append(out.Claims, n)
	}
	return out, nil
}
