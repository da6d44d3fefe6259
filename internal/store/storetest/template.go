package storetest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// staffed is this process's template of a database with the newsroom of New in it. It is not shared between processes, whose
// programs may furnish a newsroom each in their own way.
type staffed struct {
	once sync.Once
	name string
	env  Env   // the people
	at   int64 // what the clock stood at, in microseconds
	err  error
	hold *pgx.Conn // holds a lock named like the database for as long as the process lives
}

//nolint:gochecknoglobals // one per process
var newsroom staffed

// of returns the template, made by whichever test comes first.
func (s *staffed) of(t testing.TB, srv *testServer) *staffed {
	t.Helper()
	s.once.Do(func() { s.err = s.make(t, srv) })
	check(t, s.err)
	return s
}

func (s *staffed) make(t testing.TB, srv *testServer) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	empty := srv.template(t)
	var err error
	if s.hold, err = pgx.Connect(ctx, srv.super); err != nil {
		return fmt.Errorf("connect to the tests' PostgreSQL: %w", err)
	}
	if err := sweep(ctx, s.hold); err != nil {
		return err
	}
	s.name = fmt.Sprintf("staffed_%d_%d", os.Getpid(), time.Now().UnixMicro())
	for _, q := range []string{
		fmt.Sprintf(`SELECT pg_advisory_lock(hashtext('%s'))`, s.name),
		fmt.Sprintf(`CREATE DATABASE %s OWNER %s TEMPLATE %s STRATEGY file_copy`, s.name, pgserver.OwnerRole, empty),
	} {
		if _, err := s.hold.Exec(ctx, q); err != nil {
			return fmt.Errorf("make a template with a newsroom: %w", err)
		}
	}
	env, err := open(ctx, srv.dsn(pgserver.OwnerRole, s.name), srv.dsn(pgserver.AppRole, s.name))
	if err != nil {
		return err
	}
	err = env.furnish(ctx)
	env.DB.Close()
	if err != nil {
		return fmt.Errorf("furnish the template: %w", err)
	}
	s.at, s.env = env.Clock.micros.Load(), *env
	_, err = s.hold.Exec(ctx, `ALTER DATABASE `+s.name+` ALLOW_CONNECTIONS false`)
	return err
}

// sweep drops the templates of processes that have ended: nobody holds their locks.
func sweep(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE CASE WHEN datname LIKE 'staffed\_%' THEN pg_try_advisory_lock(hashtext(datname)) END`)
	if err != nil {
		return fmt.Errorf("look for old templates: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("look for old templates: %w", err)
	}
	for _, name := range names {
		if _, err := conn.Exec(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`); err != nil {
			return fmt.Errorf("drop an old template: %w", err)
		}
	}
	_, err = conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	return err
}

// furnish gives an empty database the newsroom of New.
func (e *Env) furnish(ctx context.Context) error {
	op := factcheck.Operator()
	if err := e.DB.SetHouse(ctx, op, store.House{Name: "Test Desk", Site: "desk.example", Licence: "CC-BY-4.0", Language: "en"}); err != nil {
		return err
	}
	if _, err := e.DB.InstallScales(ctx, op); err != nil {
		return err
	}
	var err error
	if e.Scale, _, err = e.DB.HouseScale(ctx); err != nil {
		return err
	}
	for _, p := range []struct {
		actor *factcheck.Actor
		name  string
		role  factcheck.Role
	}{
		{&e.Checker, "Carla Checker", factcheck.RoleChecker}, {&e.Checker2, "Chen Checker", factcheck.RoleChecker},
		{&e.Editor, "Edda Editor", factcheck.RoleEditor}, {&e.Editor2, "Emil Editor", factcheck.RoleEditor},
		{&e.Admin, "Ada Admin", factcheck.RoleAdmin},
	} {
		first, _, _ := strings.Cut(p.name, " ")
		if *p.actor, err = e.DB.AddPerson(ctx, op, store.PersonInput{Email: strings.ToLower(first) + "@desk.example", Name: p.name, Role: p.role}); err != nil {
			return err
		}
	}
	return nil
}
