package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// matchTextCmd matches a text with the claims that are known.
type matchTextCmd struct {
	Text     string `arg:"" name:"text" help:"A sentence, a post or an article; - reads it from standard input."`
	Language string `name:"language" placeholder:"TAG" help:"Language of the text, such as en or pt-BR; found out unless given."`
	Limit    int    `name:"limit" default:"5" help:"Most claims for each passage, 1 to 20."`
	JSON     bool   `name:"json" help:"Print what was found for machines."`
}

// Run prints which claims the text makes, passage by passage. Unpublished claims are looked at too: whoever has a shell on the
// machine may see them.
func (c *matchTextCmd) Run(ctx context.Context, a *app) error {
	switch {
	case c.Limit < 1 || c.Limit > 20:
		return wrongUse("--limit is from 1 to 20, not %d", c.Limit)
	case c.Language != "" && !factcheck.ValidLanguage(c.Language):
		return wrongUse("--language %q is not a language tag; write en, pt-BR or ar", c.Language)
	}
	text := c.Text
	if text == "-" {
		b, err := a.readWhole(ctx, "-", match.MaxTextBytes)
		if err != nil {
			return err
		}
		text = string(b)
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.TrimSpace(text) == "" {
		return wrongUse("there is no text to match")
	}
	return a.withStore(ctx, func(db *store.DB) error {
		found, err := a.matchText(ctx, db, text, match.Options{Language: c.Language, Limit: c.Limit})
		if err != nil {
			return err
		}
		if c.JSON {
			return printJSON(a.stdout, map[string]any{"data": passagesJSON(found)})
		}
		return sayMatches(a.stdout, found)
	})
}

// matchText makes or reads the index, with a bar, and asks it.
func (a *app) matchText(ctx context.Context, db *store.DB, text string, opt match.Options) ([]finder.MatchedPassage, error) {
	cfg, err := a.settings()
	if err != nil {
		return nil, err
	}
	f, err := finder.New(finder.Config{Store: db, Dir: finder.Directory(cfg.DataDir), Logger: a.log})
	if err != nil {
		return nil, err
	}
	bar := a.newBar("reading the claims", -1, inClaims)
	err = f.Warm(ctx, func(done, total int64) {
		bar.max(total)
		bar.set(done, "")
	})
	bar.done()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.MatchWorking(ctx, factcheck.Operator(), text, opt)
}

// sayMatches shows a person which claims were found, and why.
func sayMatches(w io.Writer, found []finder.MatchedPassage) error {
	if len(found) == 0 {
		return say(w, "no known claim: nobody here has filed what this says")
	}
	for i, p := range found {
		if i > 0 {
			if err := say(w, ""); err != nil {
				return err
			}
		}
		if err := say(w, "“%s”%s", printable(beginning(strings.Join(strings.Fields(p.Text), " "), 240)), saidBy(p.Passage)); err != nil {
			return err
		}
		rows := [][]string{}
		for _, c := range p.Claims {
			rows = append(rows, []string{"  " + string(c.Reading), fmt.Sprintf("%.2f", c.Probability), findingOf(c), beginning(c.Text, 160)})
			rows = append(rows, []string{"", "", "", c.Claim.String()})
			if why := whyOf(c.Why); why != "" {
				rows = append(rows, []string{"", "", "", why})
			}
		}
		if err := table(w, rows); err != nil {
			return err
		}
	}
	return nil
}

func saidBy(p match.Passage) string {
	if p.Speaker == "" {
		return ""
	}
	return " — " + printable(p.Speaker)
}

// findingOf says what was found of a claim, or where the work on it stands.
func findingOf(c finder.Matched) string {
	switch v := c.Verdict; {
	case c.Stage != "":
		return "not public (" + strings.ReplaceAll(string(c.Stage), "_", " ") + ")"
	case v.State != "" && v.State != string(factcheck.VerdictCurrent):
		return v.State
	case v.House:
		return v.Label
	default:
		return v.Label + " (" + v.Publisher + ")"
	}
}

// whyOf says what speaks for a match and what against it.
func whyOf(w match.Why) string {
	var parts []string
	add := func(what string, words []string) {
		if len(words) > 0 {
			parts = append(parts, what+" "+strings.Join(words, ", "))
		}
	}
	add("both say", w.Words)
	add("both have", w.Numbers)
	if w.Differs() {
		add("the claim has", w.OtherNumbers)
		add("the text has", w.TextNumbers)
	}
	if w.Negated {
		parts = append(parts, "one of them is negated")
	}
	return strings.Join(parts, "; ")
}

// passagesJSON is what --json prints.
func passagesJSON(found []finder.MatchedPassage) []map[string]any {
	out := []map[string]any{}
	for _, p := range found {
		claims := []map[string]any{}
		for _, c := range p.Claims {
			claims = append(claims, claimJSON(c))
		}
		out = append(out, map[string]any{"passage": p.Text, "start": p.Start, "end": p.End, "quoted": p.Quoted, "speaker": p.Speaker, "claims": claims})
	}
	return out
}

func claimJSON(c finder.Matched) map[string]any {
	out := map[string]any{
		"id": c.Claim, "slug": c.Slug, "text": c.Text, "language": c.Language, "same": c.Reading, "probability": c.Probability, "score": c.Score,
		"stage": c.Stage, "verdict": nil,
		"why": map[string]any{
			"words": list(c.Why.Words), "names": list(c.Why.Names), "numbers": list(c.Why.Numbers),
			"other_numbers": list(c.Why.OtherNumbers), "text_numbers": list(c.Why.TextNumbers), "negated": c.Why.Negated,
		},
	}
	if v := c.Verdict; v.State != "" {
		out["verdict"] = map[string]any{"label": v.Label, "truth": v.Truth, "state": v.State, "publisher": v.Publisher}
	}
	return out
}
