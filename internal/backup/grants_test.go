package backup_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// What the server's administrator let a role of theirs read is still so after a restore, and nothing else came with it.
func TestARestoreKeepsTheServersOwnGrants(t *testing.T) {
	t.Parallel()
	admin, reader := storetest.Admin(t), "reader_"+strings.ToLower(rand.Text())[:12]
	check(t, exec(t.Context(), admin, `CREATE ROLE `+reader))
	// Last, when all databases that know it are gone.
	t.Cleanup(func() { check(t, exec(context.Background(), admin, `DROP ROLE `+reader)) })
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	out := d.written(t)
	owner := d.srv.Owner(d.srv.Database)
	check(t, exec(t.Context(), owner, `GRANT CONNECT ON DATABASE `+pgx.Identifier{d.srv.Database}.Sanitize()+` TO `+reader, `GRANT USAGE ON SCHEMA public TO `+reader,
		`CREATE TABLE reports (n int)`, `GRANT SELECT ON reports TO `+reader, `GRANT SELECT ON claim_documents TO `+reader+` WITH GRANT OPTION`,
		`GRANT SELECT (id, slug) ON claims TO `+reader, `GRANT INSERT ON changes TO touchstone_app`))
	d.closed(t)
	_, err := backup.Restore(t.Context(), d.srv, out.File, d.opts)
	check(t, err)

	conn := connect(t, owner)
	for question, want := range map[string]bool{
		`has_table_privilege('` + reader + `', 'claim_documents', 'SELECT WITH GRANT OPTION')`:                                                                                  true,
		`has_column_privilege('` + reader + `', 'claims', 'slug', 'SELECT')`:                                                                                                    true,
		`has_column_privilege('` + reader + `', 'claims', 'text', 'SELECT')`:                                                                                                    false,
		`has_table_privilege('` + reader + `', 'verdict_versions', 'SELECT')`:                                                                                                   false,
		`has_table_privilege('touchstone_app', 'changes', 'INSERT')`:                                                                                                            false, // that one is ours to say
		`EXISTS (SELECT FROM pg_database d, aclexplode(d.datacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE d.datname = current_database() AND r.rolname = '` + reader + `')`: true,
		`EXISTS (SELECT FROM pg_namespace n, aclexplode(n.nspacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE n.nspname = 'public' AND r.rolname = '` + reader + `')`:          true,
	} {
		var got bool
		check(t, conn.QueryRow(t.Context(), `SELECT `+question).Scan(&got))
		if got != want {
			t.Errorf("%s: got %v, want %v", question, got, want)
		}
	}
}
