package main

import (
	"maps"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// digested are the tables that a digest reads: all, but those that what was allowed before writes to a little later.
const digested = `schemaname = 'public' AND tablename NOT IN ('claim_pages', 'claim_pulls', 'feed_pulls', 'key_usage', 'attempts', 'budgets', 'goose_db_version') AND tablename NOT LIKE 'river%'`

// lastDigest is the digest that was read last, and how often anything had been written until then.
type lastDigest struct {
	tables  map[string]string
	touched int64
	query   string // reads it
}

// noteWrites makes every write to a table that is digested draw from a sequence, so that a digest need not read everything again
// where nobody wrote anything: of some thousand refusals hardly one does. Sequences keep what is rolled back, so it may say too
// much, and never too little.
func (g *gate) noteWrites(t *testing.T) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), g.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context()) //nolint:errcheck // nothing is lost with it
	if _, err := conn.Exec(t.Context(), `
		CREATE SEQUENCE gate_touched;
		SELECT nextval('gate_touched'); -- the first draw alone would not move it
		GRANT SELECT ON SEQUENCE gate_touched TO PUBLIC;
		CREATE FUNCTION gate_touch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $touch$
		BEGIN
			PERFORM nextval('gate_touched');
			RETURN NULL;
		END $touch$;
		DO $all$
		DECLARE
			name text;
		BEGIN
			FOR name IN SELECT tablename FROM pg_tables WHERE `+digested+` LOOP
				EXECUTE format('CREATE TRIGGER gate_touched_rows AFTER INSERT OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION gate_touch()', name);
				EXECUTE format('CREATE TRIGGER gate_touched_row AFTER UPDATE ON %I FOR EACH ROW
					WHEN (to_jsonb(OLD) - ''seen_at'' - ''last_used_at'' IS DISTINCT FROM to_jsonb(NEW) - ''seen_at'' - ''last_used_at'') EXECUTE FUNCTION gate_touch()', name);
			END LOOP;
		END $all$`); err != nil {
		t.Fatal(err)
	}
}

// digest returns what stands in the database, but for what reading may note: when a session was last used, and pages that
// are finished and kept.
func (g *gate) digest(t *testing.T) map[string]string {
	t.Helper()
	var touched int64
	if err := g.DB.Pool().QueryRow(t.Context(), `SELECT last_value FROM gate_touched`).Scan(&touched); err != nil {
		t.Fatal(err)
	}
	if g.last.tables == nil || touched != g.last.touched {
		g.last.tables, g.last.touched = g.readDigest(t), touched
	}
	return maps.Clone(g.last.tables)
}

// readDigest reads all tables.
func (g *gate) readDigest(t *testing.T) map[string]string {
	t.Helper()
	rows, err := g.DB.Pool().Query(t.Context(), g.digestSQL(t))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	var table, sum string
	if _, err := pgx.ForEachRow(rows, []any{&table, &sum}, func() error { out[table] = sum; return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// digestSQL is one statement over all tables.
func (g *gate) digestSQL(t *testing.T) string {
	t.Helper()
	if g.last.query != "" {
		return g.last.query
	}
	rows, err := g.DB.Pool().Query(t.Context(), `SELECT format('SELECT %L, count(*) || '' '' || coalesce(sum(hashtext((to_jsonb(x) - ''seen_at'' - ''last_used_at'')::text)), 0) FROM %I x', tablename, tablename)
		FROM pg_tables WHERE `+digested+` ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	g.last.query = strings.Join(all, " UNION ALL ")
	return g.last.query
}

// unchanged reports a change of the database since before.
func (g *gate) unchanged(t *testing.T, what string, before map[string]string) {
	t.Helper()
	for table, sum := range g.digest(t) {
		if before[table] != sum {
			t.Errorf("%s: the table %s changed: got %s, was %s", what, table, sum, before[table])
		}
	}
}
