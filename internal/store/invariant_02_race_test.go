package store_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// interference is what somebody does while a version is being approved.
type interference struct {
	name string
	sql  []string
}

func interferences() []interference {
	reopen := `UPDATE verdict_versions SET state = 'draft', version = version + 1, edited_by = {by_editor} WHERE id = {version} AND state = 'submitted'`
	return []interference{
		{"the draft's text is edited by the approver", []string{reopen, `UPDATE verdict_versions SET answer = 'x', version = version + 1 WHERE id = {version} AND state = 'draft'`}},
		{"a source is edited", []string{reopen, `UPDATE sources SET quote = 'x' WHERE id = {source} AND EXISTS (SELECT FROM verdict_versions v WHERE v.id = {version} AND v.state = 'draft')`}},
		{"a source is added by the approver", []string{reopen, `INSERT INTO sources (id, version_id, position, kind, bearing, edited_by)
			SELECT gen_random_uuid(), id, 9, 'primary', 'for', {by_editor} FROM verdict_versions WHERE id = {version} AND state = 'draft'`}},
		{"a source is deleted", []string{reopen, `DELETE FROM sources WHERE id = {source} AND EXISTS (SELECT FROM verdict_versions v WHERE v.id = {version} AND v.state = 'draft')`}},
		{"the claim's text is edited by the approver", []string{`UPDATE claims SET text = 'x', version = version + 1, edited_by = {by_editor} WHERE id = {claim}`}},
		{"a wording is added by the approver", []string{`INSERT INTO wordings (claim_id, language, text, edited_by) VALUES ({claim}, 'de', 'x', {by_editor})`}},
		{"the approver is disabled", []string{`UPDATE people SET disabled_at = now() WHERE id = {editor}`}},
		{"the approver is made a checker", []string{`UPDATE people SET role = 'checker' WHERE id = {editor}`}},
		{"it is sent back", []string{`UPDATE verdict_versions SET state = 'draft', version = version + 1 WHERE id = {version} AND state = 'submitted'`}},
	}
}

// Whatever somebody does while a version is being approved either comes first, and then the approval is refused or sees it,
// or comes after, and then it finds a published version.
func TestInvariant02ApprovalAgainstAnEditThatCameFirst(t *testing.T) {
	t.Parallel()
	for _, in := range interferences() {
		t.Run(in.name, func(t *testing.T) {
			t.Parallel()
			b, v := submitted(t)
			edit, err := b.app.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := b.try(t, edit, in.sql); err != nil {
				t.Fatal(err)
			}
			approved := b.approve(t, v)
			waitForLock(t, b.owner, approved.done)
			if err := edit.Commit(t.Context()); err != nil {
				t.Fatal(err)
			}
			<-approved.done
			if code := factcheck.CodeOf(approved.err); code != factcheck.CodeConflict && code != factcheck.CodeForbidden && code != factcheck.CodeUnauthenticated {
				t.Errorf("got %v, want the approval refused: the edit came first", approved.err)
			}
			if state := b.value(t, `SELECT state FROM verdict_versions WHERE id = $1`, v.ID); state == "published" {
				t.Error("it was published over the edit")
			}
			auditLedger(t, b.owner)
		})
	}
}

func TestInvariant02ApprovalAgainstAnEditThatCameAfter(t *testing.T) {
	t.Parallel()
	for _, in := range interferences() {
		t.Run(in.name, func(t *testing.T) {
			t.Parallel()
			b, v := submitted(t)
			// The approval has done all but take its number in the feed.
			hold, err := b.owner.Begin(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := hold.Exec(t.Context(), `SELECT FROM feed FOR UPDATE`); err != nil {
				t.Fatal(err)
			}
			watch := connect(t, b.OwnerURL)
			approved := b.approve(t, v)
			waitForLock(t, watch, approved.done)
			edited := make(chan struct{})
			go func() {
				defer close(edited)
				_ = pgx.BeginFunc(t.Context(), b.app, func(tx pgx.Tx) error { return b.try(t, tx, in.sql) }) // refused or not: the audit judges
			}()
			waitForLocks(t, watch, 2, edited)
			if err := hold.Rollback(t.Context()); err != nil {
				t.Fatal(err)
			}
			<-approved.done
			<-edited
			if approved.err != nil {
				t.Errorf("got %v, want the approval, which came first", approved.err)
			}
			auditLedger(t, b.owner)
		})
	}
}

// pending is a call that goes on beside the test.
type pending struct {
	done chan struct{}
	err  error
}

func (b *battle) approve(t *testing.T, v store.Version) *pending {
	return begin(func() error {
		_, err := b.DB.ApproveVerdict(t.Context(), b.Editor, v.ID, v.Hash)
		return err
	})
}

func begin(f func() error) *pending {
	p := &pending{done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = f()
	}()
	return p
}

// race runs the calls at once and returns how many succeeded; the others must fail with one of the codes.
func race(t *testing.T, codes []factcheck.Code, calls ...func(context.Context) error) int {
	t.Helper()
	var (
		start sync.WaitGroup
		all   []*pending
		won   int
	)
	start.Add(1)
	for _, call := range calls {
		all = append(all, begin(func() error {
			start.Wait()
			return call(t.Context())
		}))
	}
	start.Done()
	for _, p := range all {
		<-p.done
		if p.err == nil {
			won++
			continue
		}
		ok := false
		for _, c := range codes {
			ok = ok || factcheck.CodeOf(p.err) == c
		}
		if !ok {
			t.Errorf("got %v (%s), want success or one of %v", p.err, factcheck.CodeOf(p.err), codes)
		}
	}
	return won
}

func TestInvariant02TwoApproversPublishOnce(t *testing.T) {
	t.Parallel()
	b, v := submitted(t)
	approve := func(who factcheck.Actor) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := b.DB.ApproveVerdict(ctx, who, v.ID, v.Hash)
			return err
		}
	}
	won := race(t, []factcheck.Code{factcheck.CodeConflict}, approve(b.Editor), approve(b.Editor2), approve(b.Admin), approve(b.Editor))
	if won != 1 {
		t.Errorf("got %d approvals, want 1", won)
	}
	if n := b.value(t, `SELECT count(*)::text FROM changes`); n != "1" {
		t.Errorf("got %s changes, want 1", n)
	}
	auditLedger(t, b.owner)
}

// Everything that can happen to a verdict at once: whoever wins, the ledger holds, and nobody gets an internal error.
func TestInvariant02EverythingAtOnce(t *testing.T) {
	t.Parallel()
	b, v := submitted(t)
	env, db := b.Env, b.DB
	codes := []factcheck.Code{factcheck.CodeConflict, factcheck.CodeForbidden}
	for round := range 3 {
		v, err := db.NewsroomVersion(t.Context(), env.Checker, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		claim, err := db.NewsroomClaim(t.Context(), env.Checker, v.Claim)
		if err != nil {
			t.Fatal(err)
		}
		race(t, codes,
			func(ctx context.Context) error {
				_, err := db.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
				return err
			},
			func(ctx context.Context) error {
				_, err := db.ApproveVerdict(ctx, env.Editor2, v.ID, v.Hash)
				return err
			},
			func(ctx context.Context) error { return db.SendBack(ctx, env.Admin, v.ID, "Say more.") },
			func(ctx context.Context) error {
				_, err := db.EditDraft(ctx, env.Checker2, v.ID, v.Revision, v.Draft)
				return err
			},
			func(ctx context.Context) error {
				_, err := db.EditDraft(ctx, env.Editor2, v.ID, v.Revision, v.Draft)
				return err
			},
			func(ctx context.Context) error {
				_, err := db.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
				return err
			},
			func(ctx context.Context) error {
				_, err := db.DraftVerdict(ctx, env.Checker, v.Claim, v.Draft)
				return err
			},
			func(ctx context.Context) error {
				return db.EditClaim(ctx, env.Checker2, v.Claim, claim.Revision, factcheck.ClaimInput{Text: "The mayor resigned again.", Language: "en"})
			},
			func(ctx context.Context) error {
				return db.SetWordings(ctx, env.Editor, v.Claim, claim.Revision, []factcheck.Wording{{Language: "de", Text: "Zurückgetreten."}})
			},
			func(ctx context.Context) error {
				_, err := db.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionUpdate, "More.")
				return err
			},
			func(ctx context.Context) error { return db.SuspendVerdict(ctx, env.Editor, v.Verdict, "In doubt.") },
		)
		auditLedger(t, b.owner)
		if t.Failed() {
			t.Fatalf("in round %d", round)
		}
	}
}
