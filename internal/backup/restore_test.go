package backup_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// closed closes the newsroom's own connections, as a restore wants them.
func (d *desk) closed(t *testing.T) {
	t.Helper()
	d.DB.Close()
}

// reopened opens the newsroom's database as the program's role.
func (d *desk) reopened(t *testing.T) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), store.Options{URL: d.URL, Now: d.Clock.Now})
	check(t, err)
	t.Cleanup(db.Close)
	return db
}

func TestVerifyRestoresBesideAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	out := d.written(t)
	got, err := backup.Verify(t.Context(), d.srv, out.File, d.opts)
	check(t, err)
	if !got.Restored || got.Why != "" {
		t.Errorf("got %+v, want it restored", got)
	}
	if diff := cmp.Diff(out.Manifest, got.Manifest); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	if left := scratch(t, d.srv); len(left) != 0 {
		t.Errorf("got databases %v, want none left", left)
	}
}

func TestVerifySaysWhenTheServerAllowsNoSecondDatabase(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	out := d.written(t)
	d.srv.Provide = func(ctx context.Context, database string) error {
		return backup.CreateDatabase(ctx, d.srv.Owner(d.srv.Database), database) // the owner may not
	}
	got, err := backup.Verify(t.Context(), d.srv, out.File, d.opts)
	check(t, err)
	if got.Restored || !strings.Contains(got.Why, "ALTER ROLE "+pgserver.OwnerRole+" CREATEDB") {
		t.Errorf("got %+v, want only the archive looked through, and what the server must allow", got)
	}
	_, err = backup.Restore(t.Context(), d.srv, out.File, d.opts)
	d.closed(t)
	_, err2 := backup.Restore(t.Context(), d.srv, out.File, d.opts)
	wantCode(t, err, factcheck.CodeConflict)
	wantCode(t, err2, factcheck.CodeForbidden)
}

func TestALedgerThatWasTamperedWithIsFound(t *testing.T) {
	t.Parallel()
	for broken, tamper := range map[string]string{
		"approved":            `UPDATE verdict_versions SET approved = approved || ' '`,
		"gaps":                `DELETE FROM changes WHERE seq = 1`,
		"entry in the change": `UPDATE claim_documents SET seq = 7`,
		"their author did":    `UPDATE verdict_versions SET approved_by = submitted_by`,
		"switched off":        `ALTER TABLE audit DISABLE TRIGGER audit_only_grows`,
		"counted from 1":      `UPDATE claim_states SET n = 2`,
		"current version":     `UPDATE verdict_versions SET state = 'draft', n = NULL, published_at = NULL`,
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			env.Published(t, "The mayor of Exampleville has resigned.", "False")
			check(t, backup.CheckLedger(t.Context(), env.OwnerURL))
			name, err := backup.DatabaseOf(env.OwnerURL)
			check(t, err)
			// Only a superuser gets past the guards without leaving them switched off.
			check(t, exec(t.Context(), backup.WithDatabase(storetest.Admin(t), name), `SET session_replication_role = replica`, tamper))
			err = backup.CheckLedger(t.Context(), env.OwnerURL)
			wantCode(t, err, factcheck.CodeInvalid)
			if err == nil || !strings.Contains(err.Error(), broken) {
				t.Errorf("got %v, want it to speak of %q", err, broken)
			}
		})
	}
}

func TestVerifyLooksIntoTheLedger(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	check(t, exec(t.Context(), d.OwnerURL, `ALTER TABLE audit DISABLE TRIGGER audit_only_grows`))
	_, err := backup.Verify(t.Context(), d.srv, d.written(t).File, d.opts)
	wantCode(t, err, factcheck.CodeInvalid)
}

func TestRestoreBringsBackTheMomentInANewEpoch(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	const hash = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	check(t, d.DB.SetPassword(ctx, factcheck.Operator(), d.Checker.Person, hash))
	session, err := d.DB.BeginSession(ctx, d.Checker, store.SessionInput{Proof: store.Proof{Password: hash}})
	check(t, err)
	_, link, err := d.DB.Invite(ctx, d.Admin, store.PersonInput{Email: "nia@desk.example", Role: factcheck.RoleChecker})
	check(t, err)
	out := d.written(t)
	d.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "The date was added.")
	d.closed(t)

	var from, to string
	d.opts.Replay = func(_ context.Context, old, restored string) (int, error) {
		from, to = old, restored
		return 3, nil
	}
	got, err := backup.Restore(ctx, d.srv, out.File, d.opts)
	check(t, err)
	if from != d.srv.Owner(d.srv.Database) || to == from || got.Redactions != 3 {
		t.Errorf("redactions went from %s to %s, %d of them; want from the old to the new, 3", from, to, got.Redactions)
	}
	db := d.reopened(t)
	if _, err := db.SessionActor(ctx, session); factcheck.CodeOf(err) != factcheck.CodeUnauthenticated {
		t.Errorf("got %v, want sessions of before the restore ended", err)
	}
	if _, err := db.EntryLink(ctx, link); factcheck.CodeOf(err) != factcheck.CodeGone {
		t.Errorf("got %v, want links of before the restore taken back", err)
	}
	epoch, seq, _, err := db.Head(ctx)
	check(t, err)
	if epoch != got.Epoch || epoch == out.Manifest.Epoch || seq != 1 {
		t.Errorf("got %s:%d, want the new epoch %s at 1", epoch, seq, got.Epoch)
	}
	var states int
	check(t, db.Pool().QueryRow(ctx, `SELECT count(*) FROM claim_states`).Scan(&states))
	if states != 1 {
		t.Errorf("got %d states, want the one that was saved", states)
	}
	note, err := db.LastBackup(ctx)
	check(t, err)
	if !note.At.Equal(out.Manifest.At) || note.Bytes != out.Bytes {
		t.Errorf("got the last backup at %s with %d bytes, want %s and %d", note.At, note.Bytes, out.Manifest.At, out.Bytes)
	}
	var audits int
	check(t, db.Pool().QueryRow(ctx, `SELECT count(*) FROM audit WHERE action = 'database.restore'`).Scan(&audits))
	if audits != 1 {
		t.Errorf("got %d audit entries of the restore, want 1", audits)
	}

	// The restored newsroom works, and its guards hold, for the program's role and for the owner.
	if _, err := db.DraftCorrection(ctx, d.Checker, v.Verdict, factcheck.CorrectionUpdate, "More is known."); err != nil {
		t.Errorf("the restored newsroom does not work: %v", err)
	}
	for _, url := range []string{d.URL, d.OwnerURL} {
		if err := exec(ctx, url, `UPDATE verdict_versions SET headline = 'x' WHERE state = 'published'`); err == nil {
			t.Error("a published version was changed after the restore")
		}
	}
	if err := exec(ctx, d.URL, `UPDATE feed SET seq = 0`); err == nil {
		t.Error("the program's role may write the feed after the restore")
	}

	kept, err := backup.KeptDatabases(ctx, d.srv)
	check(t, err)
	if len(kept) != 1 || kept[0].Name != got.Kept || kept[0].Bytes <= 0 {
		t.Errorf("got %+v, want the former database kept as %s", kept, got.Kept)
	}
	var n int
	check(t, connect(t, d.srv.Owner(got.Kept)).QueryRow(ctx, `SELECT count(*) FROM changes`).Scan(&n))
	if n != 2 {
		t.Errorf("got %d changes in the former database, want both", n)
	}
	dropped, err := backup.DropKept(ctx, d.srv)
	if err != nil || len(dropped) != 1 {
		t.Errorf("got %v, %v, want one dropped", dropped, err)
	}
}

func TestRestoreIntoAnEmptyInstallationKeepsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	out := d.written(t)
	other := newDesk(t)
	check(t, exec(t.Context(), other.OwnerURL, `DROP SCHEMA public CASCADE`, `CREATE SCHEMA public`))
	other.closed(t)
	other.opts.Replay = func(context.Context, string, string) (int, error) {
		return 0, errors.New("there is nothing to replay")
	}
	got, err := backup.Restore(t.Context(), other.srv, out.File, other.opts)
	check(t, err)
	if got.Kept != "" {
		t.Errorf("kept %s, want nothing", got.Kept)
	}
	if _, err := other.reopened(t).ClaimByID(t.Context(), v.Claim); err != nil {
		t.Errorf("got %v, want the claim", err)
	}
}

func TestRestoreIsRefusedWhileSomebodyIsConnected(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	out := d.written(t)
	conn := connect(t, d.URL+"&application_name=a+reader")
	check(t, conn.Ping(t.Context()))
	d.closed(t)
	_, err := backup.Restore(t.Context(), d.srv, out.File, d.opts)
	wantCode(t, err, factcheck.CodeConflict)
	if err == nil || !strings.Contains(err.Error(), "reader") {
		t.Errorf("got %v, want it to say who", err)
	}
}

func TestAFailedRestoreChangesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	out := d.written(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	d.closed(t)
	d.opts.Replay = func(context.Context, string, string) (int, error) { return 0, errors.New("no") }
	_, err := backup.Restore(ctx, d.srv, out.File, d.opts)
	if err == nil || !strings.Contains(err.Error(), "carry the redactions over: no") {
		t.Fatalf("got %v, want the reason", err)
	}
	if left := scratch(t, d.srv); len(left) != 0 {
		t.Errorf("got databases %v, want none left", left)
	}
	if _, seq, _, err := d.reopened(t).Head(ctx); err != nil || seq != 1 {
		t.Errorf("got seq %d, %v, want the database as it was", seq, err)
	}
}

func TestADemonstrationIsNotRestoredOverANewsroom(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	check(t, exec(t.Context(), d.OwnerURL, `UPDATE installation SET demo = true`))
	out := d.written(t)
	check(t, exec(t.Context(), d.OwnerURL, `UPDATE installation SET demo = false`))
	d.closed(t)
	_, err := backup.Restore(t.Context(), d.srv, out.File, d.opts)
	wantCode(t, err, factcheck.CodeConflict)
}

func TestABackupOfANewerProgramIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	check(t, exec(t.Context(), d.OwnerURL, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`))
	_, err := backup.Verify(t.Context(), d.srv, d.written(t).File, d.opts)
	wantCode(t, err, factcheck.CodeInvalid)
	if err == nil || !strings.Contains(err.Error(), "newer Touchstone") {
		t.Errorf("got %v, want it to name the reason", err)
	}
}

func TestWhatAKilledRestoreLeftIsRemoved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	left := d.srv.Database[:30] + "_restoring_abcdefgh"
	check(t, d.srv.Provide(t.Context(), left))
	if got := scratch(t, d.srv); len(got) != 1 {
		t.Fatalf("got databases %v, want the one that was left", got)
	}
	if _, err := backup.Verify(t.Context(), d.srv, d.written(t).File, d.opts); err != nil {
		t.Error(err)
	}
	if got := scratch(t, d.srv); len(got) != 0 {
		t.Errorf("got databases %v, want none", got)
	}
}

func TestACancelledRestoreLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	out := d.written(t)
	d.closed(t)
	ctx, cancel := context.WithCancel(t.Context())
	d.opts.Progress = func(p backup.Progress) {
		if strings.HasPrefix(p.Doing, "restoring ") {
			cancel()
		}
	}
	began := time.Now()
	if _, err := backup.Restore(ctx, d.srv, out.File, d.opts); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want it cancelled", err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	if left := scratch(t, d.srv); len(left) != 0 {
		t.Errorf("got databases %v, want none left", left)
	}
}
