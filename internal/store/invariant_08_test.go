package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Invariant 8: two people who edit the same thing: one wins, the other is told and loses no text.

func TestInvariant08NoEditIsUnseenBySQL(t *testing.T) {
	t.Parallel()
	b, _ := submitted(t)
	link := printed(t)
	const versions, claims = "verdict_versions_no_lost_update", "claims_no_lost_update"
	draft := `UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version}`
	b.run(t, []attack{
		{"a draft's text", []string{draft, `UPDATE verdict_versions SET answer = 'x' WHERE id = {version}`}, versions, silenced("verdict_versions_guard", versions), ""},
		{"a draft's text and another revision", []string{draft, `UPDATE verdict_versions SET answer = 'x', version = version - 1 WHERE id = {version}`}, versions, silenced("verdict_versions_guard", versions), ""},
		{"a claim's text", []string{`UPDATE claims SET text = 'x' WHERE id = {claim}`}, claims, silenced("claims_guard", claims), ""},
		{"a claim's place and another revision", []string{`UPDATE claims SET place = 'x', version = version + 7 WHERE id = {claim}`}, claims, silenced("claims_guard", claims), ""},
	})
	const appearances = "appearances_no_lost_update"
	link.run(t, []attack{
		{"a stance", []string{`UPDATE appearances SET stance = 'disputes' WHERE id = {appearance}`}, appearances, silenced("appearances_guard", appearances), "appearances_have_change"},
	})
}

// edit is a use case that takes the revision its editor saw. Each makes its text from who edits.
type edit struct {
	name string
	do   func(ctx context.Context, who factcheck.Actor, revision int) error
	left func(t *testing.T) string // the text that stands
}

func edits(t *testing.T, b newspaper, draft store.Version) []edit {
	t.Helper()
	ctx, db, env := t.Context(), b.DB, b.Env
	topic := must[factcheck.TopicID](t)(db.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Lakes"}))
	claimant := must[factcheck.ClaimantID](t)(db.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Somebody", Kind: factcheck.ClaimantAnonymous}))
	filed := env.Claim(t, "The well is dry.")
	worded := env.Claim(t, "The sea is dry.")
	named := env.Claim(t, "The sky is dry.")
	read := func(query string, args ...any) func(*testing.T) string {
		return func(t *testing.T) string { t.Helper(); return b.value(t, query, args...) }
	}
	return []edit{
		{"a draft", func(ctx context.Context, who factcheck.Actor, revision int) error {
			d := env.Draft("False")
			d.Answer = who.Name
			_, err := db.EditDraft(ctx, who, draft.ID, revision, d)
			return err
		}, read(`SELECT answer FROM verdict_versions WHERE id = $1`, draft.ID)},
		{"a claim", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.EditClaim(ctx, who, filed, revision, factcheck.ClaimInput{Text: who.Name, Language: "en"})
		}, read(`SELECT text FROM claims WHERE id = $1`, filed)},
		{"wordings", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.SetWordings(ctx, who, worded, revision, []factcheck.Wording{{Language: "de", Text: who.Name}})
		}, read(`SELECT string_agg(text, ',') FROM wordings WHERE claim_id = $1`, worded)},
		{"an address", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.RenameSlug(ctx, who, named, revision, fmt.Sprintf("by-%s", map[string]string{"Edda Editor": "edda-editor", "Emil Editor": "emil-editor"}[who.Name]))
		}, read(`SELECT initcap(replace(substr(slug, 4), '-', ' ')) FROM claims WHERE id = $1`, named)},
		{"a stance", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.SetStance(ctx, who, b.appearance, revision, factcheck.AppearanceInput{Stance: factcheck.StanceReports, Quote: who.Name})
		}, read(`SELECT quote FROM appearances WHERE id = $1`, b.appearance)},
		{"a topic", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.RenameTopic(ctx, who, topic, revision, factcheck.TopicInput{Name: who.Name})
		}, read(`SELECT name FROM topics WHERE id = $1`, topic)},
		{"a claimant", func(ctx context.Context, who factcheck.Actor, revision int) error {
			return db.EditClaimant(ctx, who, claimant, revision, factcheck.ClaimantInput{Name: who.Name, Kind: factcheck.ClaimantAnonymous})
		}, read(`SELECT name FROM claimants WHERE id = $1`, claimant)},
	}
}

func TestInvariant08OneOfTwoEditorsWins(t *testing.T) {
	t.Parallel()
	b := printed(t)
	draft, err := b.DB.DraftVerdict(t.Context(), b.Checker, b.Env.Claim(t, "The lake is dry."), b.Draft("False"))
	ok(t, err)
	for _, e := range edits(t, b, draft) {
		t.Run(e.name, func(t *testing.T) {
			winner := make(chan string, 2)
			attempt := func(who factcheck.Actor) func(context.Context) error {
				return func(ctx context.Context) error {
					err := e.do(ctx, who, 1)
					if err == nil {
						winner <- who.Name
					}
					return err
				}
			}
			if won := race(t, []factcheck.Code{factcheck.CodeConflict}, attempt(b.Editor), attempt(b.Editor2)); won != 1 {
				t.Fatalf("got %d who won, want 1", won)
			}
			name := <-winner
			if got := e.left(t); got != name {
				t.Errorf("got %q, want the winner's %q", got, name)
			}
			loser := b.Editor
			if name == loser.Name {
				loser = b.Editor2
			}
			b.refuses(t, []misdeed{{"the other tries again without looking", func(ctx context.Context) error { return e.do(ctx, loser, 1) }, factcheck.CodeConflict}})
			if err := e.do(t.Context(), loser, 2); err != nil {
				t.Errorf("after looking: %v", err)
			}
			if got := e.left(t); got != loser.Name {
				t.Errorf("after looking: got %q, want %q", got, loser.Name)
			}
		})
	}
	auditLedger(t, b.owner)
}
