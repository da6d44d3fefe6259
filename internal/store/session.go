package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// How long a session lasts: without use, and in any case. Signing in again begins a new one.
const (
	SessionIdle  = 12 * time.Hour
	SessionLimit = 14 * 24 * time.Hour
	// sessionSeen is how exactly the time of a session's last use is kept.
	sessionSeen = 5 * time.Minute
	// ProofLife is how long somebody who proved who they are may change keys, people and settings, and how they sign in.
	ProofLife = 10 * time.Minute
)

// maxAgent is how much is kept of what a browser calls itself.
const maxAgent = 300

// sessionModel maps the table sessions.
type sessionModel struct {
	ID        factcheck.SessionID `gorm:"primaryKey"`
	TokenHash []byte              `gorm:"not null"`
	PersonID  factcheck.PersonID  `gorm:"not null"`
	UserAgent string
	Address   string
	CreatedAt time.Time
	SeenAt    time.Time
	ProvedAt  time.Time
	ExpiresAt time.Time
}

// TableName names the table.
func (sessionModel) TableName() string { return "sessions" }

// SessionInput is what is known of the browser that signs in.
type SessionInput struct {
	Proof     Proof  // what the person has shown: a session begins only while it is still right
	Replaces  string // token of the session that the browser held until now, or empty; it ends
	UserAgent string
	Address   string
}

// Session is a session of a person, as their list shows it.
type Session struct {
	ID        factcheck.SessionID
	UserAgent string
	Address   string
	CreatedAt time.Time
	SeenAt    time.Time // to five minutes
	ExpiresAt time.Time // at the latest
}

// SignedIn is who a request's session belongs to.
type SignedIn struct {
	Actor     factcheck.Actor
	Email     string
	Session   factcheck.SessionID
	Fresh     bool // they proved who they are within ProofLife, in this session
	HasFactor bool // an authenticator app or a passkey
	MustSetUp bool // the house asks for a second factor and they have none
}

// BeginSession begins a session of the person and returns its token, which is told this once and stored nowhere. It always
// is a new one (OWASP, Session Management Cheat Sheet: renew on sign-in), and the one that the browser held ends.
// CodeUnauthenticated if the person was disabled, their password is another one than was verified, or a code, recovery code
// or passkey is not right any more: the change and this never both win. CodeForbidden if they have a second factor and none
// was shown. Sessions that have run out are swept on the way.
func (db *DB) BeginSession(ctx context.Context, actor factcheck.Actor, in SessionInput) (string, error) {
	token := ""
	err := db.write(ctx, actor, factcheck.OwnSessions, "begin a session", func(t *tx) error {
		factor, err := t.prove(in.Proof)
		if err != nil {
			return err
		}
		if !in.Proof.enough(factor) {
			return errNoFactor
		}
		if err := t.sweepSessions(in.Replaces); err != nil {
			return err
		}
		token, err = t.newSession(in)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// newSession writes a session of the actor, who has proved who they are, and returns its token.
func (t *tx) newSession(in SessionInput) (string, error) {
	token := auth.NewToken()
	hash, _ := auth.HashToken(token)
	row := sessionModel{
		ID: factcheck.SessionID(newID(t)), TokenHash: hash[:], PersonID: t.actor.Person, UserAgent: printableLine(in.UserAgent, maxAgent),
		Address: printableLine(in.Address, 64), CreatedAt: t.now, SeenAt: t.now, ProvedAt: t.now, ExpiresAt: t.now.Add(SessionLimit),
	}
	if err := t.db.Create(&row).Error; err != nil {
		return "", fmt.Errorf("write the session: %w", err)
	}
	if _, err := t.pgx.Exec(t.ctx, `UPDATE people SET signed_in_at = $2 WHERE id = $1`, t.actor.Person, t.now); err != nil {
		return "", fmt.Errorf("note the sign-in: %w", err)
	}
	return token, t.audit("session.begin", row.ID, map[string]any{"by": in.Proof.kinds()})
}

// ConfirmSession notes that whoever uses a session has proved once more who they are, and returns its new token: the old one
// is nobody's from the commit on (OWASP: renew when privileges rise). Its age and end stay. The errors are BeginSession's, but
// one proof is enough; CodeNotFound if the session has ended.
func (db *DB) ConfirmSession(ctx context.Context, actor factcheck.Actor, session factcheck.SessionID, proof Proof) (string, error) {
	token := ""
	err := db.write(ctx, actor, factcheck.OwnSessions, "confirm "+session.String(), func(t *tx) error {
		if _, err := t.prove(proof); err != nil {
			return err
		}
		var err error
		if token, err = t.renewSession(session); err != nil {
			return err
		}
		return t.audit("session.confirm", session, map[string]any{"by": proof.kinds()})
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// renewSession puts a session with another token, just proved, in the place of one of the actor's. The caller audits.
func (t *tx) renewSession(session factcheck.SessionID) (string, error) {
	token := auth.NewToken()
	hash, _ := auth.HashToken(token)
	tag, err := t.pgx.Exec(t.ctx, `WITH old AS (DELETE FROM sessions WHERE id = $1 AND person_id = $2 RETURNING user_agent, address, created_at, expires_at)
		INSERT INTO sessions (id, token_hash, person_id, user_agent, address, created_at, seen_at, proved_at, expires_at)
		SELECT $3, $4, $2, user_agent, address, created_at, $5, $5, expires_at FROM old`,
		session, t.actor.Person, factcheck.SessionID(newID(t)), hash[:], t.now)
	if err != nil {
		return "", fmt.Errorf("renew the session: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return "", factcheck.NotFound("this session has ended already")
	}
	return token, nil
}

// sweepSessions deletes the session with the token and those that have run out.
func (t *tx) sweepSessions(token string) error {
	batch := &pgx.Batch{}
	if hash, ok := auth.HashToken(token); ok {
		batch.Queue(`DELETE FROM sessions WHERE token_hash = $1`, hash[:])
	}
	batch.Queue(`DELETE FROM sessions WHERE expires_at <= $1 OR seen_at <= $2`, t.now, t.now.Add(-SessionIdle))
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

// SessionActor returns who a session's token belongs to, with the role they have now. CodeUnauthenticated for what is no
// token, an unknown one, one that ended or ran out, and one of a disabled person; the message tells none apart. One query by
// the hash of the token, and every five minutes a second that notes the use; failing to note it is logged.
func (db *DB) SessionActor(ctx context.Context, token string) (SignedIn, error) {
	hash, ok := auth.HashToken(token)
	if !ok {
		return SignedIn{}, errSignedOut
	}
	now := db.clock()
	in := SignedIn{Actor: factcheck.Actor{Kind: factcheck.ActorPerson}}
	var seen, proved time.Time
	required := false
	err := db.pool.QueryRow(ctx, `SELECT s.id, s.seen_at, s.proved_at, a.id, p.id, p.name, p.role, p.email, `+hasFactor+`,
			coalesce((SELECT (value->>'require_second_factor')::boolean FROM settings WHERE name = '`+settingSignIn+`'), false)
		FROM sessions s JOIN people p ON p.id = s.person_id JOIN actors a ON a.person_id = p.id AND a.kind = 'person'
		WHERE s.token_hash = $1 AND s.expires_at > $2 AND s.seen_at > $3 AND p.disabled_at IS NULL`, hash[:], now, now.Add(-SessionIdle)).Scan(
		&in.Session, &seen, &proved, &in.Actor.ID, &in.Actor.Person, &in.Actor.Name, &in.Actor.Role, &in.Email, &in.HasFactor, &required)
	if errors.Is(err, pgx.ErrNoRows) {
		return SignedIn{}, errSignedOut
	}
	if err != nil {
		return SignedIn{}, translate("find a session", err)
	}
	in.Fresh, in.MustSetUp = now.Sub(proved) < ProofLife, required && !in.HasFactor
	if now.Sub(seen) >= sessionSeen {
		_, err := db.pool.Exec(ctx, `UPDATE sessions SET seen_at = $2 WHERE id = (SELECT id FROM sessions WHERE id = $1 AND seen_at <= $3 FOR NO KEY UPDATE SKIP LOCKED)`,
			in.Session, now, now.Add(-sessionSeen))
		if err != nil { // the request goes on: a database that only reads must not lock people out
			db.log.WarnContext(ctx, "the use of a session was not noted", "session", in.Session, "error", err)
		}
	}
	return in, nil
}

var errSignedOut = &factcheck.Error{Code: factcheck.CodeUnauthenticated, Message: "you are signed out; sign in"}

// Sessions returns the sessions of the actor that have not run out, those used last first. People only, for themselves.
func (db *DB) Sessions(ctx context.Context, actor factcheck.Actor) ([]Session, error) {
	var out []Session
	err := db.write(ctx, actor, factcheck.OwnSessions, "list sessions", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT id, user_agent, address, created_at, seen_at, expires_at FROM sessions
			WHERE person_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY seen_at DESC, id DESC LIMIT 200`, t.actor.Person, t.now, t.now.Add(-SessionIdle))
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Session])
		return err
	})
	return out, err
}

// EndSession ends one of the actor's own sessions; from the commit on its token is nobody's. CodeNotFound if they have none
// with this id: it may have ended already. People only.
func (db *DB) EndSession(ctx context.Context, actor factcheck.Actor, id factcheck.SessionID) error {
	return db.write(ctx, actor, factcheck.OwnSessions, "end "+id.String(), func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `DELETE FROM sessions WHERE id = $1 AND person_id = $2`, id, t.actor.Person)
		if err != nil {
			return fmt.Errorf("delete the session: %w", err)
		}
		if tag.RowsAffected() == 0 {
			return factcheck.NotFound("this session has ended already")
		}
		return t.audit("session.end", id, nil)
	})
}

// EndOtherSessions ends all of the actor's sessions but one, and returns how many that were. People only.
func (db *DB) EndOtherSessions(ctx context.Context, actor factcheck.Actor, keep factcheck.SessionID) (int, error) {
	ended := 0
	err := db.write(ctx, actor, factcheck.OwnSessions, "end the other sessions", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `DELETE FROM sessions WHERE person_id = $1 AND id <> $2`, t.actor.Person, keep)
		if err != nil {
			return fmt.Errorf("delete the sessions: %w", err)
		}
		ended = int(tag.RowsAffected())
		return t.audit("session.end_others", t.actor.Person, map[string]any{"ended": ended})
	})
	return ended, err
}

// printableLine returns what a client says of itself as one line of valid text of at most limit characters.
func printableLine(s string, limit int) string {
	s = factcheck.CleanLine(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "�"))
	if runes := []rune(s); len(runes) > limit {
		s = string(runes[:limit])
	}
	if factcheck.CheckText("client", s, limit) != nil {
		return ""
	}
	return s
}
