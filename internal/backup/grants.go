package backup

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// ownGrants lists what the server's administrator let roles of their own do in a database, as statements: on the database,
// the schema, tables, columns, sequences and functions. What the owner and the program's role may is not among it, and
// neither is what everybody may: the migrations say that. $1 is the program's role, $2 the database to grant in.
const ownGrants = `
SELECT format('GRANT %s ON %s TO %I%s', a.privilege_type || o.columns, o.object, r.rolname, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM (
	SELECT 1 AS rank, format('DATABASE %I', $2::text) AS object, '' AS columns, d.datacl AS acl, d.datdba AS owner FROM pg_database d WHERE d.datname = current_database()
	UNION ALL SELECT 2, 'SCHEMA public', '', n.nspacl, n.nspowner FROM pg_namespace n WHERE n.nspname = 'public'
	UNION ALL SELECT 3, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || format('public.%I', c.relname), '', c.relacl, c.relowner
		FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
	UNION ALL SELECT 4, format('TABLE public.%I', c.relname), format(' (%I)', t.attname), t.attacl, c.relowner
		FROM pg_attribute t JOIN pg_class c ON c.oid = t.attrelid WHERE c.relnamespace = 'public'::regnamespace AND t.attacl IS NOT NULL
	UNION ALL SELECT 5, format('FUNCTION public.%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)), '', p.proacl, p.proowner
		FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace) o
CROSS JOIN LATERAL aclexplode(o.acl) a JOIN pg_roles r ON r.oid = a.grantee
WHERE a.grantee <> o.owner AND r.rolname <> $1 AND NOT r.rolsuper ORDER BY o.rank, 1`

// gone are the SQLSTATEs of a grant on something that the restored database does not have, or has under another shape.
var gone = []string{"42P01", "42703", "42883", "42704", "42809"} //nolint:gochecknoglobals // constant list

// carryGrants gives the roles of the server's administrator in the restored database what they had in the one it replaces. A
// backup knows nothing of them, because it may be restored on another server. What cannot be granted is logged and left: a
// report that a restore takes away is asked for again, a restore that fails at it is not there when it is needed.
func (a archive) carryGrants(ctx context.Context, old, restored, database string) error {
	var grants []string
	err := within(ctx, old, func(conn *pgx.Conn) error {
		rows, err := conn.Query(ctx, ownGrants, store.AppRole, database)
		if err == nil {
			grants, err = pgx.CollectRows(rows, pgx.RowTo[string])
		}
		if err != nil {
			return fmt.Errorf("read the grants: %w", err)
		}
		return nil
	})
	if err != nil || len(grants) == 0 {
		return err
	}
	return within(ctx, restored, func(conn *pgx.Conn) error {
		for _, grant := range grants {
			_, err := conn.Exec(ctx, grant)
			switch state := sqlState(err); {
			case err == nil:
			case slices.Contains(gone, state) || state == "42501":
				a.logger().WarnContext(ctx, "a grant of the replaced database was not carried over", "grant", grant, "reason", err.Error())
			default:
				return fmt.Errorf("%s: %w", grant, err)
			}
		}
		return nil
	})
}

func (a archive) logger() *slog.Logger {
	if a.opts.Logger != nil {
		return a.opts.Logger
	}
	return slog.New(slog.DiscardHandler)
}
