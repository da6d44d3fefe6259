package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// How long a link is good that lets somebody in once.
const (
	InvitationLife = 7 * 24 * time.Hour
	ResetLife      = 24 * time.Hour
	FirstAdminLife = 24 * time.Hour
)

// EntryKind says what a link is for.
type EntryKind string

// The kinds of link.
const (
	EntryFirstAdmin EntryKind = "first_admin" // makes the first person, who is admin
	EntryInvitation EntryKind = "invitation"  // makes the person who was invited
	EntryReset      EntryKind = "reset"       // sets a person's password
)

// EntryLink is a link that lets somebody in once.
type EntryLink struct {
	ID         factcheck.EntryLinkID
	Kind       EntryKind
	Email      string // of an invitation, and of whose password it is
	Name       string
	Role       factcheck.Role
	Person     factcheck.PersonID // of a reset; of the others, who came of it
	DropFactor bool               // of a reset: takes the second factor away too
	By         string             // who made it; empty: the command line or the program
	CreatedAt  time.Time
	ExpiresAt  time.Time
	UsedAt     *time.Time
	RevokedAt  *time.Time
	Expired    bool `db:"-"` // it ran out; as OpenLinks has it
}

// Invite makes a link with which somebody joins the newsroom, and returns its token, told this once and stored nowhere. An
// open invitation to the same address is revoked. CodeInvalid names the field; CodeConflict if somebody has the address
// already. Admins and the operator.
func (db *DB) Invite(ctx context.Context, actor factcheck.Actor, in PersonInput) (factcheck.EntryLinkID, string, error) {
	var id factcheck.EntryLinkID
	token := ""
	err := db.write(ctx, actor, factcheck.ManagePeople, "invite somebody", func(t *tx) error {
		if factcheck.CleanLine(in.Name) == "" { // the invited may say it themselves
			in.Name = foldEmail(in.Email)
		}
		in, err := in.clean()
		if err != nil {
			return err
		}
		taken := false
		if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people WHERE email = $1)`, in.Email).Scan(&taken); err != nil {
			return fmt.Errorf("look for the address: %w", err)
		}
		if taken {
			return &factcheck.Error{Code: factcheck.CodeConflict, Field: "email", Message: "somebody with this e-mail address is there already; look at their page"}
		}
		if _, err := t.pgx.Exec(ctx, `UPDATE entry_links SET revoked_at = $2 WHERE kind = 'invitation' AND email = $1 AND used_at IS NULL AND revoked_at IS NULL`, in.Email, t.now); err != nil {
			return fmt.Errorf("revoke the former invitation: %w", err)
		}
		id, token, err = t.newLink(EntryLink{Kind: EntryInvitation, Email: in.Email, Name: in.Name, Role: in.Role, ExpiresAt: t.now.Add(InvitationLife)})
		if err != nil {
			return err
		}
		return t.audit("person.invite", id, map[string]any{"role": in.Role})
	})
	return id, token, err
}

// ResetLink makes a link with which a person sets a new password, and returns its token, told this once and stored nowhere.
// Their sessions end at once; with dropFactor, using the link takes their second factor away. An open link of theirs is
// revoked. CodeNotFound if there is no such person, CodeConflict if they are disabled. Admins and the operator.
func (db *DB) ResetLink(ctx context.Context, actor factcheck.Actor, id factcheck.PersonID, dropFactor bool) (factcheck.EntryLinkID, string, error) {
	var link factcheck.EntryLinkID
	token := ""
	err := db.write(ctx, actor, factcheck.ManagePeople, "let "+id.String()+" set a new password", func(t *tx) error {
		row, err := t.lockPerson(id)
		if err != nil {
			return err
		}
		if row.DisabledAt != nil {
			return factcheck.Conflict("this person is disabled; enable them first")
		}
		if err := t.revokeResets(id); err != nil {
			return err
		}
		if err := t.endSessionsOf(id); err != nil {
			return err
		}
		link, token, err = t.newLink(EntryLink{Kind: EntryReset, Person: id, DropFactor: dropFactor, ExpiresAt: t.now.Add(ResetLife)})
		if err != nil {
			return err
		}
		return t.audit("person.reset_link", id, map[string]any{"link": link, "drop_factor": dropFactor})
	})
	return link, token, err
}

// revokeResets revokes the open links with which a person could set a new password.
func (t *tx) revokeResets(id factcheck.PersonID) error {
	_, err := t.pgx.Exec(t.ctx, `UPDATE entry_links SET revoked_at = $2 WHERE kind = 'reset' AND person_id = $1 AND used_at IS NULL AND revoked_at IS NULL`, id, t.now)
	if err != nil {
		return fmt.Errorf("revoke the open links of %s: %w", id, err)
	}
	return nil
}

// FirstAdminLink makes the link that makes the first admin, and returns its token; empty if there is anybody in the newsroom.
// It is good while there is nobody. Each start of the program may make one. The operator.
func (db *DB) FirstAdminLink(ctx context.Context, actor factcheck.Actor) (string, error) {
	token := ""
	err := db.write(ctx, actor, factcheck.ManagePeople, "make the first admin's link", func(t *tx) error {
		there := false
		if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM people)`).Scan(&there); err != nil || there {
			return err
		}
		var id factcheck.EntryLinkID
		var err error
		id, token, err = t.newLink(EntryLink{Kind: EntryFirstAdmin, Role: factcheck.RoleAdmin, ExpiresAt: t.now.Add(FirstAdminLife)})
		if err != nil {
			return err
		}
		return t.audit("person.first_admin_link", id, nil)
	})
	return token, err
}

// newLink writes a link and returns its token. The caller audits.
func (t *tx) newLink(l EntryLink) (factcheck.EntryLinkID, string, error) {
	token := auth.NewToken()
	hash, _ := auth.HashToken(token)
	id := factcheck.EntryLinkID(newID(t))
	_, err := t.pgx.Exec(t.ctx, `INSERT INTO entry_links (id, kind, token_hash, email, name, role, person_id, drop_factor, created_by, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, id, l.Kind, hash[:], l.Email, l.Name, l.Role, l.Person, l.DropFactor, t.actor.ID, t.now, l.ExpiresAt)
	if err != nil {
		return id, "", fmt.Errorf("write the link: %w", err)
	}
	return id, token, nil
}

// RevokeLink makes a link worth nothing. CodeNotFound if there is none with the id, or it was used or revoked. Admins and the
// operator.
func (db *DB) RevokeLink(ctx context.Context, actor factcheck.Actor, id factcheck.EntryLinkID) error {
	return db.write(ctx, actor, factcheck.ManagePeople, "revoke "+id.String(), func(t *tx) error {
		gone := factcheck.NotFound("this link was used or revoked already")
		if err := t.spend(gone, `UPDATE entry_links SET revoked_at = $2 WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL`, id, t.now); err != nil {
			return err
		}
		return t.audit("person.revoke_link", id, nil)
	})
}

const linkColumns = `SELECT l.id, l.kind, coalesce(p.email, l.email), coalesce(p.name, l.name), coalesce(p.role, l.role), l.person_id, l.drop_factor, coalesce(by.name, ''),
	l.created_at, l.expires_at, l.used_at, l.revoked_at FROM entry_links l LEFT JOIN people p ON p.id = l.person_id
	LEFT JOIN actors a ON a.id = l.created_by LEFT JOIN people by ON by.id = a.person_id `

// OpenLinks returns the links that were neither used nor revoked, newest first, those that ran out in the last four weeks
// among them. Admins and the operator.
func (db *DB) OpenLinks(ctx context.Context, actor factcheck.Actor) ([]EntryLink, error) {
	var out []EntryLink
	err := db.write(ctx, actor, factcheck.ManagePeople, "list the links", func(t *tx) error {
		rows, err := t.pgx.Query(ctx, linkColumns+`WHERE l.used_at IS NULL AND l.revoked_at IS NULL AND l.kind <> 'first_admin' AND l.expires_at > $1
			ORDER BY l.id DESC LIMIT 200`, t.now.Add(-4*7*24*time.Hour))
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowToStructByPos[EntryLink])
		for i := range out {
			out[i].Expired = !t.now.Before(out[i].ExpiresAt)
		}
		return err
	})
	return out, err
}

// errLink answers for everything that is wrong with a link alike: whoever has it knows what they were told.
var errLink = &factcheck.Error{Code: factcheck.CodeGone, Message: "this link is not good any more: it was used, it ran out, or it was taken back; ask for a new one"}

// goodLink is the condition for a link l that may be used at $2: it is open, whoever made it may still make one, and for the
// first admin there is nobody yet.
const goodLink = `l.token_hash = $1 AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > $2
	AND (by.id IS NULL OR by.disabled_at IS NULL AND by.role = 'admin') AND (l.kind <> 'first_admin' OR NOT EXISTS (SELECT FROM people))
	AND (l.kind <> 'reset' OR p.disabled_at IS NULL)`

// EntryLink returns the link of a token. CodeGone if it is not good, whatever the reason. One query; nothing changes.
func (db *DB) EntryLink(ctx context.Context, token string) (EntryLink, error) {
	hash, ok := auth.HashToken(token)
	if !ok {
		return EntryLink{}, errLink
	}
	rows, err := db.pool.Query(ctx, linkColumns+`WHERE `+goodLink, hash[:], db.clock())
	if err != nil {
		return EntryLink{}, translate("look at a link", err)
	}
	link, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[EntryLink])
	if errors.Is(err, pgx.ErrNoRows) {
		return link, errLink
	}
	return link, translate("look at a link", err)
}
