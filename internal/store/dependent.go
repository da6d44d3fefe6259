package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Published is the house's verdict on a claim as it stands in public, with what depends on it: what to think of before it is
// suspended, corrected or retracted.
type Published struct {
	Claim      factcheck.ClaimID
	ClaimText  string // as it is filed now
	Language   string
	Slug       string
	Public     bool
	Stage      factcheck.Stage
	Revision   int // of the claim
	Verdict    factcheck.VerdictID
	State      factcheck.VerdictState
	Origin     factcheck.Origin
	Notice     string // why it is suspended or retracted
	Label      string // of the current version
	N          int
	At         time.Time // of its publication
	ValidTo    *time.Time
	Open       factcheck.VersionID // a version under way
	OpenState  factcheck.VersionState
	OpenKind   factcheck.CorrectionKind
	Review     *Reminder
	Restoring  *Proposal // a restoration that waits
	Redactions int       // that wait

	Articles  []DependentArticle // at most 50, those that put the claim forward and stand first
	Linked    int                // articles in all
	Others    int                // verdicts of other publishers on the claim
	Merged    int                // claims that lead here
	Addresses int                // addresses that lead here, its own among them
	States    int                // public states of the page so far
	Takers    []Taker            // at most 50 partners who took the claim, those first who hold an earlier verdict
	Taken     int                // partners who took it in all
	Behind    int                // of them, those who hold an earlier verdict
	Tips      int                // tips that became this claim
}

// DependentArticle is an article that is linked to a claim.
type DependentArticle struct {
	ID     factcheck.ArticleID
	Title  string
	URL    string
	Outlet string
	Stance factcheck.Stance
	State  factcheck.CorrectionState
}

// PublishedVerdict returns the house's verdict on a claim with what depends on it; Verdict is zero if the house never began
// one. CodeNotFound if there is no such claim. Checkers and above, and keys with the scope file. A constant number of queries.
func (db *DB) PublishedVerdict(ctx context.Context, actor factcheck.Actor, claim factcheck.ClaimID) (Published, error) {
	var out Published
	db.writePulls(ctx)
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read what depends on "+claim.String(), func(t *tx) error {
		out = Published{Claim: claim}
		if err := out.read(t); err != nil {
			return err
		}
		if out.Verdict.IsZero() {
			return nil
		}
		var err error
		if out.Takers, out.Taken, out.Behind, err = t.takers(claim); err != nil {
			return err
		}
		out.Review, err = t.review(out.Verdict)
		return err
	})
	return out, err
}

func (p *Published) read(t *tx) error {
	var state *factcheck.VerdictState
	var origin *factcheck.Origin
	var openState *factcheck.VersionState
	var openKind *factcheck.CorrectionKind
	var at *time.Time
	err := t.pgx.QueryRow(t.ctx, `SELECT c.text, c.language, c.slug, c.stage, c.version, EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = c.id),
			v.id, v.state, v.origin, coalesce(v.notice, ''), coalesce(cur.label, ''), coalesce(cur.n, 0), coalesce(cur.original_at, cur.published_at), cur.valid_to, ver.id, ver.state, ver.correction_kind,
			(SELECT count(*) FROM appearances a WHERE a.claim_id = c.id), (SELECT count(*) FROM verdicts o WHERE o.claim_id = c.id AND o.origin = 'imported'),
			(SELECT count(*) FROM claims m WHERE m.merged_into = c.id), (SELECT count(*) FROM claim_slugs s WHERE s.claim_id = c.id),
			(SELECT count(*) FROM claim_states s WHERE s.claim_id = c.id),
			(SELECT count(*) FROM tips x WHERE x.claim_id = c.id), (SELECT count(*) FROM proposals r WHERE r.claim_id = c.id AND r.kind = 'redact' AND r.decision = 'open')
		FROM claims c LEFT JOIN (verdicts v JOIN publishers p ON p.id = v.publisher_id AND p.is_house) ON v.claim_id = c.id
		LEFT JOIN verdict_versions cur ON cur.id = v.current_version_id
		LEFT JOIN verdict_versions ver ON ver.verdict_id = v.id AND ver.state <> 'published' WHERE c.id = $1`, p.Claim).Scan(
		&p.ClaimText, &p.Language, &p.Slug, &p.Stage, &p.Revision, &p.Public, &p.Verdict, &state, &origin, &p.Notice, &p.Label, &p.N, &at, &p.ValidTo, &p.Open, &openState, &openKind,
		&p.Linked, &p.Others, &p.Merged, &p.Addresses, &p.States, &p.Tips, &p.Redactions)
	if err != nil {
		return fmt.Errorf("read %s: %w", p.Claim, err)
	}
	if state != nil && origin != nil {
		p.State, p.Origin = *state, *origin
	}
	if openState != nil && openKind != nil {
		p.OpenState, p.OpenKind = *openState, *openKind
	}
	if at != nil {
		p.At = *at
	}
	rows, err := t.pgx.Query(t.ctx, `SELECT a.id, a.title, coalesce(a.url, ''), coalesce(o.name, ''), ap.stance, ap.correction_state
		FROM appearances ap JOIN articles a ON a.id = ap.article_id LEFT JOIN outlets o ON o.id = a.outlet_id WHERE ap.claim_id = $1
		ORDER BY array_position(ARRAY['makes', 'repeats', 'reports', 'disputes', 'listed'], ap.stance), ap.correction_state <> 'standing', ap.position, ap.id LIMIT 50`, p.Claim)
	if err != nil {
		return fmt.Errorf("read the articles: %w", err)
	}
	if p.Articles, err = pgx.CollectRows(rows, pgx.RowToStructByPos[DependentArticle]); err != nil {
		return fmt.Errorf("read the articles: %w", err)
	}
	rows, err = t.pgx.Query(t.ctx, `SELECT `+proposalColumns+` WHERE p.verdict_id = $1 AND p.kind = 'restore' AND p.decision = 'open'`, p.Verdict)
	if err != nil {
		return fmt.Errorf("read the proposals: %w", err)
	}
	waiting, err := pgx.CollectRows(rows, scanProposal)
	if len(waiting) > 0 {
		p.Restoring = &waiting[0]
	}
	return err
}
