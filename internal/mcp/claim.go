package mcp

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// ClaimInput is what get_claim takes.
type ClaimInput struct {
	Claim string `json:"claim" jsonschema:"id of the claim (claim_…), or the address of its page"`
	AsOf  string `json:"as_of,omitempty" jsonschema:"the claim as its page stood at this moment (2025-06-07T16:40:00Z), or at the end of this day in UTC (2025-06-07); now if absent"`
}

// ClaimOutput is what get_claim answers.
type ClaimOutput struct {
	AsOf      string  `json:"as_of" jsonschema:"the moment that was asked for; now if none was"`
	NoVerdict bool    `json:"no_verdict" jsonschema:"true: no verdict stands at that moment"`
	Note      string  `json:"note"`
	Claim     Claim   `json:"claim"`
	History   []State `json:"history" jsonschema:"the public states of its page up to that moment, oldest first"`
}

// State is one public state of a claim's page.
type State struct {
	N         int    `json:"n"`
	At        string `json:"at"`
	What      string `json:"what" jsonschema:"what made it, such as verdict.published, verdict.corrected, verdict.suspended"`
	Rating    string `json:"rating,omitempty" jsonschema:"of the verdict that moved"`
	Publisher string `json:"publisher,omitempty" jsonschema:"whose verdict that is, where it is not the house's"`
	Note      string `json:"note,omitempty"`
}

func (d *Door) getClaim(ctx context.Context, in ClaimInput) (ClaimOutput, []store.Pull, error) {
	out := ClaimOutput{AsOf: d.now(), History: []State{}}
	if err := checkText("claim", in.Claim, maxAddress); err != nil {
		return out, nil, err
	}
	until := time.Time{}
	if in.AsOf != "" {
		var err error
		if until, err = moment("as_of", in.AsOf, true); err != nil {
			return out, nil, err
		}
		out.AsOf = stamp(until)
	}
	doc, err := d.named(ctx, strings.TrimSpace(in.Claim))
	if err != nil {
		return out, nil, err
	}
	took := []store.Pull{{Claim: doc.Claim, Seq: doc.Seq}}
	if !until.IsZero() {
		s, err := d.cfg.Store.StateAsOf(ctx, doc.Claim, until)
		if err != nil {
			return out, nil, err
		}
		doc.Stored, doc.Seq, took = s.Stored, s.Seq, nil // what it said then is not what they hold of it now
	}
	c, err := document.Decode(untagged(doc.Stored), d.cfg.PublicURL, doc.Seq)
	if err != nil {
		return out, nil, err
	}
	out.Claim = claimOf(c)
	out.Claim.Seen = appearancesOf(c)
	if out.History, err = d.history(ctx, doc.Claim, until); err != nil {
		return out, nil, err
	}
	out.NoVerdict, out.Note = judged([]Claim{out.Claim}, "This is what was found.")
	if in.AsOf != "" {
		out.Note += " It is how the page stood at that moment; it may have changed since."
	}
	return out, took, nil
}

// named returns the claim that an id, or the address or last part of the address of its page, names; of one that was merged,
// the one it was merged into.
func (d *Door) named(ctx context.Context, name string) (store.Document, error) {
	if strings.HasPrefix(name, "claim_") {
		var id factcheck.ClaimID
		if err := id.UnmarshalText([]byte(name)); err != nil || id.IsZero() {
			return store.Document{}, factcheck.NotFound("there is no public claim with this id")
		}
		return d.cfg.Store.ClaimByID(ctx, id)
	}
	if _, after, ok := strings.Cut(name, "/claims/"); ok {
		slug, _, _ := strings.Cut(strings.SplitN(after, "?", 2)[0], "/")
		slug, _, _ = strings.Cut(slug, "#")
		var err error
		if name, err = url.PathUnescape(slug); err != nil {
			return store.Document{}, factcheck.NotFound("there is no public claim at this address")
		}
	}
	if err := checkText("claim", name, maxAddress); err != nil || name == "" {
		return store.Document{}, factcheck.NotFound("there is no public claim at this address")
	}
	return d.cfg.Store.ClaimBySlug(ctx, name)
}

func (d *Door) history(ctx context.Context, id factcheck.ClaimID, until time.Time) ([]State, error) {
	states, err := d.cfg.Store.States(ctx, id)
	out := []State{}
	for _, s := range states {
		if until.IsZero() || !s.At.After(until) {
			out = append(out, State{N: s.N, At: stamp(s.At), What: string(s.Type), Rating: s.Label, Publisher: s.Publisher, Note: s.Note})
		}
	}
	return out, err
}

func (o ClaimOutput) text() string {
	w := begin(o.AsOf)
	w.line("%s", o.Note)
	w.claim(1, o.Claim)
	for _, a := range o.Claim.Seen {
		w.line("   Article that %s it (%s): %s %s", a.Stance, a.Correction, quoted(a.Title), a.URL)
	}
	w.line("\nHistory of the page:")
	for _, s := range o.History {
		w.line("   %d. %s %s%s%s", s.N, s.At, s.What, since(" ", passage(s.Rating)), since(" ", passage(s.Note)))
	}
	return w.String()
}
