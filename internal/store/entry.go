package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/request"
)

// JoinInput is what somebody says who comes in by a link.
type JoinInput struct {
	Token        string // of the link
	Email        string // of the first admin; invitations name it
	Name         string
	PasswordHash string // argon2id in PHC form
	Browser      SessionInput
}

// Join makes the person that a link is for, uses the link up and signs them in: it returns their session's token. Of two who
// use a link at once, one gets CodeGone, as with a link that is not good. CodeInvalid names the field, CodeConflict says that
// the address is taken. Nobody needs to be signed in; the link is the right to do it.
func (db *DB) Join(ctx context.Context, in JoinInput) (string, error) {
	token := ""
	err := db.byLink(ctx, "join by a link", in.Token, func(t *tx, link EntryLink) error {
		if link.Kind == EntryReset {
			return errLink
		}
		who := PersonInput{Email: link.Email, Name: in.Name, Role: link.Role, PasswordHash: in.PasswordHash}
		if link.Kind == EntryFirstAdmin {
			who.Email = in.Email
		}
		who, err := who.clean()
		if err != nil {
			return err
		}
		if who.PasswordHash == "" {
			return invalidf("password", "choose a password")
		}
		row := personModel{
			ID: factcheck.PersonID(newID(t)), Email: who.Email, Name: who.Name, Role: who.Role, PasswordHash: who.PasswordHash, CreatedAt: t.now, Version: 1,
		}
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the person: %w", err)
		}
		actor, err := t.addActor(factcheck.ActorPerson, row.ID, factcheck.KeyID{})
		if err != nil {
			return err
		}
		t.actor = factcheck.Actor{ID: actor, Kind: factcheck.ActorPerson, Person: row.ID, Name: row.Name, Role: row.Role, RequestID: t.actor.RequestID}
		if err := t.useLink(link, row.ID); err != nil {
			return err
		}
		if err := t.audit("person.join", row.ID, map[string]any{"role": row.Role, "link": link.ID}); err != nil {
			return err
		}
		if err := t.sweepSessions(in.Browser.Replaces); err != nil {
			return err
		}
		in.Browser.Proof = Proof{Password: who.PasswordHash}
		token, err = t.newSession(in.Browser)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// ResetPassword sets the password of the person that a link is for, by its hash, and uses the link up. All their sessions
// end, and their second factor goes if the link says so. CodeGone as Join has it.
func (db *DB) ResetPassword(ctx context.Context, token, hash string) error {
	return db.byLink(ctx, "set a password by a link", token, func(t *tx, link EntryLink) error {
		if link.Kind != EntryReset {
			return errLink
		}
		if err := checkHash(hash); err != nil {
			return err
		}
		if _, err := t.lockPerson(link.Person); err != nil {
			return err
		}
		if err := t.db.Model(&personModel{}).Where("id = ?", link.Person).Updates(map[string]any{"password_hash": hash}).Error; err != nil {
			return fmt.Errorf("write the hash: %w", err)
		}
		if link.DropFactor {
			if err := t.dropFactors(link.Person); err != nil {
				return err
			}
		}
		if err := t.endSessionsOf(link.Person); err != nil {
			return err
		}
		if err := t.useLink(link, link.Person); err != nil {
			return err
		}
		return t.audit("person.password", link.Person, map[string]any{"link": link.ID, "drop_factor": link.DropFactor})
	})
}

// byLink runs fn in one transaction for whoever has a good link, which is locked. Acts are the system's until fn knows whose.
func (db *DB) byLink(ctx context.Context, doing, token string, fn func(*tx, EntryLink) error) error {
	hash, ok := auth.HashToken(token)
	if !ok {
		return errLink
	}
	return translate(doing, db.inTx(ctx, func(t *tx) error {
		t.actor = factcheck.System()
		t.actor.RequestID = request.From(ctx).ID
		link, err := t.lockLink(hash)
		if err != nil {
			return err
		}
		if err := fn(t, link); err != nil {
			return err
		}
		return t.finish()
	}))
}

// lockLink returns a good link with its row locked. For the first admin's, nobody else becomes a person meanwhile.
func (t *tx) lockLink(hash [32]byte) (EntryLink, error) {
	var kind EntryKind
	err := t.pgx.QueryRow(t.ctx, `SELECT kind FROM entry_links WHERE token_hash = $1 FOR NO KEY UPDATE`, hash[:]).Scan(&kind)
	if errors.Is(err, pgx.ErrNoRows) {
		return EntryLink{}, errLink
	}
	if err == nil && kind == EntryFirstAdmin {
		_, err = t.pgx.Exec(t.ctx, `LOCK TABLE people IN SHARE ROW EXCLUSIVE MODE`)
	}
	if err != nil {
		return EntryLink{}, fmt.Errorf("lock a link: %w", err)
	}
	rows, err := t.pgx.Query(t.ctx, linkColumns+`WHERE `+goodLink, hash[:], t.now)
	if err != nil {
		return EntryLink{}, fmt.Errorf("read a link: %w", err)
	}
	link, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[EntryLink])
	if errors.Is(err, pgx.ErrNoRows) {
		return link, errLink
	}
	return link, err
}

// useLink marks a link as used.
func (t *tx) useLink(link EntryLink, person factcheck.PersonID) error {
	return t.spend(errLink, `UPDATE entry_links SET used_at = $2, person_id = $3 WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL`, link.ID, t.now, person)
}
