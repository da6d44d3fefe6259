package pgserver

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// provisioned asks, from any database of the cluster, whether everything that
// provision does is done. The last thing it does is to take the rights on the
// database from PUBLIC, so an interrupted provision is seen.
const provisioned = `
SELECT (SELECT count(*) = 2 FROM pg_roles
         WHERE rolname IN ($2, $3) AND rolcanlogin AND NOT rolsuper AND NOT rolcreaterole
           AND NOT rolcreatedb AND NOT rolreplication AND NOT rolbypassrls)
   AND NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $3)
   AND EXISTS (SELECT FROM pg_database
         WHERE datname = $1 AND pg_get_userbyid(datdba) = $2
           AND EXISTS (SELECT FROM aclexplode(datacl) a
                        WHERE pg_get_userbyid(a.grantee) = $3 AND a.privilege_type = 'CONNECT')
           AND NOT EXISTS (SELECT FROM aclexplode(datacl) a WHERE a.grantee = 0))`

// EnsureDatabase makes sure that a database with the owner and the rights that
// Open gives to DatabaseName exists, for a restore that is only tried out and
// for tests. It may be called for an existing one and changes nothing in it.
func (s *Server) EnsureDatabase(ctx context.Context, name string) error {
	conn, err := s.layout.connect(ctx)
	if err != nil {
		return err
	}
	if err := s.layout.ensureDatabase(ctx, conn, name); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	if err := conn.Close(ctx); err != nil {
		return fmt.Errorf("close a connection: %w", err)
	}
	return nil
}

// ensureDatabase makes sure of the roles and of one database. When all is well
// it costs one query. conn is one of SuperRole to another database.
func (l layout) ensureDatabase(ctx context.Context, conn *pgx.Conn, name string) error {
	var done bool
	if err := conn.QueryRow(ctx, provisioned, name, OwnerRole, AppRole).Scan(&done); err != nil {
		return fmt.Errorf("look for database %s and its roles: %w", name, err)
	}
	if done {
		return nil
	}
	if err := provisionRoles(ctx, conn); err != nil {
		return err
	}
	database := pgx.Identifier{name}.Sanitize()
	var exists bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&exists); err != nil {
		return fmt.Errorf("look for database %s: %w", name, err)
	}
	create := "CREATE DATABASE " + database + " OWNER " + OwnerRole + " TEMPLATE template0"
	if exists {
		create = "ALTER DATABASE " + database + " OWNER TO " + OwnerRole
	}
	if _, err := conn.Exec(ctx, create); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	if err := l.openSchema(ctx, name); err != nil {
		return err
	}
	for _, sql := range []string{
		"GRANT CONNECT ON DATABASE " + database + " TO " + AppRole,
		"REVOKE ALL ON DATABASE " + database + " FROM PUBLIC",
	} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("set the rights on database %s: %w", name, err)
		}
	}
	return nil
}

// provisionRoles creates the two roles, or takes from existing ones what they
// must not have.
func provisionRoles(ctx context.Context, conn *pgx.Conn) error {
	for _, role := range []string{OwnerRole, AppRole} {
		var exists bool
		if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)`, role).Scan(&exists); err != nil {
			return fmt.Errorf("look for role %s: %w", role, err)
		}
		verb := "CREATE"
		if exists {
			verb = "ALTER"
		}
		sql := verb + " ROLE " + role + " LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("provide role %s: %w", role, err)
		}
	}
	rows, err := conn.Query(ctx, `SELECT pg_get_userbyid(m.roleid) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = $1`, AppRole)
	if err != nil {
		return fmt.Errorf("look for memberships of %s: %w", AppRole, err)
	}
	granted, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for memberships of %s: %w", AppRole, err)
	}
	for _, role := range granted {
		if _, err := conn.Exec(ctx, "REVOKE "+pgx.Identifier{role}.Sanitize()+" FROM "+AppRole); err != nil {
			return fmt.Errorf("take membership in %s from %s: %w", role, AppRole, err)
		}
	}
	return nil
}

// openSchema lets AppRole use the public schema of a database and nobody but
// the owner create in it.
func (l layout) openSchema(ctx context.Context, database string) error {
	conn, err := pgx.Connect(ctx, l.dsn(SuperRole, database))
	if err != nil {
		return fmt.Errorf("connect to database %s: %w", database, err)
	}
	_, err = conn.Exec(ctx, "ALTER SCHEMA public OWNER TO "+OwnerRole+
		"; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO "+AppRole)
	if err != nil {
		return errors.Join(fmt.Errorf("set the rights on schema public of %s: %w", database, err), conn.Close(ctx))
	}
	if err := conn.Close(ctx); err != nil {
		return fmt.Errorf("close a connection: %w", err)
	}
	return nil
}
