package backup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// CreateDatabase is Server.Provide for a server that is not ours: it makes an empty database as the role of admin. It
// fails with CodeForbidden when that role may not.
func CreateDatabase(ctx context.Context, admin, database string) error {
	return within(ctx, admin, func(conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{database}.Sanitize()+` TEMPLATE template0 ENCODING 'UTF8'`)
		if sqlState(err) == "42501" {
			var role string
			if err := conn.QueryRow(ctx, `SELECT quote_ident(current_user)`).Scan(&role); err != nil {
				role = "that role"
			}
			return &factcheck.Error{Code: factcheck.CodeForbidden, Err: err, Message: fmt.Sprintf(
				"restoring needs a database beside the one in use, and the server does not let %s make one: as its administrator run ALTER ROLE %s CREATEDB, or set TOUCHSTONE_MIGRATE_URL to a role that may", role, role)}
		}
		if err != nil {
			return fmt.Errorf("create database %s: %w", database, err)
		}
		return nil
	})
}

// drop drops a database that this package made.
func drop(ctx context.Context, srv Server, database string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, `DROP DATABASE IF EXISTS `+pgx.Identifier{database}.Sanitize()+` WITH (FORCE)`); err != nil {
			return fmt.Errorf("drop database %s: %w", database, err)
		}
		return nil
	})
}

// databases lists the databases of the server whose names begin so, with their sizes; -1 where it may not be asked.
func databases(ctx context.Context, conn *pgx.Conn, prefix string) ([]Kept, error) {
	rows, err := conn.Query(ctx, `SELECT d.datname, CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) ELSE -1 END,
		EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid) FROM pg_database d WHERE starts_with(d.datname, $1) AND NOT d.datistemplate ORDER BY 1`, prefix)
	if err != nil {
		return nil, fmt.Errorf("list the databases: %w", err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Kept])
	if err != nil {
		return nil, fmt.Errorf("list the databases: %w", err)
	}
	return out, nil
}

// sweepScratch drops what killed restores have left. It is only in the way, so failing is no reason to stop.
func sweepScratch(ctx context.Context, srv Server) {
	var names []string
	err := within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		found, err := databases(ctx, conn, clip(srv.Database)+"_")
		for _, d := range found {
			if scratchPattern(srv.Database).MatchString(d.Name) && !d.Busy {
				names = append(names, d.Name)
			}
		}
		return err
	})
	for _, name := range names {
		err = errors.Join(err, drop(ctx, srv, name))
	}
	_ = err // see above
}

// leavePatience is how long a connection that was just closed may still be seen.
const leavePatience = 3 * time.Second

// alone fails with CodeConflict when anybody else is connected to the newsroom's database.
func alone(ctx context.Context, srv Server) error {
	return within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		deadline := time.Now().Add(leavePatience)
		for {
			rows, err := conn.Query(ctx, `SELECT DISTINCT coalesce(nullif(application_name, ''), 'a program without a name') FROM pg_stat_activity
				WHERE datname = $1 AND pid <> pg_backend_pid() AND coalesce(backend_type, 'client backend') = 'client backend' ORDER BY 1`, srv.Database)
			if err != nil {
				return fmt.Errorf("ask who is connected: %w", err)
			}
			who, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				return fmt.Errorf("ask who is connected: %w", err)
			}
			if len(who) == 0 {
				return nil
			}
			if time.Now().After(deadline) {
				return factcheck.Conflict("the database is in use (%s); stop serve and worker first, and restore then", strings.Join(who, ", "))
			}
			if _, err := conn.Exec(ctx, `SELECT pg_sleep(0.05)`); err != nil {
				return fmt.Errorf("ask who is connected: %w", err)
			}
		}
	})
}

const keptMark = "_before_restore_"

// swap gives the restored database the newsroom's name, and that one another, both or neither. It returns the name under
// which the former database is kept; one with nothing in it is not.
func swap(ctx context.Context, srv Server, fresh string, worthless bool, at time.Time) (string, error) {
	kept := clip(srv.Database) + keptMark + at.UTC().Format("20060102150405")
	err := within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		tx, err := conn.Begin(ctx)
		if err != nil {
			return unavailable("begin to swap the databases", err)
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // after the commit it does nothing
		for _, names := range [][2]string{{srv.Database, kept}, {fresh, srv.Database}} {
			_, err := tx.Exec(ctx, `ALTER DATABASE `+pgx.Identifier{names[0]}.Sanitize()+` RENAME TO `+pgx.Identifier{names[1]}.Sanitize())
			switch sqlState(err) {
			case "":
			case "55006": // object_in_use
				return factcheck.Conflict("somebody began to use the database; stop serve and worker first, and restore then")
			case "42501": // insufficient_privilege
				return &factcheck.Error{Code: factcheck.CodeForbidden, Err: err, Message: fmt.Sprintf(
					"the role of the restore may not rename database %s: it must own it", names[0])}
			}
			if err != nil {
				return fmt.Errorf("rename database %s: %w", names[0], err)
			}
		}
		return tx.Commit(ctx)
	})
	if err != nil {
		return "", err
	}
	if worthless {
		return "", drop(ctx, srv, kept)
	}
	return kept, nil
}

// Kept is a database that a restore has replaced and kept.
type Kept struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"` // -1 when it may not be asked
	Busy  bool   `json:"-"`     // somebody is connected
}

// KeptDatabases lists the databases that restores have replaced.
func KeptDatabases(ctx context.Context, srv Server) ([]Kept, error) {
	var out []Kept
	err := within(ctx, srv.Admin, func(conn *pgx.Conn) error {
		var err error
		out, err = databases(ctx, conn, clip(srv.Database)+keptMark)
		return err
	})
	return out, err
}

// DropKept drops the databases that restores have replaced, and returns which.
func DropKept(ctx context.Context, srv Server) ([]Kept, error) {
	kept, err := KeptDatabases(ctx, srv)
	if err != nil {
		return nil, err
	}
	for i, k := range kept {
		if err := drop(ctx, srv, k.Name); err != nil {
			return kept[:i], err
		}
	}
	return kept, nil
}
