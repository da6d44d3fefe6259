package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// The names of settings that the program writes for itself.
const (
	settingLastBackup = "last_backup"
	settingDemoLoaded = "demo_loaded"
)

// IsDemo reports whether the database was marked as a demonstration's, which serve refuses to serve.
func (db *DB) IsDemo(ctx context.Context) (bool, error) {
	var demo bool
	err := db.pool.QueryRow(ctx, `SELECT demo FROM installation`).Scan(&demo)
	return demo, translate("ask whether this is a demonstration", err)
}

// MarkDemo marks the database as a demonstration's, for ever. The operator. CodeConflict when somebody works with it
// already: then it is not for playing. Marking it again changes nothing.
func (db *DB) MarkDemo(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.MigrateSchema, "mark the demonstration", func(t *tx) error {
		var demo, used bool
		err := t.pgx.QueryRow(ctx, `SELECT demo, EXISTS (SELECT FROM people) OR EXISTS (SELECT FROM claims) FROM installation FOR UPDATE`).Scan(&demo, &used)
		if err != nil || demo {
			return err
		}
		if used {
			return factcheck.Conflict("this database has people or claims in it and is no demonstration's; give the demonstration one of its own")
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE installation SET demo = true`); err != nil {
			return fmt.Errorf("mark the demonstration: %w", err)
		}
		return t.audit("installation.demo", nil, nil)
	})
}

// DemoLoaded reports whether the demonstration's content went in as a whole.
func (db *DB) DemoLoaded(ctx context.Context) (bool, error) {
	var loaded bool
	err := db.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM settings WHERE name = $1)`, settingDemoLoaded).Scan(&loaded)
	return loaded, translate("ask whether the demonstration is loaded", err)
}

// NoteDemoLoaded notes that the demonstration's content went in as a whole. The operator.
func (db *DB) NoteDemoLoaded(ctx context.Context, actor factcheck.Actor) error {
	return db.write(ctx, actor, factcheck.MigrateSchema, "note that the demonstration is loaded", func(t *tx) error {
		if err := t.setSetting(settingDemoLoaded, true); err != nil {
			return err
		}
		return t.audit("installation.demo_loaded", nil, nil)
	})
}

// BeginDemoAnew empties a demonstration's database whose content did not go in as a whole, because its first start was
// interrupted, and reports whether it did. url is that of the owner; migrate afterwards. It touches no database that is
// not marked as a demonstration's.
func BeginDemoAnew(ctx context.Context, url string) (bool, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return false, unavailable("connect to the demonstration", hideSecrets(err))
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // the transaction is over by then
	begun := false
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var broken bool
		err := tx.QueryRow(ctx, `SELECT demo AND NOT EXISTS (SELECT FROM settings WHERE name = $1) FROM installation FOR UPDATE`, settingDemoLoaded).Scan(&broken)
		if err != nil || !broken {
			return err
		}
		begun = true
		_, err = tx.Exec(ctx, `DROP SCHEMA public CASCADE; CREATE SCHEMA public;
			DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '`+AppRole+`') THEN GRANT USAGE ON SCHEMA public TO `+AppRole+`; END IF; END $$`)
		return err
	})
	return begun, translate("begin the demonstration anew", err)
}

// BackupNote is what is remembered of a backup that was written.
type BackupNote struct {
	At        time.Time `json:"at"` // of the snapshot it holds
	File      string    `json:"file"`
	Bytes     int64     `json:"bytes"`
	Automatic bool      `json:"automatic"`
}

// NoteBackup notes that a backup was written. The operator and the program itself.
func (db *DB) NoteBackup(ctx context.Context, actor factcheck.Actor, b BackupNote) error {
	return db.write(ctx, actor, factcheck.MigrateSchema, "note a backup", func(t *tx) error {
		if err := t.setSetting(settingLastBackup, b); err != nil {
			return err
		}
		return t.audit("database.backup", nil, map[string]any{"file": b.File, "bytes": b.Bytes, "automatic": b.Automatic})
	})
}

// LastBackup returns the note of the newest backup; CodeNotFound when there was none.
func (db *DB) LastBackup(ctx context.Context) (BackupNote, error) {
	var b BackupNote
	var raw []byte
	err := db.pool.QueryRow(ctx, `SELECT value FROM settings WHERE name = $1`, settingLastBackup).Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return b, factcheck.NotFound("there is no backup of this database yet")
	}
	if err == nil {
		err = json.Unmarshal(raw, &b)
	}
	return b, translate("read when the last backup was written", err)
}

// BackedUpSince returns the time of the newest backup or, without one, that of the installation: how long work could be
// lost.
func (db *DB) BackedUpSince(ctx context.Context) (time.Time, error) {
	var at time.Time
	err := db.pool.QueryRow(ctx, `SELECT coalesce((SELECT (value->>'at')::timestamptz FROM settings WHERE name = $1), created_at) FROM installation`, settingLastBackup).Scan(&at)
	return at, translate("read when the last backup was written", err)
}

// NoteMigration notes that the schema was brought up to date, in steps from 1. The operator and the program itself.
func (db *DB) NoteMigration(ctx context.Context, actor factcheck.Actor, steps int) error {
	return db.write(ctx, actor, factcheck.MigrateSchema, "note a migration", func(t *tx) error {
		return t.audit("database.migrate", nil, map[string]any{"steps": steps})
	})
}

// setSetting writes a setting, new or over its former value.
func (t *tx) setSetting(name string, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("encode the setting %s: %w", name, err)
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO settings (name, value, updated_at) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, version = settings.version + 1`, name, raw, t.now)
	if err != nil {
		return fmt.Errorf("write the setting %s: %w", name, err)
	}
	return nil
}
