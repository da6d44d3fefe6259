package store_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/redact"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// copyDatabase copies a test's database as a backup would, and returns the owner's URL of the copy. All connections to the
// original are cut for it.
func copyDatabase(t *testing.T, env *storetest.Env) string {
	t.Helper()
	cfg, err := pgx.ParseConfig(env.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	copied := cfg.Database + "_copy"
	admin := sqlConn(t, storetest.Admin(t))
	env.DB.Pool().Reset()
	if _, err := admin.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1`, cfg.Database); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(t.Context(), `CREATE DATABASE `+copied+` OWNER `+cfg.User+` TEMPLATE `+cfg.Database+` STRATEGY file_copy`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		conn, err := pgx.Connect(ctx, storetest.Admin(t))
		if err == nil {
			_, err = conn.Exec(ctx, `DROP DATABASE `+copied+` WITH (FORCE)`)
		}
		if err != nil {
			t.Logf("drop the copy: %v", err)
		}
	})
	return strings.Replace(env.OwnerURL, cfg.Database, copied, 1)
}

func TestRedactionIsReplayedOnARestoredBackup(t *testing.T) {
	t.Parallel()
	d := newDoxxed(t)
	ctx, op := t.Context(), factcheck.Operator()
	asOwner(t, d.Env, `DELETE FROM claim_words WHERE claim_id = $1`, d.control)
	backup := copyDatabase(t, d.Env)
	ok(t, d.DB.DecideProposal(ctx, d.Editor, d.propose(t), true))
	want := everywhere(t, d.OwnerURL)
	after := public(t, d.Env, d.claim)

	// What is carried over is written to a file, say, and holds no text.
	list := must[[]store.Redaction](t)(d.DB.Redactions(ctx, op))
	raw, err := json.Marshal(list)
	if err != nil || strings.Contains(string(raw), "Lane") || len(list) < 40 {
		t.Fatalf("got %d redactions, %v: %.300s", len(list), err, raw)
	}
	list = nil
	ok(t, json.Unmarshal(raw, &list))

	restored, err := store.Open(ctx, store.Options{URL: backup, Logger: slog.New(slog.DiscardHandler), Now: d.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer restored.Close()
	// The waiting version is a draft in the one and waits in the other, but nothing of the passage is in either.
	asOwner(t, &storetest.Env{OwnerURL: backup}, `UPDATE proposals SET decision = 'refused', decided_by = $1, decided_at = now(), passage = '' WHERE decision = 'open'`, d.Editor.Person)
	n, err := restored.ReplayRedactions(ctx, op, list)
	if err != nil || n != len(list) {
		t.Fatalf("got %d replacements, %v; want %d", n, err, len(list))
	}
	if diff := cmp.Diff(want, everywhere(t, backup)); diff != "" {
		t.Errorf("what is left differs from the original (-original +replayed):\n%s", diff)
	}
	doc := must[store.Document](t)(restored.ClaimByID(ctx, d.claim))
	if diff := cmp.Diff(after, ptr(decode(t, doc.Stored, after.Seq))); diff != "" {
		t.Errorf("the public document differs (-original +replayed):\n%s", diff)
	}
	again, err := restored.ReplayRedactions(ctx, op, list)
	if err != nil || again != 0 {
		t.Errorf("again: got %d, %v; want nothing to do", again, err)
	}
	// The restored database knows what was done in it, so that it can be carried over to the next.
	if diff := cmp.Diff(len(list), len(must[[]store.Redaction](t)(restored.Redactions(ctx, op)))); diff != "" {
		t.Errorf("redactions kept differ:\n%s", diff)
	}
}

// The edition of a backup holds what was redacted later, though only an earlier version ever said it and no page reads differently.
func TestReplayRecallsWhatEditionsHold(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	draft := env.Draft("False")
	draft.Answer = "No. The baker of Mill Lane is no spy."
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, env.Claim(t, "The baker is a spy."), draft))
	publish := func() {
		v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
		v = must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	}
	publish()
	v = must[store.Version](t)(env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionClarification, "Where the baker lives is nobody's business."))
	v = must[store.Version](t)(env.DB.ReviseDraft(ctx, env.Checker, v.Claim, func(now factcheck.Draft) (factcheck.Draft, error) {
		now.Answer = "No. He is no spy."
		return now, nil
	}))
	publish()
	asOwner(t, env, `INSERT INTO editions (month, made_at, epoch, seq, at, package) VALUES ('2025-06-01', now(), 'x', 2, now(), '{}')`)
	backup := copyDatabase(t, env)
	id := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Mill Lane", Class: factcheck.RedactPrivateData, Reason: "asked to"}))
	ok(t, env.DB.DecideProposal(ctx, env.Editor, id, true))
	restored := must[*store.DB](t)(store.Open(ctx, store.Options{URL: backup, Logger: slog.New(slog.DiscardHandler), Now: env.Clock.Now}))
	defer restored.Close()
	if n := must[int](t)(restored.ReplayRedactions(ctx, factcheck.Operator(), must[[]store.Redaction](t)(env.DB.Redactions(ctx, factcheck.Operator())))); n == 0 {
		t.Fatal("the test shows nothing: nothing was replayed")
	}
	var recalled bool
	ok(t, restored.Pool().QueryRow(ctx, `SELECT EXISTS (SELECT FROM edition_recalls WHERE claim_id = $1 AND reason = 'redaction')`, v.Claim).Scan(&recalled))
	if !recalled {
		t.Error("the edition of the backup is served with what was redacted")
	}
}

func ptr[T any](v T) *T { return &v }

// Who does not own the tables cannot replay: what is replayed was decided elsewhere.
func TestReplayIsTheOwners(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	claim := env.Claim(t, "The baker of Mill Lane is a spy.")
	list := []store.Redaction{{
		ID: factcheck.RedactionID{1}, Proposal: factcheck.ProposalID{1}, Claim: claim, Reason: factcheck.RedactSafety, Notice: "[removed: safety]", Place: "claims.text", Row: claim.UUID(),
		Was: ask[[]byte](t, env, `SELECT sha256(convert_to(text, 'UTF8')) FROM claims`), Spans: []redact.Span{{Start: 14, Len: 9}},
	}}
	_, err := env.DB.ReplayRedactions(ctx, factcheck.Operator(), list)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.ReplayRedactions(ctx, env.Admin, list)
	wantCode(t, err, factcheck.CodeForbidden)
	owner, err := store.Open(ctx, store.Options{URL: env.OwnerURL})
	if err != nil {
		t.Fatal(err)
	}
	defer owner.Close()
	// A claim that the backup does not know, and a field that is not what it was, are left alone.
	other := list[0]
	other.ID, other.Claim, other.Row = factcheck.RedactionID{2}, factcheck.ClaimID{7}, factcheck.ClaimID{7}.UUID()
	changed := list[0]
	changed.ID, changed.Was = factcheck.RedactionID{3}, make([]byte, 32)
	n, err := owner.ReplayRedactions(ctx, factcheck.Operator(), []store.Redaction{other, changed, list[0]})
	if err != nil || n != 1 {
		t.Errorf("got %d, %v; want 1", n, err)
	}
	if got := ask[string](t, env, `SELECT text FROM claims`); got != "The baker of [removed: safety] is a spy." {
		t.Errorf("got %q", got)
	}
	if n, err := owner.ReplayRedactions(ctx, factcheck.Operator(), nil); err != nil || n != 0 {
		t.Errorf("nothing to replay: got %d, %v", n, err)
	}
}
