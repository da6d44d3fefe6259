package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// ClaimWork is a claim with everything that the page shows on which it is worked.
type ClaimWork struct {
	WorkingClaim
	Who         Claimant // who made it; the zero Claimant if that is not said
	MergedText  string   // of the claim it was merged into
	VerdictIs   factcheck.VerdictState
	Draft       Version // the open version; its ID is zero if there is none
	Rules       factcheck.HouseRules
	Scale       StoredScale // the draft's, else the house's newest
	AllTopics   []Topic     // to choose from
	People      []TeamMember
	Published   []PublishedVersion // newest first
	Comments    []Comment          // oldest first, the last 200
	Notices     []OutletNotice     // newest first
	Interests   []Interest
	Confidences []Confidence
	Files       []ClaimFile
	Visits      []Visit
	Audit       []AuditEntry // of the claim and its versions, newest first, the last 100
	Tips        int
	Followers   int                  // readers who are told by mail when it changes
	Naming      factcheck.ProposalID // to name the claimant, while it waits; zero if there is none
}

// TeamMember is a person as the page of a claim needs them.
type TeamMember struct {
	ID       factcheck.PersonID
	Name     string
	Role     factcheck.Role
	Disabled bool
	Interest bool // a conflict of interest keeps them out of this claim
}

// PublishedVersion is a version that was published.
type PublishedVersion struct {
	ID         factcheck.VersionID
	N          int
	Label      string
	Correction factcheck.CorrectionKind
	Note       string
	At         time.Time
	Approver   string
	Current    bool
}

// ClaimWork returns a claim with all the work on it, whatever its stage. Checkers and above. CodeNotFound if there is none.
// A constant number of queries.
func (db *DB) ClaimWork(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimID) (ClaimWork, error) {
	var out ClaimWork
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read the work on "+id.String(), func(t *tx) error {
		var err error
		if out.WorkingClaim, err = t.workingClaim(id); err != nil {
			return err
		}
		if !out.Open.IsZero() {
			if out.Draft, err = t.version(out.Open); err != nil {
				return err
			}
		}
		if out.Rules, err = t.houseRules(); err != nil {
			return err
		}
		batch := &pgx.Batch{}
		out.queueFrame(batch)
		out.queueTalk(t, batch)
		out.queueKept(t, batch)
		out.queueHistory(batch)
		if err := t.pgx.SendBatch(ctx, batch).Close(); err != nil {
			return fmt.Errorf("read the work on %s: %w", id, err)
		}
		return nil
	})
	return out, err
}

// into reads the rows of a query into a list.
func into[T any](list *[]T, scan func(pgx.CollectableRow) (T, error)) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*list, err = pgx.CollectRows(rows, scan)
		return err
	}
}

// queueFrame asks for claimant, scale, topics, people and what the claim was merged into.
func (w *ClaimWork) queueFrame(batch *pgx.Batch) {
	batch.Queue(`SELECT id, slug, name, kind, description, same_as, private, named_approved_by IS NOT NULL, version FROM claimants WHERE id = $1`, w.Claimant).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		if rows.Next() {
			c := &w.Who
			return rows.Scan(&c.ID, &c.Slug, &c.Name, &c.Kind, &c.Description, &c.SameAs, &c.Private, &c.Named, &c.Revision)
		}
		return rows.Err()
	})
	const scale = `coalesce($1::uuid, (SELECT id FROM scales WHERE slug = 'house' ORDER BY version DESC LIMIT 1))`
	batch.Queue(`SELECT id, slug, version, name, site FROM scales WHERE id = `+scale, w.Draft.Draft.Scale).Query(func(rows pgx.Rows) error {
		defer rows.Close()
		if rows.Next() {
			return rows.Scan(&w.Scale.ID, &w.Scale.Slug, &w.Scale.Version, &w.Scale.Name, &w.Scale.Site)
		}
		return rows.Err()
	})
	batch.Queue(`SELECT label, truth, reasons, definition, value FROM scale_labels WHERE scale_id = `+scale+` ORDER BY position`, w.Draft.Draft.Scale).
		Query(into(&w.Scale.Labels, func(row pgx.CollectableRow) (factcheck.Label, error) {
			var l factcheck.Label
			var reasons []string
			err := row.Scan(&l.Label, &l.Truth, &reasons, &l.Definition, &l.Value)
			for _, r := range reasons {
				l.Reasons = append(l.Reasons, factcheck.Reason(r))
			}
			return l, err
		}))
	// Those of the claim come first: a form that did not show one would take it off.
	batch.Queue(`SELECT id, slug, name, names, version, 0 FROM topics ORDER BY id = ANY ($1::uuid[]) DESC, lower(name), id LIMIT $2`, uuids(w.Topics), MaxTopicChoices).Query(into(&w.AllTopics, func(row pgx.CollectableRow) (Topic, error) { return scanTopic(row) }))
	batch.Queue(`SELECT id, name, role, disabled_at IS NOT NULL, has_interest(id, $1) FROM people ORDER BY lower(name), id`, w.ID).Query(into(&w.People, pgx.RowToStructByPos[TeamMember]))
	batch.Queue(`SELECT coalesce((SELECT text FROM claims WHERE id = $1), ''), coalesce((SELECT state FROM verdicts WHERE id = $2), ''),
		(SELECT count(*) FROM tips WHERE claim_id = $3), (SELECT id FROM proposals WHERE claimant_id = $4 AND kind = 'name' AND decision = 'open'),
		(SELECT count(*) FROM followers WHERE claim_id = $3 AND state = 'confirmed')`, w.MergedInto, w.Verdict, w.ID, w.Claimant).
		QueryRow(func(row pgx.Row) error {
			return row.Scan(&w.MergedText, &w.VerdictIs, &w.Tips, &w.Naming, &w.Followers)
		})
}

// queueTalk asks for what colleagues said, whose interest is declared and who is here.
func (w *ClaimWork) queueTalk(t *tx, batch *pgx.Batch) {
	batch.Queue(`SELECT x.id, x.text, x.said_by, x.name, x.said_at, x.back, x.for_me, x.unseen, x.named FROM (SELECT c.id, c.text, c.said_by, p.name, c.said_at, c.back_at IS NOT NULL AS back, m.person_id IS NOT NULL AS for_me, m.person_id IS NOT NULL AND m.seen_at IS NULL AS unseen,
			ARRAY(SELECT q.name FROM comment_mentions o JOIN people q ON q.id = o.person_id WHERE o.comment_id = c.id ORDER BY q.name) AS named
		FROM comments c JOIN people p ON p.id = c.said_by LEFT JOIN comment_mentions m ON m.comment_id = c.id AND m.person_id = $2
		WHERE c.claim_id = $1 ORDER BY c.id DESC LIMIT 200) x ORDER BY 1`, w.ID, t.actor.Person).Query(into(&w.Comments, pgx.RowToStructByPos[Comment]))
	batch.Queue(interestsQuery+` WHERE i.ended_at IS NULL AND (i.claim_id = $1 OR i.claimant_id = $2 OR i.topic_id = ANY ($3::uuid[])) ORDER BY p.name, i.id LIMIT 200`,
		w.ID, w.Claimant, uuids(w.Topics)).Query(into(&w.Interests, pgx.RowToStructByPos[Interest]))
	batch.Queue(visitsQuery, w.ID, t.now.Add(-visitAge), t.actor.Person).Query(into(&w.Visits, pgx.RowToStructByPos[Visit]))
}

// queueKept asks for what was kept: notices to outlets, confidences and files.
func (w *ClaimWork) queueKept(t *tx, batch *pgx.Batch) {
	batch.Queue(`SELECT n.id, n.article_id, n.told_at, n.how, n.answer, n.answered_at, n.version, p.name, n.noted_at
		FROM outlet_notices n JOIN people p ON p.id = n.noted_by WHERE n.claim_id = $1 ORDER BY n.id DESC LIMIT 500`, w.ID).
		Query(into(&w.Notices, func(row pgx.CollectableRow) (OutletNotice, error) {
			var n OutletNotice
			return n, row.Scan(&n.ID, &n.Article, &n.ToldAt, &n.How, &n.Answer, &n.AnsweredAt, &n.Revision, &n.By, &n.NotedAt)
		}))
	batch.Queue(`SELECT x.id, x.source_id, x.reason, x.kept_by, p.name, x.kept_at, x.forgotten_at IS NOT NULL, x.sealed IS NOT NULL AND `+mayRead+`
		FROM confidences x JOIN people p ON p.id = x.kept_by WHERE x.claim_id = $1 ORDER BY x.id`, w.ID, t.actor.Person).Query(into(&w.Confidences, pgx.RowToStructByPos[Confidence]))
	batch.Queue(`SELECT f.id, f.name, f.type, f.size, f.sha256, p.name, f.added_at, f.down_at IS NOT NULL FROM claim_files f JOIN people p ON p.id = f.added_by
		WHERE f.claim_id = $1 ORDER BY f.id`, w.ID).Query(into(&w.Files, func(row pgx.CollectableRow) (ClaimFile, error) {
		f := ClaimFile{Claim: w.ID}
		return f, row.Scan(&f.ID, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.AddedBy, &f.AddedAt, &f.Down)
	}))
}

// queueHistory asks for the published versions and for who did what.
func (w *ClaimWork) queueHistory(batch *pgx.Batch) {
	batch.Queue(`SELECT ver.id, ver.n, ver.label, ver.correction_kind, ver.correction_note, ver.published_at, coalesce(p.name, ''), v.current_version_id = ver.id
		FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id LEFT JOIN people p ON p.id = ver.approved_by
		WHERE ver.verdict_id = $1 AND ver.n IS NOT NULL ORDER BY ver.n DESC LIMIT 200`, w.Verdict).Query(into(&w.Published, pgx.RowToStructByPos[PublishedVersion]))
	objects := []string{w.ID.String()}
	if !w.Verdict.IsZero() {
		objects = append(objects, w.Verdict.String())
	}
	if !w.Open.IsZero() {
		objects = append(objects, w.Open.String())
	}
	batch.Queue(`SELECT e.id, e.at, a.kind, coalesce(k.name, p.name, ''), CASE WHEN k.id IS NULL THEN '' ELSE coalesce(p.name, '') END, e.action, e.object, e.details::text, e.request_id
		FROM audit e JOIN actors a ON a.id = e.actor_id LEFT JOIN people p ON p.id = a.person_id LEFT JOIN keys k ON k.id = a.key_id
		WHERE e.object = ANY ($1) ORDER BY e.id DESC LIMIT 100`, objects).Query(into(&w.Audit, pgx.RowToStructByPos[AuditEntry]))
}

// VersionText returns what a version of a claim's verdict says, as canonical JSON (document.Approved): of a published or
// submitted one what was approved or submitted, of a draft what would be. Checkers and above, keys with the scope file,
// operator and system. CodeNotFound if the claim has no such version.
func (db *DB) VersionText(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID, id factcheck.VersionID) (string, error) {
	var text string
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		v, err := t.version(id)
		if err != nil {
			return err
		}
		if v.Claim != claim {
			return factcheck.NotFound("this claim has no such version")
		}
		if text = v.Approved; v.State != factcheck.VersionDraft && text != "" {
			return nil
		}
		raw, _, err := t.approvedText(v)
		text = string(raw)
		return err
	})
	return text, err
}
