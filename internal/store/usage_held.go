package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Held is a claim of which a key was last given another state than the one of now.
type Held struct {
	Claim                factcheck.ClaimID
	Text, Language, Slug string // as they are public now; empty: the claim is public no more
	N, NowN              int    // of the states of the claim's page: the one they were given, and the one of now; 0: none is public
	Label, NowLabel      string // the ratings in them as they may be shown today; empty under review
	Given                time.Time
	Seq                  int64 // of the newest change they were not given
	Type                 factcheck.ChangeType
	At                   time.Time
}

// Holdings are what a key was given, and what of it is outdated.
type Holdings struct {
	Taken    int   // claims that were taken one by one, in lists and look-ups
	Outdated int   // claims held in an outdated version, those of the feed included
	Head     int64 // of the change feed

	Followed   int64      // it was given the feed up to here; 0: it does not follow
	FollowedAt *time.Time // when it last asked
	Missing    int64      // changes since, of all kinds
	MissingAt  *time.Time // when the first of them was made

	List []Held // newest change first
	Next int64  // Seq to go on before; 0: that was all
}

// HeldPage is how many claims a page of Holdings lists.
const HeldPage = 25

// KeyHoldings returns what a key holds in an outdated version: claims it was given, by the feed or by themselves, that changed since, by a
// verdict's moving, merging or withdrawal. Before is the Next of the page before, or 0. What a key was given of a claim by itself is known
// of the 50,000 claims it took last. No text is kept of what was given: what is shown is what is public today. About eight queries. Who may see it: see KeyUsage.
func (db *DB) KeyHoldings(ctx context.Context, actor factcheck.Actor, id factcheck.KeyID, before int64) (Holdings, error) {
	db.writePulls(ctx)
	var out Holdings
	err := db.write(ctx, actor, factcheck.ReadUsage, "read what "+id.String()+" holds", func(t *tx) error {
		if _, err := t.seenKey(id); err != nil {
			return err
		}
		if err := t.followed(id, &out); err != nil {
			return err
		}
		given, err := t.outdated(id, before, &out)
		if err != nil {
			return err
		}
		return t.tellHeld(out.List, given)
	})
	return out, err
}

// followed says how far a key followed the feed.
func (t *tx) followed(id factcheck.KeyID, out *Holdings) error {
	err := t.pgx.QueryRow(t.ctx, `SELECT h.seq, coalesce(f.seq, 0), f.at, (SELECT count(*) FROM claim_pulls c WHERE c.actor_id = a.id), (SELECT n.at FROM changes n WHERE n.seq > f.seq ORDER BY n.seq LIMIT 1)
		FROM actors a CROSS JOIN feed h LEFT JOIN feed_pulls f ON f.actor_id = a.id WHERE a.key_id = $1`, id).Scan(&out.Head, &out.Followed, &out.FollowedAt, &out.Taken, &out.MissingAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read how far the key followed: %w", err)
	}
	if out.Followed > 0 {
		out.Missing = max(0, out.Head-out.Followed)
	}
	return nil
}

// heldClaims are the claims that a key holds, with the number up to which it knows them: those it took, and, where it follows the
// feed, those that changed since and were there before.
const heldClaims = `WITH me AS (SELECT a.id, coalesce(f.seq, 0) AS fed, coalesce(f.at, '-infinity') AS at FROM actors a LEFT JOIN feed_pulls f ON f.actor_id = a.id WHERE a.key_id = $1),
	held AS (SELECT claim_id, max(seq) AS seq, max(at) AS at FROM (
			SELECT c.claim_id, greatest(c.seq, me.fed) AS seq, CASE WHEN me.fed > c.seq THEN me.at ELSE c.at END AS at FROM me JOIN claim_pulls c ON c.actor_id = me.id
			UNION ALL
			SELECT n.claim_id, me.fed, me.at FROM me JOIN LATERAL (SELECT DISTINCT x.claim_id FROM changes x WHERE x.seq > me.fed) n ON me.fed > 0
			WHERE EXISTS (SELECT FROM changes b WHERE b.claim_id = n.claim_id AND b.seq <= me.fed)) each GROUP BY claim_id),
	newest AS (SELECT h.claim_id, h.seq AS given, h.at AS given_at, n.seq, n.type, n.at FROM held h JOIN LATERAL (SELECT x.seq, x.type, x.at FROM changes x
			WHERE x.claim_id = h.claim_id AND x.seq > h.seq AND x.type NOT LIKE 'appearance.%' AND x.type <> 'source.dead' ORDER BY x.seq DESC LIMIT 1) n ON true)
`

// outdated lists what a key holds in an outdated version, and returns up to which number it knows each of them.
func (t *tx) outdated(id factcheck.KeyID, before int64, out *Holdings) ([]int64, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	rows, err := t.pgx.Query(t.ctx, heldClaims+`SELECT claim_id, given, given_at, seq, type, at, (SELECT count(*) FROM newest) FROM newest WHERE seq < $2 ORDER BY seq DESC LIMIT $3`, id, before, HeldPage+1)
	if err != nil {
		return nil, fmt.Errorf("list what the key holds: %w", err)
	}
	var given []int64
	out.List, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Held, error) {
		var h Held
		var upTo int64
		err := row.Scan(&h.Claim, &upTo, &h.Given, &h.Seq, &h.Type, &h.At, &out.Outdated)
		given = append(given, upTo)
		return h, err
	})
	if err != nil {
		return nil, fmt.Errorf("list what the key holds: %w", err)
	}
	if len(out.List) > HeldPage {
		out.List, given = out.List[:HeldPage], given[:HeldPage]
		out.Next = out.List[HeldPage-1].Seq
	}
	return given, nil
}

// tellHeld fills in what the states say that a key was given, each up to a number, and those of now, as both may be shown today.
func (t *tx) tellHeld(list []Held, given []int64) error {
	if len(list) == 0 {
		return nil
	}
	place, claims := map[factcheck.ClaimID]int{}, make([]factcheck.ClaimID, len(list))
	for i, h := range list {
		place[h.Claim], claims[i] = i, h.Claim
	}
	states, err := readStates(t.ctx, t.pgx, `(s.claim_id, s.n) IN (SELECT x.claim, y.n FROM unnest($1::uuid[], $2::bigint[]) AS x (claim, given)
			JOIN LATERAL (SELECT max(n) FILTER (WHERE seq <= x.given) AS held, max(n) AS now FROM claim_states WHERE claim_id = x.claim) two ON true JOIN LATERAL (VALUES (two.held), (two.now)) y (n) ON y.n IS NOT NULL)
		ORDER BY s.claim_id, s.n`, claims, given)
	if err != nil {
		return err
	}
	for _, s := range states {
		i := place[s.Claim]
		h := &list[i]
		if s.Seq <= given[i] {
			h.N, h.Label = s.N, s.Label
		}
		doc, err := document.Decode(s.Stored, "", s.Seq)
		if err != nil {
			return fmt.Errorf("state %d of %s: %w", s.N, s.Claim, err)
		}
		h.NowN, h.NowLabel, h.Text, h.Language, h.Slug = s.N, s.Label, doc.Text, doc.Language, doc.Slug
	}
	return nil
}
