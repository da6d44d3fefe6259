package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/demo"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

type demoCmd struct {
	config.ServerFlags
}

// Run serves the demonstration newsroom. It has a data directory of its own, unless one is set.
func (c *demoCmd) Run(ctx context.Context, a *app) error {
	a.common.Demo = true
	level := slog.LevelInfo
	if strings.TrimSpace(a.common.LogLevel) == "" && !strings.EqualFold(a.common.LogFormat, "json") {
		level = slog.LevelWarn // the sign-ins should stay in sight
	}
	cfg, set, err := config.CheckAll(a.common, c.ServerFlags, level)
	if err != nil {
		return err
	}
	a.setLog(cfg)
	set.BackupEvery = 0 // there is nothing in it that could not be made again
	return a.withDatabase(ctx, cfg, pgserver.Own, func(d *database) error {
		clock := &demo.Clock{}
		db, err := a.openDemo(ctx, d, clock)
		if err != nil {
			return err
		}
		defer closeStore(db)
		if err := a.playDemo(ctx, db, clock); err != nil {
			return err
		}
		signIns, err := freshSignIns(ctx, db)
		if err != nil {
			return err
		}
		s := a.newService(d, db, set)
		return s.serve(ctx, func() error { return a.printSignIns(s.set.PublicURL, signIns) })
	})
}

// openDemo opens a database that is the demonstration's, or nobody's yet, and marks it. One whose first start was
// interrupted is begun anew.
func (a *app) openDemo(ctx context.Context, d *database, clock *demo.Clock) (*store.DB, error) {
	schema, err := store.SchemaOf(ctx, d.ownerURL())
	if err != nil {
		return nil, err
	}
	if schema.Used && !schema.Demo {
		return nil, factcheck.Conflict("%s has a newsroom in it, and is no demonstration's; give the demonstration a directory or database of its own", d.name())
	}
	if schema.Demo && schema.Used {
		begun, err := store.BeginDemoAnew(ctx, d.ownerURL())
		if err != nil {
			return nil, err
		}
		if begun {
			schema = store.Schema{Fresh: true, Pending: 1}
		}
	}
	if _, err := d.migrate(ctx, schema, migrateOptions{actor: factcheck.System()}); err != nil {
		return nil, err
	}
	db, err := d.store(ctx, storeOptions{conns: d.conns(), now: clock.Now})
	if err != nil {
		return nil, err
	}
	if err := db.MarkDemo(ctx, factcheck.Operator()); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// playDemo fills the database the first time.
func (a *app) playDemo(ctx context.Context, db *store.DB, clock *demo.Clock) error {
	loaded, err := db.DemoLoaded(ctx)
	if err != nil || loaded {
		return err
	}
	bar := a.newBar("setting up the demonstration newsroom", 1, nothing)
	err = demo.Play(ctx, db, clock, time.Now(), func(done, total int) {
		bar.max(int64(total))
		bar.set(int64(done), "")
	})
	bar.done()
	if err != nil {
		return fmt.Errorf("set up the demonstration: %w", err)
	}
	return db.NoteDemoLoaded(ctx, factcheck.Operator())
}

// signIns are the passwords and the key of one start.
type signIns struct {
	people []signIn
	key    string
}

type signIn struct{ email, name, role, password string }

// demoKey is the name of the demonstration's key.
const demoKey = "demonstration"

// freshSignIns gives everybody a new password and makes a new key; those of the last start are no longer good.
func freshSignIns(ctx context.Context, db *store.DB) (signIns, error) {
	var out signIns
	op := factcheck.Operator()
	people, err := db.Persons(ctx, op)
	if err != nil {
		return out, err
	}
	hasher := auth.NewPasswords(1)
	owner := ""
	for _, p := range people {
		if p.DisabledAt != nil {
			continue
		}
		password := auth.NewPassword()
		hash, err := hasher.Hash(ctx, password, p.Email, p.Name)
		if err != nil {
			return out, err
		}
		if err := db.SetPassword(ctx, op, p.ID, hash); err != nil {
			return out, err
		}
		if p.SecondFactor() != "" { // what a visitor set up must not keep the next one out
			if err := db.DropFactors(ctx, op, p.ID); err != nil {
				return out, err
			}
		}
		if p.Role != factcheck.RoleChecker {
			owner = p.Email
		}
		out.people = append(out.people, signIn{email: p.Email, name: p.Name, role: string(p.Role), password: password})
	}
	keys, err := db.Keys(ctx, op)
	if err != nil {
		return out, err
	}
	for _, k := range keys {
		if k.Name == demoKey && k.RevokedAt == nil {
			if err := db.RevokeKey(ctx, op, k.ID); err != nil {
				return out, err
			}
		}
	}
	scopes := []factcheck.Scope{factcheck.ScopeManage}
	if owner == "" {
		scopes = []factcheck.Scope{factcheck.ScopeRead}
	}
	_, out.key, err = db.CreateKey(ctx, op, store.KeyInput{Name: demoKey, Scopes: scopes, Owner: owner})
	return out, err
}

// printSignIns prints what the visitor needs.
func (a *app) printSignIns(address string, in signIns) error {
	if err := say(a.stdout, "\n  The demonstration newsroom is at   %s\n  Those who work in it sign in at    %s/sign-in\n", address, address); err != nil {
		return err
	}
	rows := [][]string{{"  sign in as", "password", "", ""}}
	for _, p := range in.people {
		rows = append(rows, []string{"  " + p.email, p.password, p.role, p.name})
	}
	if err := table(a.stdout, rows); err != nil {
		return err
	}
	return say(a.stdout, "\n  API key  %s\n\n  Passwords and key are new at each start. Ctrl-C stops everything.\n", in.key)
}
