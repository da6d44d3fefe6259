package store

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/clause"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/task"
)

// tipModel maps the table tips.
type tipModel struct {
	ID            factcheck.TipID `gorm:"primaryKey"`
	Text          string
	URL           string
	Language      string
	Contact       string
	State         factcheck.TipState
	ClaimID       factcheck.ClaimID
	AboutID       factcheck.ClaimID
	CreatedAt     time.Time
	ExpiresAt     time.Time
	Answer        string
	DeclineReason factcheck.DeclineReason
	HandledBy     factcheck.ActorID
	HandledAt     *time.Time
	Version       int32
}

// TableName names the table.
func (tipModel) TableName() string { return "tips" }

// Tip is something a reader or partner asks to have checked, as the newsroom sees it. It is in no log and no export.
type Tip struct {
	factcheck.TipInput
	ID        factcheck.TipID
	State     factcheck.TipState
	Claim     factcheck.ClaimID // that was filed from it, or that it counts for
	AboutText string            // of the claim that About names; empty if none
	AboutLang string
	CreatedAt time.Time
	ExpiresAt time.Time               // the contact is erased then
	Answer    string                  // what the tipster is to be told
	Reason    factcheck.DeclineReason // why it was declined; empty if it was not, or before reasons were asked for
	HandledBy string                  // by name
	HandledAt *time.Time
}

// FileTip takes a tip in. The actor is factcheck.System() for a reader without an account. A tip may be about a public claim
// that somebody saw somewhere: CodeInvalid alike for what is not public and what never was. Everybody but an unknown key; the
// edge limits how many. Errors do not repeat what was sent. Who asks to be told of it by mail is asked to confirm that. The very
// same tip from the same sender within a day is the one that is there already.
func (db *DB) FileTip(ctx context.Context, actor factcheck.Actor, in factcheck.TipInput, told ...FollowAsk) (factcheck.TipID, error) {
	tip, err := db.fileTip(ctx, actor, in, false, told)
	return tip.ID, err
}

// FileTipOnce is FileTip for programs that repeat a request when its answer was lost: the very same tip within a day is the
// one that is there already. It returns the id and when the tip expires.
func (db *DB) FileTipOnce(ctx context.Context, actor factcheck.Actor, in factcheck.TipInput) (Tip, error) {
	return db.fileTip(ctx, actor, in, true, nil)
}

func (db *DB) fileTip(ctx context.Context, actor factcheck.Actor, in factcheck.TipInput, once bool, told []FollowAsk) (Tip, error) {
	var tip Tip
	err := db.write(ctx, actor, factcheck.FileTip, "file a tip", func(t *tx) error {
		in, err := in.Clean()
		if err != nil {
			return err
		}
		if err := t.checkAbout(in.About); err != nil {
			return err
		}
		again, err := t.sentBefore(in.Sender, tipContent(in)...)
		if err != nil {
			return err
		}
		if once || again {
			if tip, err = t.sameTip(in); err != nil {
				return err
			}
		}
		if tip.ID.IsZero() {
			if tip, err = t.createTip(in); err != nil {
				return err
			}
		}
		for _, ask := range told {
			ask.Claim = factcheck.ClaimID{}
			if err := t.askFollower(ask, tip.ID, t.now.Add(FollowAskLife)); err != nil {
				return err
			}
		}
		return nil
	})
	return tip, err
}

// createTip writes a tip that is new.
func (t *tx) createTip(in factcheck.TipInput) (Tip, error) {
	rules, _, err := t.tipRules()
	if err != nil {
		return Tip{}, err
	}
	row := tipModel{
		ID: factcheck.TipID(newID(t)), Text: in.Text, URL: in.URL, Language: in.Language, Contact: in.Contact,
		AboutID: in.About, State: factcheck.TipOpen, CreatedAt: t.now, ExpiresAt: t.now.AddDate(0, 0, rules.Days), Version: 1,
	}
	if err := t.db.Create(&row).Error; err != nil {
		return Tip{}, fmt.Errorf("write the tip: %w", err)
	}
	return Tip{ID: row.ID, ExpiresAt: row.ExpiresAt}, t.audit("tip.file", row.ID, nil)
}

// tipContent is all that tells a tip from others.
func tipContent(in factcheck.TipInput) []string {
	return []string{in.Text, in.URL, in.Language, in.Contact, in.About.String()}
}

// sameTip returns the very same tip of the last day, the zero Tip if there is none; the latest, if several sent the same: who sends
// again does so at once. Two at once are taken one after the other.
func (t *tx) sameTip(in factcheck.TipInput) (Tip, error) {
	sum := sha256.Sum256([]byte(strings.Join(tipContent(in), "\x00")))
	if _, err := t.pgx.Exec(t.ctx, `SELECT pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(sum[:]))); err != nil {
		return Tip{}, fmt.Errorf("wait for the same tip: %w", err)
	}
	since := factcheck.NewUUID(t.now.AddDate(0, 0, -1)) // ids are in the order of their time
	var tip Tip
	err := t.pgx.QueryRow(t.ctx, `SELECT id, expires_at FROM tips WHERE id > $6 AND text = $1 AND url = $2 AND language = $3 AND contact = $4
		AND about_id IS NOT DISTINCT FROM $5::uuid ORDER BY id DESC LIMIT 1`, in.Text, in.URL, in.Language, in.Contact, in.About, factcheck.TipID(since)).Scan(&tip.ID, &tip.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return Tip{}, nil
	}
	if err != nil {
		return Tip{}, fmt.Errorf("look for the same tip: %w", err)
	}
	return tip, nil
}

// checkAbout returns a CodeInvalid error if a tip says that it is about a claim that readers do not see.
func (t *tx) checkAbout(claim factcheck.ClaimID) error {
	if claim.IsZero() {
		return nil
	}
	var public bool
	if err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM claim_documents WHERE claim_id = $1)`, claim).Scan(&public); err != nil {
		return fmt.Errorf("read what it is about: %w", err)
	}
	if !public {
		return invalidf("about", "there is no such claim here")
	}
	return nil
}

// Tips returns up to limit (at most MaxPage) tips in a state, newest first, beginning after a tip; the zero TipID begins with
// the newest. Checkers and above, and keys with the scope file. One query.
func (db *DB) Tips(ctx context.Context, actor factcheck.Actor, state factcheck.TipState, after factcheck.TipID, limit int) ([]Tip, error) {
	var out []Tip
	err := db.write(ctx, actor, factcheck.HandleTip, "read tips", func(t *tx) error {
		if !state.Valid() {
			return invalidf("state", "choose open, claim or declined")
		}
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, tipQuery+`WHERE x.state = $1 AND x.id < coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff') ORDER BY x.id DESC LIMIT $3`, state, after, limit)
		if err != nil {
			return fmt.Errorf("read the tips: %w", err)
		}
		out, err = pgx.CollectRows(rows, scanTip)
		return err
	})
	return out, err
}

// MaxTips is how many open tips are looked at together, to see which of them ask for the same.
const MaxTips = 300

// OpenTips returns the newest open tips, MaxTips at most, and how many are open. Checkers and above, and keys with the scope
// file. Two queries in one round trip.
func (db *DB) OpenTips(ctx context.Context, actor factcheck.Actor) (tips []Tip, open int, err error) {
	err = db.write(ctx, actor, factcheck.HandleTip, "read the open tips", func(t *tx) error {
		batch := &pgx.Batch{}
		batch.Queue(`SELECT count(*) FROM tips WHERE state = 'open'`).QueryRow(func(row pgx.Row) error { return row.Scan(&open) })
		batch.Queue(tipQuery+`WHERE x.state = 'open' ORDER BY x.id DESC LIMIT $1`, MaxTips).Query(func(rows pgx.Rows) (err error) {
			tips, err = pgx.CollectRows(rows, scanTip)
			return err
		})
		return t.pgx.SendBatch(ctx, batch).Close()
	})
	return tips, open, err
}

// Tip returns a tip in any state. Checkers and above, and keys with the scope file. One query.
func (db *DB) Tip(ctx context.Context, actor factcheck.Actor, id factcheck.TipID) (Tip, error) {
	var out Tip
	err := db.write(ctx, actor, factcheck.HandleTip, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, tipQuery+`WHERE x.id = $1`, id)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanTip)
		return err
	})
	return out, err
}

const tipQuery = `SELECT x.id, x.text, x.url, x.language, x.contact, x.state, x.claim_id, w.id, coalesce(w.text, ''), coalesce(w.language, ''), x.created_at, x.expires_at, x.answer, x.decline_reason,
	coalesce(k.name, p.name, ''), x.handled_at
	FROM tips x LEFT JOIN claims m ON m.id = x.about_id LEFT JOIN claims w ON w.id = coalesce(m.merged_into, m.id)
	LEFT JOIN actors a ON a.id = x.handled_by LEFT JOIN keys k ON k.id = a.key_id LEFT JOIN people p ON p.id = a.person_id `

func scanTip(row pgx.CollectableRow) (Tip, error) {
	var t Tip
	return t, row.Scan(&t.ID, &t.Text, &t.URL, &t.Language, &t.Contact, &t.State, &t.Claim, &t.About, &t.AboutText, &t.AboutLang, &t.CreatedAt, &t.ExpiresAt, &t.Answer, &t.Reason, &t.HandledBy, &t.HandledAt)
}

// TipToClaim files a claim from an open tip, into triage, and returns it. The words are the checker's: nothing of the tip is
// copied, and unless it says otherwise it is taken up because readers asked. CodeConflict if the tip was dealt with already. Checkers
// and above, and keys with the scope file.
func (db *DB) TipToClaim(ctx context.Context, actor factcheck.Actor, tip factcheck.TipID, in factcheck.ClaimInput) (factcheck.ClaimID, error) {
	return db.TipsToClaim(ctx, actor, []factcheck.TipID{tip}, in)
}

// TipsToClaim is TipToClaim for several tips that ask for the same.
func (db *DB) TipsToClaim(ctx context.Context, actor factcheck.Actor, tips []factcheck.TipID, in factcheck.ClaimInput) (factcheck.ClaimID, error) {
	var claim factcheck.ClaimID
	err := db.write(ctx, actor, factcheck.HandleTip, "file a claim from tips", func(t *tx) error {
		if err := factcheck.Permit(t.actor, factcheck.FileClaim); err != nil {
			return err
		}
		in, err := in.Clean()
		if err != nil {
			return err
		}
		in.Selection = cmp.Or(in.Selection, factcheck.SelectedAsked)
		rows, err := t.openTips(tips)
		if err != nil {
			return err
		}
		if claim, err = t.insertClaim(in, factcheck.StageTriage); err != nil {
			return err
		}
		if err := t.audit("claim.file", claim, map[string]any{"tip": rows[0].ID}); err != nil {
			return err
		}
		return t.closeTips(rows, closing{state: factcheck.TipClaim, claim: claim, action: "tip.claim"})
	})
	return claim, err
}

// AttachTip says that a tip asks for a claim that is there. CodeConflict if it was dealt with already, or the claim was merged.
// Checkers and above, and keys with the scope file.
func (db *DB) AttachTip(ctx context.Context, actor factcheck.Actor, tip factcheck.TipID, claim factcheck.ClaimID) error {
	return db.AttachTips(ctx, actor, []factcheck.TipID{tip}, claim)
}

// AttachTips is AttachTip for several tips.
func (db *DB) AttachTips(ctx context.Context, actor factcheck.Actor, tips []factcheck.TipID, claim factcheck.ClaimID) error {
	return db.write(ctx, actor, factcheck.HandleTip, "attach tips to "+claim.String(), func(t *tx) error {
		if claim.IsZero() {
			return invalidf("claim", "choose the claim that they ask for")
		}
		row, err := t.lockClaim(claim)
		if err != nil {
			return err
		}
		if row.Stage == factcheck.StageMerged {
			return errMerged
		}
		rows, err := t.openTips(tips)
		if err != nil {
			return err
		}
		t.enqueue(task.TellFollowers{Claim: claim}) // it may be public already
		return t.closeTips(rows, closing{state: factcheck.TipClaim, claim: claim, action: "tip.attach"})
	})
}

// DeclineTips says that tips will not be followed up, why, and what those who sent them are to be told, if anything. CodeConflict if
// one was dealt with already. Checkers and above, and keys with the scope file.
func (db *DB) DeclineTips(ctx context.Context, actor factcheck.Actor, tips []factcheck.TipID, reason factcheck.DeclineReason, answer string) error {
	return db.write(ctx, actor, factcheck.HandleTip, "decline tips", func(t *tx) error {
		answer = strings.TrimSpace(answer)
		if err := factcheck.CheckText("answer", answer, factcheck.MaxNote); err != nil {
			return err
		}
		rows, err := t.openTips(tips)
		if err != nil {
			return err
		}
		if !reason.Valid() {
			return invalidf("reason", "choose why it is not for you; how often each reason was given in a month is public")
		}
		if err := t.tellDeclined(tips); err != nil {
			return err
		}
		return t.closeTips(rows, closing{state: factcheck.TipDeclined, reason: reason, answer: answer, action: "tip.decline"})
	})
}

// ExpireTips erases the contacts of tips whose time is over and returns how many. Doing it again changes nothing, and writes
// nothing down. The operator and the program itself.
func (db *DB) ExpireTips(ctx context.Context, actor factcheck.Actor) (int, error) {
	erased := 0
	err := db.write(ctx, actor, factcheck.ExpireTips, "expire tips", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE tips SET contact = '', version = version + 1 WHERE contact <> '' AND expires_at <= $1`, t.now)
		if err != nil {
			return fmt.Errorf("erase the contacts: %w", err)
		}
		if erased = int(tag.RowsAffected()); erased == 0 {
			return nil
		}
		return t.audit("tip.expire", nil, map[string]any{"tips": erased})
	})
	return erased, err
}

// openTips returns tips, locked in the order of their ids; CodeConflict if one is not open, CodeNotFound if one is not there.
func (t *tx) openTips(ids []factcheck.TipID) ([]tipModel, error) {
	ids = slices.Clone(ids)
	slices.SortFunc(ids, func(a, b factcheck.TipID) int { return slices.Compare(a[:], b[:]) })
	ids = slices.Compact(ids)
	if len(ids) == 0 || len(ids) > MaxPage {
		return nil, invalidf("tip", "choose 1 to %d tips", MaxPage)
	}
	var rows []tipModel
	err := t.db.Clauses(clause.Locking{Strength: "UPDATE"}).Select("id", "state", "version").Where("id IN ?", ids).Order("id").Find(&rows).Error
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the tips: %w", err)
	case len(rows) != len(ids):
		return nil, factcheck.NotFound("there is no such tip here")
	}
	for _, row := range rows {
		if row.State != factcheck.TipOpen {
			return nil, factcheck.Conflict("somebody dealt with this tip already")
		}
	}
	return rows, nil
}

// closing is what becomes of tips.
type closing struct {
	state  factcheck.TipState
	claim  factcheck.ClaimID       // if they count for one
	reason factcheck.DeclineReason // if they are declined
	answer string                  // to those who sent them; in no log
	action string                  // in the audit log
}

// details is what the audit log keeps of it.
func (c closing) details() map[string]any {
	switch {
	case !c.claim.IsZero():
		return map[string]any{"claim": c.claim}
	case c.reason != "":
		return map[string]any{"reason": c.reason}
	}
	return nil
}

// closeTips says what became of locked tips.
func (t *tx) closeTips(rows []tipModel, c closing) error {
	ids := make([]factcheck.TipID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	_, err := t.pgx.Exec(t.ctx, `UPDATE tips SET state = $2, claim_id = $3, decline_reason = $4, answer = $5, handled_by = $6, handled_at = $7, version = version + 1 WHERE id = ANY ($1::uuid[])`,
		uuids(ids), c.state, c.claim, c.reason, c.answer, t.actor.ID, t.now)
	if err != nil {
		return fmt.Errorf("close the tips: %w", err)
	}
	for _, id := range ids {
		if err := t.audit(c.action, id, c.details()); err != nil {
			return err
		}
	}
	return nil
}
