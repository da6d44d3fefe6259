package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func migrate(ctx context.Context, url string) (int, error) {
	return store.Migrate(ctx, url, slog.New(slog.DiscardHandler))
}

func TestMigrateTakesAnEmptyDatabaseAllTheWayOnce(t *testing.T) {
	t.Parallel()
	url, _ := storetest.Database(t, false)
	before, err := store.Migrations(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range before {
		if m.Applied {
			t.Errorf("%s is applied in an empty database", m.Name)
		}
	}
	if tables := queryStrings(t, url, `SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`); len(tables) > 0 {
		t.Errorf("asking for the state made the tables %v", tables)
	}
	steps, err := migrate(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if steps <= len(before) {
		t.Errorf("got %d steps, want the schema's %d and the job queue's", steps, len(before))
	}
	again, err := migrate(t.Context(), url)
	if err != nil || again != 0 {
		t.Errorf("the second time: got %d steps, %v; want none", again, err)
	}
	after, err := store.Migrations(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range after {
		if !m.Applied || m.AppliedAt.IsZero() || m.Version != int64(i)+1 || m.Name != before[i].Name {
			t.Errorf("got %+v at place %d", m, i)
		}
	}
}

// Four instances start at once on an empty database: together they take each step once, and all of them can work.
func TestInstancesThatMigrateAtOnce(t *testing.T) {
	t.Parallel()
	url, app := storetest.Database(t, false)
	var wg sync.WaitGroup
	steps := make([]int, 4)
	errs := make([]error, len(steps))
	for i := range steps {
		wg.Go(func() { steps[i], errs[i] = migrate(t.Context(), url) })
	}
	wg.Wait()
	total := 0
	for i := range steps {
		if errs[i] != nil {
			t.Errorf("instance %d: %v", i, errs[i])
		}
		total += steps[i]
	}
	alone, _ := storetest.Database(t, false)
	want, err := migrate(t.Context(), alone)
	if err != nil || total != want {
		t.Errorf("they took %d steps together, want %d (%v)", total, want, err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: app})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.SetHouse(t.Context(), factcheck.Operator(), store.House{Name: "Desk", Site: "desk.example"}); err != nil {
		t.Errorf("the database does not work: %v", err)
	}
}

// A migration that is stopped half-way leaves nothing that the next one trips over.
func TestInterruptedMigrationIsTakenUpAgain(t *testing.T) {
	t.Parallel()
	url, _ := storetest.Database(t, false)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := migrate(ctx, url); err == nil {
		t.Error("a migration without time went through")
	}
	if _, err := migrate(t.Context(), url); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// Where the server allows no second role, all runs under the one there is, and the guards hold all the same.
func TestServerWithASingleRole(t *testing.T) {
	t.Parallel()
	url, _ := storetest.Database(t, false)
	role := singleRole(t, url)
	if _, err := migrate(t.Context(), role); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{URL: role})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	ctx, op := t.Context(), factcheck.Operator()
	if err := db.SetHouse(ctx, op, store.House{Name: "Desk", Site: "desk.example"}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.InstallScales(ctx, op); err != nil {
		t.Fatal(err)
	}
	conn := sqlConn(t, role)
	for _, attack := range []string{`DELETE FROM audit`, `TRUNCATE scales CASCADE`, `UPDATE scale_labels SET label = 'x'`} {
		_, err := conn.Exec(ctx, attack)
		wantSQLState(t, attack, err, "23000")
	}
}

// singleRole hands the database to a role of its own that can neither create roles nor is a member of the program's, and
// returns the URL as that role.
func singleRole(t *testing.T, url string) string {
	t.Helper()
	super := strings.Replace(url, "touchstone_owner", "postgres", 1)
	cfg, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	role := "single_" + cfg.Database
	conn, err := pgx.Connect(t.Context(), super)
	if err != nil {
		t.Skipf("this server has no superuser to make another role with: %v", err)
	}
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		_, err := conn.Exec(ctx, `REASSIGN OWNED BY `+role+` TO postgres; DROP OWNED BY `+role+`; ALTER DATABASE `+cfg.Database+` OWNER TO postgres; DROP ROLE `+role)
		if err != nil {
			t.Logf("drop the role: %v", err)
		}
		_ = conn.Close(ctx)
	})
	_, err = conn.Exec(t.Context(), `CREATE ROLE `+role+` LOGIN NOCREATEROLE; ALTER DATABASE `+cfg.Database+` OWNER TO `+role+`; ALTER SCHEMA public OWNER TO `+role)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(url, cfg.User, role, 1)
}

func TestEveryForeignKeyHasAnIndex(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	bare := queryStrings(t, env.OwnerURL, `
		SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint c
		WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text NOT LIKE 'river%'
		AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.conrelid AND i.indpred IS NULL
			AND (SELECT array_agg(k ORDER BY k) FROM unnest((i.indkey::int2[])[0:cardinality(c.conkey) - 1]) AS k)
			  = (SELECT array_agg(k ORDER BY k) FROM unnest(c.conkey) AS k))`)
	for _, fk := range bare {
		t.Errorf("%s has no index: a delete or join on the other side scans the whole table", fk)
	}
	if n := queryStrings(t, env.OwnerURL, `SELECT count(*)::text FROM pg_constraint WHERE contype = 'f'`); n[0] == "0" {
		t.Error("there are no foreign keys: the test looks at nothing")
	}
}

func TestSchemaKeepsItsConventions(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	for rule, query := range map[string]string{
		"no soft delete": `SELECT attrelid::regclass || '.' || attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'river%' AND attname ~ 'deleted'`,
		"times have a zone": `SELECT attrelid::regclass || '.' || attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT IN ('goose_db_version') AND atttypid = 'timestamp'::regtype AND attnum > 0`,
		"texts have no width of their own": `SELECT attrelid::regclass || '.' || attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
			WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'river%' AND atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND attnum > 0`,
		"a table has a primary key": `SELECT oid::regclass::text FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
			AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`,
		"a function with its owner's rights names its search path": `SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
			AND prosecdef AND NOT coalesce(array_to_string(proconfig, ',') LIKE 'search_path=public, pg_temp%', false)`,
		"no guard is switched off": `SELECT tgrelid::regclass || ' ' || tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O' AND tgrelid::regclass::text NOT LIKE 'river%'`,
	} {
		for _, x := range queryStrings(t, env.OwnerURL, query) {
			t.Errorf("%s: not so %s", rule, x)
		}
	}
}

// The program's role works with rows and owns nothing: it can neither switch a guard off nor get around one.
func TestProgramsRoleCannotSwitchGuardsOff(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	conn := sqlConn(t, env.URL)
	// Granting oneself what one has not is a warning in PostgreSQL, no error: what follows shows that it came to nothing.
	if _, err := conn.Exec(t.Context(), `GRANT ALL ON changes, feed, audit, redactions, redaction_passes TO touchstone_app`); err != nil {
		t.Log(err)
	}
	for _, attack := range []string{
		`ALTER TABLE verdict_versions DISABLE TRIGGER ALL`, `ALTER TABLE sources DISABLE TRIGGER sources_guard`,
		`DROP TRIGGER verdict_versions_guard ON verdict_versions`, `DROP FUNCTION refuse() CASCADE`, `DROP TABLE changes`,
		`CREATE OR REPLACE FUNCTION redacting() RETURNS boolean LANGUAGE sql AS 'SELECT true'`, `ALTER FUNCTION redacting() OWNER TO touchstone_app`,
		`CREATE FUNCTION public.mine() RETURNS boolean LANGUAGE sql AS 'SELECT true'`, `CREATE TABLE public.mine (id int)`,
		`SET session_replication_role = replica`, `SET ROLE touchstone_owner`, `RESET ROLE; ALTER TABLE audit DISABLE TRIGGER ALL`,
		`ALTER TABLE audit DROP CONSTRAINT audit_pkey`, `ALTER ROLE touchstone_app SUPERUSER`,
		`TRUNCATE verdict_versions CASCADE`, `TRUNCATE audit`, `TRUNCATE changes CASCADE`,
		`INSERT INTO changes (seq, type, at, claim_id) SELECT 2, 'verdict.updated', now(), claim_id FROM changes`, `UPDATE changes SET at = now()`, `DELETE FROM changes`,
		`UPDATE feed SET seq = 0`, `UPDATE feed SET epoch = 'x'`, `DELETE FROM feed`,
		`UPDATE audit SET action = 'x'`, `DELETE FROM audit`, `UPDATE scales SET name = 'x'`, `UPDATE scale_labels SET label = 'x'`, `DELETE FROM scale_labels`,
		`INSERT INTO redaction_passes (proposal_id) SELECT id FROM proposals`, `DELETE FROM redactions`,
		`INSERT INTO redactions SELECT * FROM redactions`, `UPDATE goose_db_version SET is_applied = false`, `DELETE FROM goose_db_version`,
		`DELETE FROM people`, `DELETE FROM claims`, `DELETE FROM verdicts`, `DELETE FROM claim_states`, `DELETE FROM claim_slugs`, `UPDATE claim_slugs SET slug = 'x'`,
		`UPDATE verdict_versions SET answer = 'Yes.'`, `DELETE FROM verdict_versions`, `UPDATE sources SET quote = 'x'`, `DELETE FROM sources`,
	} {
		_, err := conn.Exec(t.Context(), attack)
		wantSQLState(t, attack, err, "42501", "23000") // insufficient_privilege, or a guard
	}
	if got := queryStrings(t, env.URL, `SELECT current_user::text`); got[0] != store.AppRole {
		t.Errorf("the attacks ran as %s, want %s", got[0], store.AppRole)
	}
	if v, err := env.DB.States(t.Context(), onlyClaim(t, env)); err != nil || len(v) != 1 {
		t.Errorf("after the attacks: got %d states, %v", len(v), err)
	}
}

// The owner's role has all rights; the guards stand in its way too, as long as it leaves them on.
func TestGuardsHoldAgainstTheOwner(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	env.Published(t, "The mayor has resigned.", "False")
	conn := sqlConn(t, env.OwnerURL)
	for _, attack := range []string{
		`UPDATE verdict_versions SET answer = 'Yes.'`, `DELETE FROM verdict_versions`, `TRUNCATE verdict_versions CASCADE`,
		`UPDATE sources SET quote = 'x'`, `DELETE FROM sources`, `TRUNCATE sources CASCADE`, `UPDATE changes SET at = now()`, `DELETE FROM changes`,
		`TRUNCATE changes CASCADE`, `UPDATE feed SET seq = 0`, `DELETE FROM feed`, `UPDATE audit SET action = 'x'`, `DELETE FROM audit`, `TRUNCATE audit`,
		`UPDATE scales SET name = 'x'`, `UPDATE scale_labels SET truth = 'true'`, `DELETE FROM scale_labels`, `TRUNCATE scale_labels CASCADE`,
		`INSERT INTO scale_labels (scale_id, position, label) SELECT id, 99, 'Iffy' FROM scales LIMIT 1`,
		`DELETE FROM people`, `DELETE FROM claims`, `DELETE FROM verdicts`, `DELETE FROM claim_states`, `UPDATE claim_states SET note = 'x'`, `DELETE FROM claim_slugs`,
		`DELETE FROM redactions`, `TRUNCATE redactions CASCADE`,
	} {
		_, err := conn.Exec(t.Context(), attack)
		wantSQLState(t, attack, err, "23000")
	}
}

// wantSQLState checks that the database refused what was tried, for one of the reasons.
func wantSQLState(t *testing.T, what string, err error, states ...string) {
	t.Helper()
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok || !slices.Contains(states, pg.Code) {
		t.Errorf("%s: got %v, want SQLSTATE %v", what, err, states)
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	t.Parallel()
	_, err := store.Open(t.Context(), store.Options{URL: "postgres://desk:hunter2@127.0.0.1:1/x?connect_timeout=1"})
	wantCode(t, err, factcheck.CodeUnavailable)
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error tells the password: %v", err)
	}
	_, err = store.Open(t.Context(), store.Options{URL: "postgres://desk:hunter2@[::1/x"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v, want an error without the password", err)
	}
}

// onlyClaim returns the one claim there is.
func onlyClaim(t *testing.T, env *storetest.Env) factcheck.ClaimID {
	t.Helper()
	var id factcheck.ClaimID
	if err := sqlConn(t, env.URL).QueryRow(t.Context(), `SELECT id FROM claims`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// queryStrings returns the one text column of a query, sorted.
func queryStrings(t *testing.T, url, query string, args ...any) []string {
	t.Helper()
	rows, err := sqlConn(t, url).Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	slices.Sort(out)
	return out
}

func TestMigrationsAreNumberedWithoutGaps(t *testing.T) {
	t.Parallel()
	url, _ := storetest.Database(t, false)
	steps, err := store.Migrations(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	var got, want []int64
	for i, m := range steps {
		got, want = append(got, m.Version), append(want, int64(i)+1)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the numbers differ (-want +got):\n%s", diff)
	}
}
