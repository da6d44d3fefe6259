package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// write puts one setting in by GORM, one by pgx, a job and an audit entry into a transaction.
func writeAll(l store.Lent, name string) error {
	row := map[string]any{"name": name + " by gorm", "value": gorm.Expr("'1'"), "updated_at": time.Now()}
	if err := l.GORM().Table("settings").Create(row).Error; err != nil {
		return err
	}
	if _, err := l.PGX().Exec(context.Background(), `INSERT INTO settings (name, value, updated_at) VALUES ($1, '2', now())`, name+" by pgx"); err != nil {
		return err
	}
	l.Enqueue(task.Backup{})
	return l.Audit("test." + name)
}

// wantKept checks how many settings, jobs and audit entries of the test are in the database, and that no connection is
// held any longer.
func wantKept(t *testing.T, env *storetest.Env, settings, jobs, entries int) {
	t.Helper()
	var got [3]int
	err := sqlConn(t, env.URL).QueryRow(context.WithoutCancel(t.Context()), `SELECT (SELECT count(*) FROM settings), (SELECT count(*) FROM river_job WHERE kind = 'backup'),
		(SELECT count(*) FROM audit WHERE action LIKE 'test.%')`).Scan(&got[0], &got[1], &got[2])
	if err != nil {
		t.Fatal(err)
	}
	if want := [3]int{settings, jobs, entries}; got != want {
		t.Errorf("got settings, jobs, audit entries %v; want %v", got, want)
	}
	if n := env.DB.Pool().Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are still held", n)
	}
}

func TestCommitKeepsRowsJobsAndAudit(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
		if err := writeAll(l, "a"); err != nil {
			return err
		}
		// GORM and pgx see each other's rows before the commit; nobody else does.
		var byGORM, byPGX, outside int64
		err := errors.Join(
			l.GORM().Table("settings").Count(&byGORM).Error,
			l.PGX().QueryRow(t.Context(), `SELECT count(*) FROM settings`).Scan(&byPGX),
			env.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM settings`).Scan(&outside))
		if byGORM != 2 || byPGX != 2 || outside != 0 {
			t.Errorf("GORM sees %d rows, pgx %d, others %d; want 2, 2, 0", byGORM, byPGX, outside)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	wantKept(t, env, 2, 1, 1)
}

func TestErrorKeepsNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	mine := errors.New("changed my mind")
	err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error { return errors.Join(writeAll(l, "a"), mine) })
	if !errors.Is(err, mine) {
		t.Errorf("got %v, want the function's error", err)
	}
	wantKept(t, env, 0, 0, 0)
}

func TestPanicKeepsNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
			if err := writeAll(l, "a"); err != nil {
				return err
			}
			panic("a programmer's mistake")
		})
	}()
	wantKept(t, env, 0, 0, 0)
}

// The jobs go in after the function; what fails after them, at the commit itself, takes them back.
func TestErrorAfterTheJobsKeepsNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
		if err := writeAll(l, "a"); err != nil {
			return err
		}
		// The foreign key is deferred: it fails when the transaction ends.
		_, err := l.PGX().Exec(t.Context(), `INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ('nowhere', gen_random_uuid(), now())`)
		return err
	})
	wantCode(t, err, factcheck.CodeInvalid)
	wantKept(t, env, 0, 0, 0)
}

func TestNestedTransactionsAreSavepoints(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	put := func(db *gorm.DB, name string) error {
		return db.Table("settings").Create(map[string]any{"name": name, "value": gorm.Expr("'1'"), "updated_at": time.Now()}).Error
	}
	inner := errors.New("inner")
	err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
		db := l.GORM()
		if err := errors.Join(l.Audit("settings.test"), put(db, "outer")); err != nil {
			return err
		}
		if err := db.Transaction(func(tx *gorm.DB) error { return errors.Join(put(tx, "undone"), inner) }); !errors.Is(err, inner) {
			t.Errorf("got %v from the nested transaction", err)
		}
		// A statement that fails inside a savepoint does not spoil the transaction around it.
		if err := db.Transaction(func(tx *gorm.DB) error { return put(tx, "outer") }); err == nil {
			t.Error("the same name went in twice")
		}
		return db.Transaction(func(tx *gorm.DB) error {
			if err := put(tx, "kept"); err != nil {
				return err
			}
			_ = tx.Transaction(func(tx *gorm.DB) error { return errors.Join(put(tx, "deep"), inner) }) // undone
			return tx.Transaction(func(tx *gorm.DB) error { return put(tx, "kept too") })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	got := queryStrings(t, env.URL, `SELECT name FROM settings`)
	if want := []string{"kept", "kept too", "outer"}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("got %q, want %q", got, want)
	}
}

// If GORM could begin or end a transaction by itself it would commit the outer one early.
func TestGORMCannotEndWhatItDidNotBegin(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for name, try := range map[string]func(*gorm.DB) error{
		"begin":    func(db *gorm.DB) error { return db.Begin().Error },
		"commit":   func(db *gorm.DB) error { return db.Commit().Error },
		"rollback": func(db *gorm.DB) error { return db.Rollback().Error },
		"prepare":  func(db *gorm.DB) error { return db.Session(&gorm.Session{PrepareStmt: true}).Exec(`SELECT 1`).Error },
	} {
		mine := errors.New("undo")
		err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
			if err := writeAll(l, name); err != nil {
				return err
			}
			if err := try(l.GORM()); err == nil {
				t.Errorf("%s went through", name)
			}
			return mine
		})
		if !errors.Is(err, mine) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	wantKept(t, env, 0, 0, 0)
}

// Whenever the caller gives up, nothing is kept and the connection comes back.
func TestCancelledContextsLeakNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	steps := []string{"before", "inside", "in a query", "at the commit"}
	for range 5 {
		for _, step := range steps {
			ctx, cancel := context.WithCancel(t.Context())
			if step == "before" {
				cancel()
			}
			err := env.DB.WriteAs(ctx, env.Admin, func(l store.Lent) error {
				if err := writeAll(l, step); err != nil {
					return err
				}
				switch step {
				case "inside":
					cancel()
					_, err := l.PGX().Exec(ctx, `SELECT 1`)
					return err
				case "in a query":
					go func() {
						defer cancel()
						waitForQuery(t, env, "pg_sleep(31)")
					}()
					return l.GORM().WithContext(ctx).Exec(`SELECT pg_sleep(31)`).Error
				}
				cancel()
				return nil
			})
			cancel()
			wantCode(t, err, factcheck.CodeUnavailable)
		}
	}
	wantKept(t, env, 0, 0, 0)
	if n := env.DB.Pool().Stat().TotalConns(); n > 8 {
		t.Errorf("the pool has %d connections, at most 8 were allowed", n)
	}
	if err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error { return writeAll(l, "after") }); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	wantKept(t, env, 2, 1, 1)
}

// waitForQuery returns when a query with the text runs in the test's database, or after twenty seconds.
func waitForQuery(t *testing.T, env *storetest.Env, text string) {
	deadline := time.Now().Add(20 * time.Second)
	for ; time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		var n int
		err := env.DB.Pool().QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
			AND pid <> pg_backend_pid() AND position($1 IN query) > 0`, text).Scan(&n)
		if err != nil || n > 0 {
			return
		}
	}
}

func TestTransactionsBesideEachOther(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	inside := make(chan struct{}, 2)
	var wg sync.WaitGroup
	both := make(chan struct{})
	for _, name := range []string{"a", "b"} {
		wg.Go(func() {
			err := env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error {
				if err := writeAll(l, name); err != nil {
					return err
				}
				inside <- struct{}{}
				<-both // neither ends before the other has written
				return nil
			})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	<-inside
	<-inside
	close(both)
	wg.Wait()
	wantKept(t, env, 4, 2, 2)
}

// Of two that write the same row one waits, and is told when the other was first.
func TestTransactionsAgainstEachOther(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			errs[i] = env.DB.WriteAs(t.Context(), env.Admin, func(l store.Lent) error { return writeAll(l, "same") })
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		wantCode(t, err, factcheck.CodeConflict)
	}
	if won != 1 {
		t.Errorf("%d of %d wrote the row, want 1", won, len(errs))
	}
	wantKept(t, env, 2, 1, 1)
}

// A transaction asks again who acts: a disabled person's request that is under way changes nothing.
func TestActorIsConfirmedInTheTransaction(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	stranger := factcheck.Actor{ID: factcheck.ActorID(factcheck.NewUUID(time.Now())), Kind: factcheck.ActorPerson, Person: env.Admin.Person, Role: factcheck.RoleAdmin}
	forged := env.Checker
	forged.Role, forged.Person = factcheck.RoleAdmin, env.Admin.Person
	for want, actor := range map[factcheck.Code]factcheck.Actor{factcheck.CodeUnauthenticated: stranger, factcheck.CodeForbidden: forged} {
		_, err := env.DB.AddPerson(t.Context(), actor, store.PersonInput{Email: "x@desk.example", Name: "X", Role: factcheck.RoleAdmin})
		wantCode(t, err, want)
	}
	err := env.DB.WriteAs(t.Context(), factcheck.Actor{}, func(l store.Lent) error { return writeAll(l, "nobody") })
	wantCode(t, err, factcheck.CodeUnauthenticated)
	wantKept(t, env, 0, 0, 0)
}
