package store

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// OnceKept is how long the answer to a request with an Idempotency-Key is kept.
const OnceKept = 24 * time.Hour

// Once is a request that its sender may send again without having it done again.
type Once struct {
	Key     string // the sender's name for it, his alone; empty: it is not sent again
	Request []byte // all that tells it from others: method, address, conditions, body
}

// FiledAnswer is what a request to file came to, as it is told the sender.
type FiledAnswer struct {
	Status   int    `json:"status"`
	ETag     string `json:"etag,omitempty"`
	Location string `json:"location,omitempty"`
	Body     []byte `json:"body"`
}

// Faults of requests that are sent again. ErrOnceOther is for another request under the key of one before; ErrOnceRunning for one
// whose first sending has not ended.
var (
	ErrOnceOther   = factcheck.Invalid("Idempotency-Key", "another request was sent under this key in the last 24 hours; a new request takes a new key")
	ErrOnceRunning = &factcheck.Error{Code: factcheck.CodeConflict, Message: "the first request with this key is still being worked on; ask again in a second", RetryAfter: time.Second}
)

// FileOnce lets a key file drafts in one transaction, and returns what fn answers. With a key in once, the answer is kept in the
// same transaction, for OnceKept: the same request sent again gets it again, and the second result is true; fn does not run.
// ErrOnceOther and ErrOnceRunning as they say. If fn returns an error nothing is kept, no answer either. Keys with the scope
// file of this house, whose owner is still here.
func (db *DB) FileOnce(ctx context.Context, actor factcheck.Actor, once Once, fn func(*Filing) (FiledAnswer, error)) (FiledAnswer, bool, error) {
	var out FiledAnswer
	var again bool
	err := db.write(ctx, actor, factcheck.DraftVerdict, "file", func(t *tx) error {
		if err := t.mayFile(); err != nil {
			return err
		}
		t.drafts = true
		o := sealedOnce{tx: t, once: once, name: sha256.Sum256([]byte(once.Key)), request: sha256.Sum256(once.Request)}
		var err error
		if out, again, err = o.before(); err != nil || again {
			return err
		}
		if out, err = fn(&Filing{db: db.within(t)}); err != nil {
			return err
		}
		return o.keep(out)
	})
	return out, again, err
}

// sealedOnce keeps the answer of a request. What it says is sealed with the request itself, so that nothing of it can be read out of
// the database: whoever sends the request again opens it.
type sealedOnce struct {
	*tx
	once          Once
	name, request [sha256.Size]byte
}

func (o *sealedOnce) sealer() *auth.Sealer {
	key := sha256.Sum256(append([]byte("answer to "+o.once.Key+"\n"), o.once.Request...))
	return auth.NewSealer(key)
}

// oncePurpose is what answers are sealed for.
const oncePurpose = "answer of a request"

// before returns the answer that was kept of the request. It holds the sender's key of it until the end of the transaction.
func (o *sealedOnce) before() (FiledAnswer, bool, error) {
	var out FiledAnswer
	if o.once.Key == "" {
		return out, false, nil
	}
	var free bool
	if err := o.pgx.QueryRow(o.ctx, `SELECT pg_try_advisory_xact_lock(hashtextextended('once ' || $1::uuid::text || encode($2, 'hex'), 0))`, o.actor.ID, o.name[:]).Scan(&free); err != nil {
		return out, false, fmt.Errorf("take the key of the request: %w", err)
	}
	if !free {
		return out, false, ErrOnceRunning
	}
	var request, sealed []byte
	err := o.pgx.QueryRow(o.ctx, `SELECT request, answer FROM filed_once WHERE actor_id = $1 AND name = $2 AND at > $3`, o.actor.ID, o.name[:], o.now.Add(-OnceKept)).Scan(&request, &sealed)
	if errors.Is(err, pgx.ErrNoRows) {
		return out, false, nil
	}
	if err != nil {
		return out, false, fmt.Errorf("look for the answer: %w", err)
	}
	if [sha256.Size]byte(request) != o.request {
		return out, false, ErrOnceOther
	}
	plain, err := o.sealer().Open(oncePurpose, sealed)
	if err != nil {
		return out, false, fmt.Errorf("open the answer: %w", err)
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, false, fmt.Errorf("read the answer: %w", err)
	}
	return out, true, nil
}

// keep keeps the answer for who sends the request again.
func (o *sealedOnce) keep(answer FiledAnswer) error {
	if o.once.Key == "" {
		return nil
	}
	plain, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	_, err = o.pgx.Exec(o.ctx, `INSERT INTO filed_once AS f (actor_id, name, request, answer, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (actor_id, name) DO UPDATE SET request = excluded.request, answer = excluded.answer, at = excluded.at`,
		o.actor.ID, o.name[:], o.request[:], o.sealer().Seal(oncePurpose, plain), o.now)
	if err != nil {
		return fmt.Errorf("keep the answer: %w", err)
	}
	return nil
}

// TendFiled forgets the answers whose time is over. It is run by a job.
func (db *DB) TendFiled(ctx context.Context) error {
	_, err := db.pool.Exec(ctx, `DELETE FROM filed_once WHERE at <= $1`, db.clock().Add(-OnceKept))
	return translate("forget answers", err)
}
