package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Pull is a partner's taking of what is public: of one claim, or with a zero Claim of the feed up to a number.
type Pull struct {
	Claim factcheck.ClaimID
	Actor factcheck.ActorID // of the API key; zero if a site showed the embed
	Site  string            // host of the page with the embed, in lower case
	Seq   int64             // of the document, or the last number of the feed that was given out
}

const (
	pullsEvery = 2 * time.Second     // how long a pull may wait to be written
	maxPulls   = 20_000              // pulls that wait; more are not noted
	maxSites   = 100                 // sites that are remembered for one claim: whoever asks can make them up
	pullsKept  = 90 * 24 * time.Hour // how long a site is remembered that shows the claim no more
	pullsTime  = 10 * time.Second
)

// pulls are those that wait to be written, the newest of each taker.
type pulls struct {
	mu      sync.Mutex
	waiting map[Pull]int64 // Seq by the pull without it
	timer   *time.Timer
	closed  bool
}

// NotePulls remembers that partners took something. It returns at once: pulls are written together after two seconds, and at
// Close; those of the last seconds before a crash are lost, and so are those beyond 20,000 that wait.
func (db *DB) NotePulls(list ...Pull) {
	p := &db.pulls
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	if p.waiting == nil {
		p.waiting = map[Pull]int64{}
	}
	for _, one := range list {
		seq := one.Seq
		one.Seq = 0
		if have, ok := p.waiting[one]; seq > 0 && (ok || len(p.waiting) < maxPulls) {
			p.waiting[one] = max(have, seq)
		}
	}
	if p.timer == nil && len(p.waiting) > 0 {
		p.timer = time.AfterFunc(pullsEvery, func() {
			ctx, cancel := context.WithTimeout(context.Background(), pullsTime)
			defer cancel()
			db.writePulls(ctx)
		})
	}
}

// take returns the pulls that wait, and forgets them.
func (p *pulls) take(closing bool) map[Pull]int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	out := p.waiting
	p.waiting, p.timer, p.closed = nil, nil, p.closed || closing
	return out
}

// closePulls writes what waits, and takes no more.
func (db *DB) closePulls() {
	ctx, cancel := context.WithTimeout(context.Background(), pullsTime)
	defer cancel()
	db.logPulls(ctx, db.keepPulls(ctx, db.pulls.take(true)))
}

// writePulls writes what waits. Failing is logged alone: no page is kept from anybody for the sake of a count.
func (db *DB) writePulls(ctx context.Context) {
	db.logPulls(ctx, db.keepPulls(ctx, db.pulls.take(false)))
}

func (db *DB) logPulls(ctx context.Context, err error) {
	if err != nil {
		db.log.WarnContext(ctx, "what partners took was not noted", "error", err)
	}
}

// keepPulls writes pulls: at most four statements, however many there are. The rows are taken in one order, so that two nodes
// that write the same ones wait for each other and never in a circle.
func (db *DB) keepPulls(ctx context.Context, list map[Pull]int64) error {
	if len(list) == 0 {
		return nil
	}
	var claims, embedded []factcheck.ClaimID
	var keys, followers []factcheck.ActorID
	var sites []string
	var keySeqs, siteSeqs, feedSeqs []int64
	for p, seq := range list {
		switch {
		case p.Claim.IsZero():
			followers, feedSeqs = append(followers, p.Actor), append(feedSeqs, seq)
		case p.Site == "":
			claims, keys, keySeqs = append(claims, p.Claim), append(keys, p.Actor), append(keySeqs, seq)
		default:
			embedded, sites, siteSeqs = append(embedded, p.Claim), append(sites, p.Site), append(siteSeqs, seq)
		}
	}
	now := db.clock()
	batch := &pgx.Batch{}
	if len(claims) > 0 {
		batch.Queue(`INSERT INTO claim_pulls AS c (claim_id, actor_id, seq, at) SELECT x.claim, x.actor, x.seq, $4 FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS x (claim, actor, seq) ORDER BY 1, 2
			ON CONFLICT (claim_id, actor_id) WHERE actor_id IS NOT NULL DO UPDATE SET seq = greatest(c.seq, excluded.seq), at = greatest(c.at, excluded.at)`, claims, keys, keySeqs, now)
	}
	if len(embedded) > 0 {
		batch.Queue(`INSERT INTO claim_pulls AS c (claim_id, site, seq, at) SELECT x.claim, x.site, x.seq, $4 FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS x (claim, site, seq) ORDER BY 1, 2
			ON CONFLICT (claim_id, site) WHERE site IS NOT NULL DO UPDATE SET seq = greatest(c.seq, excluded.seq), at = greatest(c.at, excluded.at)`, embedded, sites, siteSeqs, now)
		batch.Queue(`WITH old AS (SELECT claim_id, site FROM (SELECT claim_id, site, at, row_number() OVER (PARTITION BY claim_id ORDER BY at DESC, site) AS place FROM claim_pulls
				WHERE claim_id = ANY ($1::uuid[]) AND site IS NOT NULL) x WHERE place > $2 OR at < $3 ORDER BY 1, 2)
			DELETE FROM claim_pulls c USING old WHERE c.claim_id = old.claim_id AND c.site = old.site`, embedded, maxSites, now.Add(-pullsKept))
	}
	if len(followers) > 0 {
		batch.Queue(`INSERT INTO feed_pulls AS f (actor_id, seq, at) SELECT x.actor, x.seq, $3 FROM unnest($1::uuid[], $2::bigint[]) AS x (actor, seq) ORDER BY 1
			ON CONFLICT (actor_id) DO UPDATE SET seq = greatest(f.seq, excluded.seq), at = greatest(f.at, excluded.at)`, followers, feedSeqs, now)
	}
	return translate("note what partners took", db.pool.SendBatch(ctx, batch).Close())
}

// Taker is a partner who took a claim: an API key, or a site that shows its embed.
type Taker struct {
	Name    string // of the key, or the site's host
	Site    bool
	Current bool      // they have been given the verdict as it is now
	Ended   bool      // the key is none any more: revoked, ended by itself, or of an owner who is disabled
	At      time.Time // when it was last taken
}

// maxTakers is how many takers are listed: those first who hold an earlier verdict.
const maxTakers = 50

// takers returns who took a claim, and how many hold what is not its verdict of now. A key that follows the feed was given
// everything up to the number it followed to. One query.
func (t *tx) takers(claim factcheck.ClaimID) (list []Taker, total, behind int, err error) {
	rows, err := t.pgx.Query(t.ctx, `WITH now AS (SELECT max(seq) AS seq FROM claim_states WHERE claim_id = $1), taken AS (
			SELECT coalesce(k.name, c.site) AS name, c.site IS NOT NULL AS site, greatest(c.at, f.at) AS at, coalesce(greatest(c.seq, f.seq) >= now.seq, false) AS current, a.id IS NOT NULL AND NOT (`+keyStands+`) AS ended
			FROM now CROSS JOIN claim_pulls c LEFT JOIN actors a ON a.id = c.actor_id LEFT JOIN keys k ON k.id = a.key_id LEFT JOIN people p ON p.id = k.owner_id LEFT JOIN feed_pulls f ON f.actor_id = c.actor_id
			WHERE c.claim_id = $1)
		SELECT name, site, at, current, ended, count(*) OVER (), count(*) FILTER (WHERE NOT current AND NOT site) OVER () FROM taken ORDER BY current OR site, ended, at DESC, name LIMIT $3`, claim, t.now, maxTakers)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("read who took %s: %w", claim, err)
	}
	list, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (Taker, error) {
		var one Taker
		return one, row.Scan(&one.Name, &one.Site, &one.At, &one.Current, &one.Ended, &total, &behind)
	})
	if err != nil {
		return nil, 0, 0, fmt.Errorf("read who took %s: %w", claim, err)
	}
	return list, total, behind, nil
}
