package store_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// The tests of the eleven invariants, one file each, attack by plain SQL and through the store. Each attack by SQL also
// proves that its guard is what stopped it: with the guard taken away, the same attack gets through.

// noRight is the SQLSTATE of a right the role does not have.
const noRight = "42501"

// attack is one attempt to break a promise by plain SQL.
type attack struct {
	name    string   // a sentence that says what is tried
	sql     []string // one transaction, which commits; {name} stands for the battle's value of that name
	want    string   // name of the guard that refuses, or noRight
	without removal  // takes the guard away
	then    string   // the guard that refuses next; empty: the attack then gets through
}

// battle is a database under attack.
type battle struct {
	*storetest.Env
	values     map[string]string
	silent     bool // attacks write no audit entry; a careful attacker does
	app, owner *pgx.Conn
}

// newBattle connects to the test's database as the program's role and as the owner of the tables.
func newBattle(t *testing.T, env *storetest.Env, values map[string]string) *battle {
	t.Helper()
	return &battle{Env: env, values: values, app: connect(t, env.URL), owner: connect(t, env.OwnerURL)}
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) }) // the database goes too
	return conn
}

// run makes every attack as the program's role, and as the owner where a right is not what stops it. Each must be refused
// by its guard and leave every table as it was.
func (b *battle) run(t *testing.T, attacks []attack) {
	t.Helper()
	b.runAs(t, attacks, false)
}

// runRevoked is run for what the program's role has no right to besides: the owner is refused by the guard.
func (b *battle) runRevoked(t *testing.T, attacks []attack) {
	t.Helper()
	b.runAs(t, attacks, true)
}

func (b *battle) runAs(t *testing.T, attacks []attack, revoked bool) {
	t.Helper()
	before := fingerprint(t, b.owner)
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			want := a.want
			if revoked {
				want = noRight
			}
			b.refused(t, "the program's role", b.app, a.sql, want)
			if a.want != noRight {
				b.refused(t, "the owner", b.owner, a.sql, a.want)
			}
			if diff := cmp.Diff(before, fingerprint(t, b.owner)); diff != "" {
				t.Fatalf("something changed (-before +after):\n%s", diff)
			}
			b.proveGuard(t, a)
		})
	}
}

func (b *battle) refused(t *testing.T, who string, conn *pgx.Conn, statements []string, want string) {
	t.Helper()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err = b.try(t, tx, statements); err == nil {
		err = tx.Commit(t.Context())
	}
	if rerr := tx.Rollback(t.Context()); rerr != nil && !errors.Is(rerr, pgx.ErrTxClosed) {
		t.Fatal(rerr)
	}
	if got := guardOf(err); got != want {
		t.Errorf("as %s: got %v (%s), want to be refused by %s", who, err, got, want)
	}
}

// proveGuard makes the attack without its guard, in a transaction that is rolled back.
func (b *battle) proveGuard(t *testing.T, a attack) {
	t.Helper()
	if a.without.what == "" {
		return
	}
	ctx := t.Context()
	conn := b.owner
	if a.want == noRight {
		conn = b.app
		if err := a.without.do(ctx, b.owner); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if _, err := b.owner.Exec(ctx, a.without.undo); err != nil {
				t.Fatal(err)
			}
		}()
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := tx.Rollback(ctx); err != nil {
			t.Fatal(err)
		}
	}()
	if a.want != noRight {
		if err := a.without.do(ctx, tx); err != nil {
			t.Fatalf("take away %s: %v", a.without.what, err)
		}
	}
	err = b.try(t, tx, append(slices.Clone(a.sql), "SET CONSTRAINTS ALL IMMEDIATE"))
	if got := guardOf(err); got != a.then {
		t.Errorf("without %s: got %v (%s), want %q: the guard is not what stops this attack", a.without.what, err, got, a.then)
	}
	outcome := "gets through without it"
	if a.then != "" {
		outcome = "is stopped by " + a.then + " without it"
	}
	t.Logf("GUARD | %s | %s | %s | %s", t.Name(), a.want, a.without.what, outcome)
}

func (b *battle) try(t *testing.T, tx pgx.Tx, statements []string) error {
	t.Helper()
	pairs := make([]string, 0, 2*len(b.values))
	for _, name := range slices.Sorted(maps.Keys(b.values)) {
		pairs = append(pairs, "{"+name+"}", "'"+b.values[name]+"'")
	}
	if !b.silent {
		statements = append([]string{`INSERT INTO audit (at, actor_id, action, object) VALUES (now(), '` + factcheck.Operator().ID.UUID() + `', 'attack', '')`}, statements...)
	}
	for _, s := range statements {
		if _, err := tx.Exec(t.Context(), strings.NewReplacer(pairs...).Replace(s)); err != nil {
			return err
		}
	}
	return nil
}

// guardOf names what refused: the constraint, or the SQLSTATE where there is none.
func guardOf(err error) string {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &pg):
		return err.Error()
	case pg.ConstraintName != "":
		return pg.ConstraintName
	}
	return pg.Code
}

// execer is a connection or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// removal takes a guard away.
type removal struct {
	what string
	do   func(context.Context, execer) error
	undo string // of a right
}

func statement(what, sql string) removal {
	return removal{what: what, do: func(ctx context.Context, db execer) error {
		_, err := db.Exec(ctx, sql)
		return err
	}}
}

// off switches a trigger off.
func off(table, trigger string) removal {
	return statement("the trigger "+trigger, "ALTER TABLE "+table+" DISABLE TRIGGER "+trigger)
}

// dropped drops a CHECK, UNIQUE or foreign key constraint with what hangs on it.
func dropped(table, constraint string) removal {
	return statement("the constraint "+constraint, "ALTER TABLE "+table+" DROP CONSTRAINT "+constraint+" CASCADE")
}

// granted gives the program's role a right.
func granted(right, table string) removal {
	r := statement("the REVOKE of "+right+" on "+table, "GRANT "+right+" ON "+table+" TO touchstone_app")
	r.undo = "REVOKE " + right + " ON " + table + " FROM touchstone_app"
	return r
}

// silenced takes one check out of a guard's function: everything there that refuses under the constraint's name.
func silenced(function, constraint string) removal {
	what := "the check " + constraint + " in " + function + "()"
	return removal{what: what, do: func(ctx context.Context, db execer) error {
		var def string
		if err := db.QueryRow(ctx, `SELECT pg_get_functiondef($1::regproc)`, function).Scan(&def); err != nil {
			return err
		}
		raise := regexp.MustCompile(`RAISE EXCEPTION (?:'(?:[^']|'')*'|[^;'])*?CONSTRAINT = '` + constraint + `';`)
		loose := raise.ReplaceAllString(def, "NULL;")
		if loose == def {
			return fmt.Errorf("%s refuses nothing as %s", function, constraint)
		}
		_, err := db.Exec(ctx, loose)
		return err
	}}
}

// both takes two guards away that stand for one another.
func both(a, b removal) removal {
	return removal{what: a.what + " and " + b.what, do: func(ctx context.Context, db execer) error {
		return errors.Join(a.do(ctx, db), b.do(ctx, db))
	}}
}

// fingerprint returns a digest of each table.
func fingerprint(t *testing.T, conn *pgx.Conn) map[string]string {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	batch := &pgx.Batch{}
	for _, table := range tables {
		batch.Queue(`SELECT count(*) || ' rows ' || coalesce(md5(string_agg(x::text, '|' ORDER BY x::text)), '') FROM ` + table + ` x`).
			QueryRow(func(row pgx.Row) error {
				var s string
				err := row.Scan(&s)
				out[table] = s
				return err
			})
	}
	if err := conn.SendBatch(t.Context(), batch).Close(); err != nil {
		t.Fatal(err)
	}
	return out
}

// misdeed is one attempt to break a promise through the store.
type misdeed struct {
	name string
	do   func(context.Context) error
	want factcheck.Code
}

// refuses makes every attempt; each must fail with its code and leave every table as it was.
func (b *battle) refuses(t *testing.T, misdeeds []misdeed) {
	t.Helper()
	for _, m := range misdeeds {
		t.Run(m.name, func(t *testing.T) {
			before := fingerprint(t, b.owner)
			wantCode(t, m.do(t.Context()), m.want)
			if diff := cmp.Diff(before, fingerprint(t, b.owner)); diff != "" {
				t.Errorf("something changed (-before +after):\n%s", diff)
			}
		})
	}
}

// value reads one text value as the owner.
func (b *battle) value(t *testing.T, sql string, args ...any) string {
	t.Helper()
	var s string
	if err := b.owner.QueryRow(t.Context(), sql, args...).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// sight is what a public read shows, as text.
type sight string

func (s sight) has(text string) bool {
	return strings.Contains(strings.ToLower(string(s)), strings.ToLower(text))
}

// seen makes a public read and returns all it gave, documents in clear.
func seen(t *testing.T, see func() (any, error)) sight {
	t.Helper()
	got, err := see()
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
		t.Fatal(err)
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var clear any
	if err := json.Unmarshal(raw, &clear); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if b, err := base64.StdEncoding.DecodeString(v); err == nil && len(b) > 0 {
				out.Write(b) // a stored document
			}
			out.WriteString(v + "\n")
		case float64, bool:
			fmt.Fprintln(&out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				walk(v[k])
			}
		}
	}
	walk(clear)
	return sight(out.String())
}
