package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"gorm.io/gorm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// tx is one transaction that GORM, plain SQL and the job queue share. It collects what the commit must carry: audit
// entries and jobs at once, change entries last.
type tx struct {
	ctx     context.Context //nolint:containedctx // a tx lives inside one call and is never stored
	db      *gorm.DB        // of this transaction
	pgx     pgx.Tx          // the same one
	now     time.Time
	actor   factcheck.Actor
	store   *DB
	changes []change
	docs    documentWork
	jobs    []river.InsertManyParams
	head    int64 // of the feed after the commit; 0 if nothing public changed
	drafts  bool  // a program files drafts in it: see Filing
}

// write runs fn as the actor in one transaction, after asking the permission table, and translates the error. doing names
// the action for logs. Whatever fn returns, nothing of it is kept unless write returns nil.
func (db *DB) write(ctx context.Context, actor factcheck.Actor, action factcheck.Action, doing string, fn func(*tx) error) error {
	if db.in != nil {
		return db.in.nested(actor, action, doing, fn)
	}
	var head int64
	err := db.inTx(ctx, func(t *tx) error {
		var err error
		if t.actor, err = t.confirm(actor); err != nil {
			return err
		}
		if err := factcheck.Permit(t.actor, action); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
		if err := t.finish(); err != nil {
			return err
		}
		head = t.head
		return nil
	})
	if err != nil {
		return translate(doing, err)
	}
	if head > 0 {
		db.published(head)
	}
	return nil
}

// inTx begins a transaction on one connection and lends it to GORM and pgx alike. GORM sees a pool without BeginTx, so its
// nested Transaction becomes a SAVEPOINT and it cannot commit by itself.
func (db *DB) inTx(ctx context.Context, fn func(*tx) error) (err error) {
	conn, err := db.sql.Conn(ctx)
	if err != nil {
		return unavailable("take a connection", err)
	}
	defer func() {
		if cerr := conn.Close(); cerr != nil && err == nil && !errors.Is(cerr, sql.ErrConnDone) {
			err = fmt.Errorf("return the connection: %w", cerr)
		}
	}()
	var raw *pgx.Conn
	err = conn.Raw(func(c any) error {
		sc, ok := c.(*stdlib.Conn)
		if !ok {
			return fmt.Errorf("the connection is a %T, not pgx's", c)
		}
		raw = sc.Conn()
		return nil
	})
	if err != nil {
		return fmt.Errorf("reach the connection: %w", err)
	}
	ptx, err := raw.Begin(ctx)
	if err != nil {
		return unavailable("begin", err)
	}
	defer func() {
		// After a commit this does nothing. The context may be done already; the rollback must not be.
		rctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if rerr := ptx.Rollback(rctx); rerr != nil && !errors.Is(rerr, pgx.ErrTxClosed) && err == nil {
			err = fmt.Errorf("roll back: %w", rerr)
		}
	}()
	session := db.gorm.Session(&gorm.Session{NewDB: true, Context: ctx})
	lent := &lentConn{conn: conn}
	session.Statement.ConnPool, session.ConnPool = lent, lent // a session of this one must not find the pool
	if err := fn(&tx{ctx: ctx, db: session, pgx: ptx, now: db.clock(), store: db}); err != nil {
		return err
	}
	if err := ptx.Commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// lentConn is the connection of a running transaction as GORM may see it. It is a TxCommitter, so that GORM takes it for a
// transaction and nests by SAVEPOINT, but it refuses to end what it did not begin.
type lentConn struct{ conn *sql.Conn }

var errNotYours = errors.New("the transaction belongs to the store: return an error to roll it back")

// PrepareContext is not offered: statements would outlive the transaction.
func (l *lentConn) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, driver.ErrSkip
}

// ExecContext implements gorm.ConnPool.
func (l *lentConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return l.conn.ExecContext(ctx, query, args...)
}

// QueryContext implements gorm.ConnPool.
func (l *lentConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return l.conn.QueryContext(ctx, query, args...)
}

// QueryRowContext implements gorm.ConnPool.
func (l *lentConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return l.conn.QueryRowContext(ctx, query, args...)
}

// Commit refuses.
func (l *lentConn) Commit() error { return errNotYours }

// Rollback refuses.
func (l *lentConn) Rollback() error { return errNotYours }

// confirm reads who the actor is now: a role may have changed and a key may have been revoked since the request was
// authenticated, and nothing lives on after that. An approval asks once more, in the database and under a lock.
func (t *tx) confirm(actor factcheck.Actor) (factcheck.Actor, error) {
	if actor.Kind == factcheck.ActorOperator || actor.Kind == factcheck.ActorSystem {
		return actor, nil
	}
	var (
		role              string
		disabled, revoked *time.Time
	)
	const q = `SELECT a.kind, coalesce(a.person_id::text, ''), coalesce(p.role, ''), p.disabled_at, coalesce(k.revoked_at, CASE WHEN k.expires_at <= $2 THEN k.expires_at END), coalesce(k.scopes, '{}')
		FROM actors a LEFT JOIN people p ON p.id = a.person_id LEFT JOIN keys k ON k.id = a.key_id WHERE a.id = $1`
	var person string
	var kind string
	var scopes []string
	err := t.pgx.QueryRow(t.ctx, q, actor.ID, t.now).Scan(&kind, &person, &role, &disabled, &revoked, &scopes)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return actor, fmt.Errorf("confirm the actor: %w", err)
	}
	if err != nil || disabled != nil || revoked != nil {
		return actor, &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: "this account or key is no longer valid"}
	}
	actor.Kind, actor.Role, actor.Scopes = factcheck.ActorKind(kind), factcheck.Role(role), nil
	for _, s := range scopes {
		actor.Scopes = append(actor.Scopes, factcheck.Scope(s))
	}
	actor.Person = factcheck.PersonID{}
	if person != "" {
		if err := actor.Person.Scan(person); err != nil {
			return actor, fmt.Errorf("confirm the actor: %w", err)
		}
	}
	return actor, nil
}

// audit writes down that the actor did something to object. details must hold no secret and no text of a tip.
func (t *tx) audit(action string, object fmt.Stringer, details map[string]any) error {
	if details == nil {
		details = map[string]any{}
	}
	raw, err := json.Marshal(details)
	if err != nil {
		return fmt.Errorf("audit %s: %w", action, err)
	}
	name := ""
	if object != nil {
		name = object.String()
	}
	_, err = t.pgx.Exec(t.ctx, `INSERT INTO audit (at, actor_id, action, object, details, request_id) VALUES ($1, $2, $3, $4, $5, $6)`,
		t.now, t.actor.ID, action, name, raw, t.actor.RequestID)
	if err != nil {
		return fmt.Errorf("audit %s of %s: %w", action, name, err)
	}
	return nil
}

// enqueue adds a job that exists if and only if the transaction commits.
func (t *tx) enqueue(args river.JobArgs) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: args})
}

// enqueueLong is enqueue for a job that takes minutes.
func (t *tx) enqueueLong(args river.JobArgs) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: args, InsertOpts: &river.InsertOpts{Queue: "long"}})
}

// enqueueAt is enqueue for a job that is not worked before a moment.
func (t *tx) enqueueAt(args river.JobArgs, at time.Time) {
	t.jobs = append(t.jobs, river.InsertManyParams{Args: args, InsertOpts: &river.InsertOpts{ScheduledAt: at}})
}

// finish writes what the commit must carry: rebuilt documents, jobs, and last the change entries, because they take the
// lock that orders all publications.
func (t *tx) finish() error {
	if err := t.dropUnshown(); err != nil {
		return err
	}
	if err := t.rebuildDocuments(); err != nil {
		return err
	}
	if err := t.tellFollowers(); err != nil {
		return err
	}
	if err := t.tendEditions(); err != nil {
		return err
	}
	if len(t.jobs) > 0 {
		if _, err := t.store.river.InsertManyFastTx(t.ctx, t.pgx, t.jobs); err != nil {
			return fmt.Errorf("enqueue jobs: %w", err)
		}
	}
	return t.appendChanges()
}

// one returns a CodeConflict error unless exactly one row was affected: a guarded UPDATE found its version moved on.
func one(res *gorm.DB, what string) error {
	if res.Error != nil {
		return res.Error
	}
	if res.RowsAffected != 1 {
		return factcheck.Conflict("%s was changed by somebody else meanwhile; reload it and look at what changed", what)
	}
	return nil
}
