package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Decided says what became of one decision.
type Decided struct {
	ID         factcheck.SuggestionID
	Claim      factcheck.ClaimID // zero if there is no such suggestion
	ClaimText  string
	Done       bool
	Problem    string                 // for the person: why it was not done
	Appearance factcheck.AppearanceID // what accepting it made, or what was unlinked
}

// DecideSuggestions accepts or rejects suggestions of one article in one transaction. Accepting links the article to the claim
// as LinkArticle does, with the stance the person chose and the passage where locate finds it in the text as it is now. What
// cannot be done is told and leaves the rest: one that somebody decided meanwhile, or that reads otherwise than at the revision
// the person saw, or whose claim was linked or merged. The name of the act comes back: those decided at once have the same.
// CodeInvalid if nothing or too much is chosen; CodeNotFound if there is no such article. Checkers and above, and keys with the
// scope file.
func (db *DB) DecideSuggestions(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, list []factcheck.SuggestionDecision, locate factcheck.Locator) ([]Decided, error) {
	var out []Decided
	err := db.write(ctx, actor, factcheck.LinkArticle, "decide suggestions of "+article.String(), func(t *tx) error {
		if err := factcheck.CheckDecisions(list); err != nil {
			return err
		}
		var accepted, rejected []factcheck.SuggestionDecision
		for _, d := range list {
			if d.Accept {
				accepted = append(accepted, d)
			} else {
				rejected = append(rejected, d)
			}
		}
		decision := factcheck.SuggestionID(newID(t))
		p, err := t.beginDeciding(article, list, len(accepted) > 0)
		if err != nil {
			return err
		}
		p.decision, p.locate = decision, locate
		if out, err = p.rejectAll(rejected); err != nil {
			return err
		}
		more, err := p.acceptAll(accepted)
		out = append(out, more...)
		return err
	})
	return out, err
}

// reject rejects suggestions of an article as part of another act.
func (t *tx) reject(article factcheck.ArticleID, list []factcheck.SuggestionDecision) ([]Decided, error) {
	p, err := t.beginDeciding(article, list, false)
	if err != nil {
		return nil, err
	}
	p.decision = factcheck.SuggestionID(newID(t))
	return p.rejectAll(list)
}

// deciding is a decision on suggestions that are locked, in the order article, claims, suggestions, as linking and merging
// lock them.
type deciding struct {
	*tx
	article  factcheck.ArticleID
	text     string
	decision factcheck.SuggestionID // names the act
	locate   factcheck.Locator
	rows     map[factcheck.SuggestionID]*undecided
}

// undecided is a suggestion as a decision finds it.
type undecided struct {
	claim       factcheck.ClaimID
	claimText   string
	merged      bool
	linked      bool
	state       factcheck.SuggestionState
	version     int
	anchor      factcheck.Anchor
	stance      factcheck.Stance
	probability float32
	score       float32
	by          string
	appearance  factcheck.AppearanceID
}

func (t *tx) beginDeciding(article factcheck.ArticleID, list []factcheck.SuggestionDecision, links bool) (*deciding, error) {
	if err := t.holdArticle(article); err != nil {
		return nil, err
	}
	p := &deciding{tx: t, article: article, rows: map[factcheck.SuggestionID]*undecided{}}
	ids := make([]factcheck.SuggestionID, 0, len(list))
	for _, d := range list {
		ids = append(ids, d.ID)
	}
	if links {
		if _, err := t.lockClaimsOf(`SELECT claim_id FROM suggestions WHERE article_id = $1 AND id = ANY ($2::uuid[])`, article, uuids(ids)); err != nil {
			return nil, err
		}
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT text FROM articles WHERE id = $1`, article).QueryRow(func(row pgx.Row) error { return row.Scan(&p.text) })
	batch.Queue(`SELECT FROM suggestions WHERE article_id = $1 AND id = ANY ($2::uuid[]) ORDER BY id FOR UPDATE`, article, uuids(ids))
	batch.Queue(`SELECT s.id, s.claim_id, c.text, c.merged_into IS NOT NULL, EXISTS (SELECT FROM appearances ap WHERE ap.article_id = s.article_id AND ap.claim_id = s.claim_id),
			s.state, s.version, s.quote, s.quote_prefix, s.quote_suffix, coalesce(s.quote_start, 0), coalesce(s.quote_end, 0), s.stance, s.probability, s.score, coalesce(p.name, ''), s.appearance_id
		FROM suggestions s JOIN claims c ON c.id = s.claim_id LEFT JOIN actors a ON a.id = s.decided_by LEFT JOIN people p ON p.id = a.person_id
		WHERE s.article_id = $1 AND s.id = ANY ($2::uuid[])`, article, uuids(ids)).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			u, id := &undecided{}, factcheck.SuggestionID{}
			if err := rows.Scan(&id, &u.claim, &u.claimText, &u.merged, &u.linked, &u.state, &u.version, &u.anchor.Quote, &u.anchor.Prefix, &u.anchor.Suffix,
				&u.anchor.Start, &u.anchor.End, &u.stance, &u.probability, &u.score, &u.by, &u.appearance); err != nil {
				return err
			}
			p.rows[id] = u
		}
		return rows.Err()
	})
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("read the suggestions: %w", err)
	}
	return p, nil
}

// stale says why an open suggestion cannot be decided as the person saw it; empty if it can.
func (u *undecided) stale(revision int) string {
	switch {
	case u.state == factcheck.SuggestionAccepted:
		return "it was accepted meanwhile by " + orSomebody(u.by)
	case u.state == factcheck.SuggestionRejected:
		return "it was rejected meanwhile by " + orSomebody(u.by)
	case u.state != factcheck.SuggestionOpen:
		return "it is not suggested any more: the text or the claim is another by now"
	case u.version != revision:
		return "it reads otherwise by now; look at it again"
	}
	return ""
}

func orSomebody(name string) string {
	if name == "" {
		return "somebody else"
	}
	return name
}

// find returns a suggestion, or what to tell of one that is not there.
func (p *deciding) find(d factcheck.SuggestionDecision) (*undecided, Decided) {
	u := p.rows[d.ID]
	if u == nil {
		return nil, Decided{ID: d.ID, Problem: "there is no such suggestion of this article"}
	}
	return u, Decided{ID: d.ID, Claim: u.claim, ClaimText: u.claimText}
}

func (p *deciding) rejectAll(list []factcheck.SuggestionDecision) ([]Decided, error) {
	out := make([]Decided, 0, len(list))
	batch := &pgx.Batch{}
	for _, d := range list {
		u, done := p.find(d)
		if u != nil {
			done.Problem = u.stale(d.Revision)
		}
		if done.Problem == "" {
			done.Done = true
			batch.Queue(`UPDATE suggestions SET state = 'rejected', decided_by = $2, decided_at = $3, decision = $4, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $5`,
				d.ID, p.actor.ID, p.now, p.decision, d.Revision)
		}
		out = append(out, done)
	}
	if batch.Len() == 0 {
		return out, nil
	}
	if err := p.pgx.SendBatch(p.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("reject suggestions: %w", err)
	}
	for _, done := range out {
		if done.Done {
			if err := p.auditDecision("suggestion.reject", done, ""); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (p *deciding) acceptAll(list []factcheck.SuggestionDecision) ([]Decided, error) {
	out := make([]Decided, 0, len(list))
	for _, d := range list {
		u, done := p.find(d)
		if u != nil {
			done.Problem = u.stale(d.Revision)
		}
		switch {
		case done.Problem != "":
		case u.merged:
			done.Problem = "its claim was merged into another one meanwhile"
		case u.linked:
			done.Problem = "the article was linked to this claim meanwhile"
		default:
			var err error
			if done.Appearance, err = p.accept(d, u); err != nil {
				return nil, err
			}
			done.Done = true
			if err := p.auditDecision("suggestion.accept", done, d.Stance); err != nil {
				return nil, err
			}
		}
		out = append(out, done)
	}
	return out, nil
}

// accept links the article to the claim of a suggestion, and notes where the stance came from.
func (p *deciding) accept(d factcheck.SuggestionDecision, u *undecided) (factcheck.AppearanceID, error) {
	in := factcheck.AppearanceInput{Stance: d.Stance, Quote: u.anchor.Quote, Note: factcheck.Provenance(u.probability, u.stance, d.Stance)}
	if at, found := u.anchor.In(p.text, p.locate); found {
		in.Anchor, in.Quote = at, p.text[at.Start:at.End]
	}
	in.Anchor.Prefix, in.Anchor.Suffix = clipContext(in.Anchor.Prefix), clipContext(in.Anchor.Suffix)
	in, err := in.Clean(p.now)
	if err != nil {
		return factcheck.AppearanceID{}, err
	}
	id, err := p.link(p.article, u.claim, in)
	if err != nil {
		return id, err
	}
	// Linking has settled it; it is this decision that did.
	_, err = p.pgx.Exec(p.ctx, `UPDATE suggestions SET state = 'accepted', chosen = $2, appearance_id = $3, decided_by = $4, decided_at = $5, decision = $6, updated_at = $5, version = version + 1 WHERE id = $1`,
		d.ID, d.Stance, id, p.actor.ID, p.now, p.decision)
	if err != nil {
		return id, fmt.Errorf("accept %s: %w", d.ID, err)
	}
	return id, nil
}

// auditDecision writes down that somebody decided a suggestion, and what was suggested.
func (p *deciding) auditDecision(action string, done Decided, chosen factcheck.Stance) error {
	u := p.rows[done.ID]
	details := map[string]any{"suggestion": done.ID, "claim": u.claim, "proposed": u.stance, "probability": u.probability, "score": u.score}
	if chosen != "" {
		details["stance"] = chosen
	}
	return p.audit(action, p.article, details)
}

// UndoDecisions takes back decisions on suggestions of one article: they wait again, and what accepting one linked is unlinked,
// unless something was done to that link since, which is told. The revision is the decided suggestion's. What somebody took
// back or decided anew meanwhile is told and leaves the rest. CodeInvalid if nothing or too much is named; CodeNotFound if
// there is no such article. Checkers and above, and keys with the scope file.
func (db *DB) UndoDecisions(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, list []factcheck.SuggestionDecision) ([]Decided, error) {
	var out []Decided
	err := db.write(ctx, actor, factcheck.LinkArticle, "take back decisions on suggestions of "+article.String(), func(t *tx) error {
		for i := range list {
			list[i].Accept = false
		}
		if err := factcheck.CheckDecisions(list); err != nil {
			return err
		}
		p, err := t.beginDeciding(article, list, true)
		if err != nil {
			return err
		}
		out = make([]Decided, 0, len(list))
		for _, d := range list {
			done, err := p.takeBackDecision(d)
			if err != nil {
				return err
			}
			out = append(out, done)
		}
		return nil
	})
	return out, err
}

// takeBackDecision lets one decided suggestion wait again.
func (p *deciding) takeBackDecision(d factcheck.SuggestionDecision) (Decided, error) {
	u, done := p.find(d)
	switch {
	case u == nil:
	case u.state == factcheck.SuggestionOpen:
		done.Problem = "this decision was taken back meanwhile"
	case u.state != factcheck.SuggestionAccepted && u.state != factcheck.SuggestionRejected:
		done.Problem = "it is not suggested any more"
	case u.version != d.Revision:
		done.Problem = "it was decided anew meanwhile by " + orSomebody(u.by)
	case u.merged:
		done.Problem = "its claim was merged into another one"
	}
	if u == nil || done.Problem != "" {
		return done, nil
	}
	if u.state == factcheck.SuggestionAccepted {
		var err error
		if done.Problem, err = p.unlinkAccepted(u); err != nil || done.Problem != "" {
			return done, err
		}
		done.Appearance = u.appearance
	}
	_, err := p.pgx.Exec(p.ctx, `UPDATE suggestions SET state = 'open', chosen = NULL, appearance_id = NULL, decided_by = NULL, decided_at = NULL, decision = NULL, updated_at = $2, version = version + 1 WHERE id = $1`, d.ID, p.now)
	if err != nil {
		return done, fmt.Errorf("open %s again: %w", d.ID, err)
	}
	done.Done = true
	return done, p.audit("suggestion.undo", p.article, map[string]any{"suggestion": d.ID, "claim": u.claim, "was": u.state})
}

// unlinkAccepted unlinks what a suggestion became, and says why not if something was done to it since. One that is gone stays
// gone.
func (p *deciding) unlinkAccepted(u *undecided) (problem string, err error) {
	row, err := p.lockAppearance(u.appearance, 1)
	if errors.Is(err, errNoAppearance) {
		return "", nil
	}
	if factcheck.CodeOf(err) == factcheck.CodeConflict {
		return "the link was changed since; unlink it where it stands", nil
	}
	if err != nil {
		return "", err
	}
	return "", p.unlink(row, "accepting the suggestion was taken back")
}
