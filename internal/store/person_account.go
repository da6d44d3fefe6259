package store

import (
	"context"
	"fmt"
	"net/mail"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ChangePassword gives the actor another password, by its hash, and begins a new session for the browser they did it in: all
// others end. in.Proof holds the password they had, as it was verified; CodeUnauthenticated if it is another one by now.
// People only, for themselves.
func (db *DB) ChangePassword(ctx context.Context, actor factcheck.Actor, hash string, in SessionInput) (string, error) {
	token := ""
	err := db.write(ctx, actor, factcheck.OwnSessions, "change one's password", func(t *tx) error {
		if err := checkHash(hash); err != nil {
			return err
		}
		if _, err := t.prove(in.Proof); err != nil {
			return err
		}
		if err := t.db.Model(&personModel{}).Where("id = ?", t.actor.Person).Updates(map[string]any{"password_hash": hash}).Error; err != nil {
			return fmt.Errorf("write the hash: %w", err)
		}
		if err := t.revokeResets(t.actor.Person); err != nil {
			return err
		}
		if err := t.endSessionsOf(t.actor.Person); err != nil {
			return err
		}
		if err := t.audit("person.password", t.actor.Person, nil); err != nil {
			return err
		}
		var err error
		token, err = t.newSession(in)
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// ChangeEmail gives a person another address to sign in with. Open links to set their password are revoked: they may be on
// their way to the old one. CodeInvalid if it is no address, CodeConflict if it is taken or the person was changed since
// revision. Admins and the operator.
func (db *DB) ChangeEmail(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, revision int, email string) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "change the address of "+id.String(), func(t *tx) error {
		email = foldEmail(email)
		if err := checkEmail(email); err != nil {
			return err
		}
		if _, err := t.lockPerson(id); err != nil {
			return err
		}
		if err := t.revokeResets(id); err != nil {
			return err
		}
		if err := t.updatePerson(id, revision, map[string]any{"email": email}); err != nil {
			return err
		}
		return t.audit("person.email", id, nil)
	})
}

// checkEmail returns a CodeInvalid error if a folded address is none.
func checkEmail(email string) error {
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return invalidf("email", "this is not an e-mail address; it looks like name@newsroom.example")
	}
	return factcheck.CheckText("email", email, factcheck.MaxLine)
}
