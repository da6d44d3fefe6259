package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MatchableArticle is an article as the matcher reads it.
type MatchableArticle struct {
	ID       factcheck.ArticleID
	Kind     factcheck.ArticleKind
	Text     string
	Title    string
	Author   string
	Handle   string
	Outlet   string
	Language string
	Found    json.RawMessage     // what was found where, the fact-checks of its markup included
	Linked   []factcheck.ClaimID // claims it is linked to, or was by mistake
	Accepted []factcheck.ClaimID // claims whose suggestion was accepted, whatever became of the link
}

// MatchableArticle returns an article as the matcher reads it. CodeNotFound if there is none. Checkers and above, keys with the
// scope file, operator and system. One query.
func (db *DB) MatchableArticle(ctx context.Context, actor factcheck.Actor, id factcheck.ArticleID) (MatchableArticle, error) {
	out := MatchableArticle{ID: id}
	err := db.write(ctx, actor, factcheck.SuggestClaims, "read "+id.String(), func(t *tx) error {
		var linked, accepted []string
		err := t.pgx.QueryRow(ctx, `SELECT a.kind, a.text, a.title, a.author, a.handle, coalesce(o.name, ''), a.language, a.found,
				coalesce((SELECT array_agg(ap.claim_id::text) FROM appearances ap WHERE ap.article_id = a.id), '{}'),
				coalesce((SELECT array_agg(s.claim_id::text) FROM suggestions s WHERE s.article_id = a.id AND s.state = 'accepted'), '{}')
			FROM articles a LEFT JOIN outlets o ON o.id = a.outlet_id WHERE a.id = $1`, id).
			Scan(&out.Kind, &out.Text, &out.Title, &out.Author, &out.Handle, &out.Outlet, &out.Language, &out.Found, &linked, &accepted)
		if err != nil {
			return err
		}
		for _, list := range []struct {
			from []string
			to   *[]factcheck.ClaimID
		}{{linked, &out.Linked}, {accepted, &out.Accepted}} {
			for _, s := range list.from {
				var claim factcheck.ClaimID
				if err := claim.Scan(s); err != nil {
					return err
				}
				*list.to = append(*list.to, claim)
			}
		}
		return nil
	})
	return out, err
}

// Suggested says what keeping a look came to.
type Suggested struct {
	Open    int // that wait now
	Made    int // new ones, and old ones that opened again
	Dropped int // that the text no longer bears out
}

// SuggestClaims keeps what looking at an article's text found: the best factcheck.MaxOpenSuggestions wait for a decision, one
// for each claim. What is linked already is left out; what was rejected comes back only if the claim is worded otherwise by
// now, or a passage says it that was not in the text then; what waits and is no longer found is superseded. Doing it again
// changes nothing. CodeConflict if the text is another by now: look again. CodeNotFound if there is no such article. Checkers
// and above, keys with the scope file, operator and system. A fixed number of round trips.
func (db *DB) SuggestClaims(ctx context.Context, actor factcheck.Actor, article factcheck.ArticleID, look factcheck.Look) (Suggested, error) {
	var out Suggested
	err := db.write(ctx, actor, factcheck.SuggestClaims, "suggest claims of "+article.String(), func(t *tx) error {
		k, err := t.beginKeeping(article, look)
		if err != nil {
			return err
		}
		out = k.choose()
		return k.write(out)
	})
	return out, err
}

// keeping is a look that is being kept.
type keeping struct {
	*tx
	article   factcheck.ArticleID
	look      factcheck.Look
	hash      [32]byte
	seen      []byte // marks of all passages, sorted
	unchanged bool   // this very text was looked at before, by this matcher
	claims    map[factcheck.ClaimID]claimState
	rows      map[factcheck.ClaimID]*kept
	batch     *pgx.Batch
}

// claimState is what a suggestion needs to know of a claim.
type claimState struct {
	key      []byte
	linked   bool // the article is
	unlinked bool // the article was, by mistake
}

// kept is a suggestion that is there.
type kept struct {
	id        factcheck.SuggestionID
	state     factcheck.SuggestionState
	quote     string
	stance    factcheck.Stance
	reason    factcheck.StanceReason
	reading   factcheck.MatchReading
	textHash  []byte
	claimKey  []byte
	seen      []byte
	matcher   string
	start     int
	keepsOpen bool // it is found again
}

// beginKeeping reads what is there and holds the article as it is.
func (t *tx) beginKeeping(article factcheck.ArticleID, look factcheck.Look) (*keeping, error) {
	k := &keeping{tx: t, article: article, look: look, hash: sha256.Sum256([]byte(look.Text)), seen: marksOf(look.Passages), batch: &pgx.Batch{},
		claims: map[factcheck.ClaimID]claimState{}, rows: map[factcheck.ClaimID]*kept{}}
	ids := make([]factcheck.ClaimID, 0, len(look.Found))
	for _, f := range look.Found {
		if err := f.Check(); err != nil {
			return nil, err
		}
		ids = append(ids, f.Claim)
	}
	var now, before []byte
	var matcher string
	batch := &pgx.Batch{}
	batch.Queue(`SELECT pg_advisory_xact_lock(hashtextextended('suggest ' || $1::uuid::text, 0))`, article)
	batch.Queue(`SELECT sha256(convert_to(text, 'UTF8')) FROM articles WHERE id = $1 FOR SHARE`, article).QueryRow(func(row pgx.Row) error { return row.Scan(&now) })
	batch.Queue(`SELECT max(encode(text_hash, 'hex')), coalesce(max(matcher), '') FROM suggestion_looks WHERE article_id = $1`, article).QueryRow(func(row pgx.Row) error {
		var hex *string
		err := row.Scan(&hex, &matcher)
		if hex != nil {
			before = []byte(*hex)
		}
		return err
	})
	batch.Queue(`SELECT c.id, c.text_key, EXISTS (SELECT FROM appearances ap WHERE ap.article_id = $2 AND ap.claim_id = c.id),
			EXISTS (SELECT FROM appearance_events e WHERE e.article_id = $2 AND e.claim_id = c.id AND e.kind = 'unlinked')
		FROM claims c WHERE c.merged_into IS NULL AND c.id IN (SELECT unnest($1::uuid[]) UNION SELECT s.claim_id FROM suggestions s WHERE s.article_id = $2)`, uuids(ids), article).Query(k.readClaims)
	batch.Queue(`SELECT id, claim_id, state, quote, stance, stance_reason, reading, text_hash, claim_key, seen, matcher, coalesce(quote_start, -1)
		FROM suggestions WHERE article_id = $1 ORDER BY id FOR UPDATE`, article).Query(k.readRows)
	if err := t.pgx.SendBatch(t.ctx, batch).Close(); err != nil {
		return nil, fmt.Errorf("read what was suggested: %w", err)
	}
	if !bytes.Equal(now, k.hash[:]) {
		return nil, factcheck.Conflict("the text of this article was changed meanwhile; look again")
	}
	k.unchanged = string(before) == fmt.Sprintf("%x", k.hash) && matcher == look.Matcher
	return k, nil
}

func (k *keeping) readClaims(rows pgx.Rows) error {
	var id factcheck.ClaimID
	var c claimState
	_, err := pgx.ForEachRow(rows, []any{&id, &c.key, &c.linked, &c.unlinked}, func() error {
		c.key = slices.Clone(c.key)
		k.claims[id] = c
		return nil
	})
	return err
}

func (k *keeping) readRows(rows pgx.Rows) error {
	for rows.Next() {
		r, claim := &kept{}, factcheck.ClaimID{}
		if err := rows.Scan(&r.id, &claim, &r.state, &r.quote, &r.stance, &r.reason, &r.reading, &r.textHash, &r.claimKey, &r.seen, &r.matcher, &r.start); err != nil {
			return err
		}
		k.rows[claim] = r
	}
	return rows.Err()
}

// marksOf returns the marks of passages, each once, sorted.
func marksOf(passages []string) []byte {
	marks := make([][factcheck.MarkSize]byte, 0, len(passages))
	for _, p := range passages {
		marks = append(marks, factcheck.PassageMark(p))
	}
	slices.SortFunc(marks, func(a, b [factcheck.MarkSize]byte) int { return bytes.Compare(a[:], b[:]) })
	out := make([]byte, 0, len(marks)*factcheck.MarkSize)
	for _, m := range slices.Compact(marks) {
		out = append(out, m[:]...)
	}
	return out
}

// hasMark reports whether a passage is among marks.
func hasMark(marks []byte, passage string) bool {
	m := factcheck.PassageMark(passage)
	for at := 0; at+len(m) <= len(marks); at += len(m) {
		if bytes.Equal(marks[at:at+len(m)], m[:]) {
			return true
		}
	}
	return false
}

// choose queues what has to be written and says what that comes to.
func (k *keeping) choose() Suggested {
	var out Suggested
	for _, f := range k.look.Found {
		c, there := k.claims[f.Claim]
		if out.Open == factcheck.MaxOpenSuggestions || !there || c.linked {
			continue
		}
		f.ClaimKey = c.key
		r := k.rows[f.Claim]
		switch {
		case r == nil && c.unlinked, r != nil && r.state == factcheck.SuggestionAccepted, r != nil && r.keepsOpen:
			continue
		case r != nil && c.unlinked && r.state != factcheck.SuggestionOpen && r.state != factcheck.SuggestionRejected:
			continue // a link was taken back as a mistake
		case r != nil && r.state == factcheck.SuggestionRejected:
			var again bool
			if f, again = k.anew(f, r); !again {
				continue
			}
		}
		out.Open++
		if r == nil {
			k.insert(f)
			k.rows[f.Claim] = &kept{keepsOpen: true}
			out.Made++
			continue
		}
		r.keepsOpen = true
		if r.state != factcheck.SuggestionOpen {
			out.Made++
		}
		k.update(f, r)
	}
	for claim, r := range k.rows {
		if r.state != factcheck.SuggestionOpen || r.keepsOpen {
			continue
		}
		state := factcheck.SuggestionSuperseded
		if c, there := k.claims[claim]; !there || c.linked {
			state = factcheck.SuggestionWithdrawn
		}
		out.Dropped++
		k.batch.Queue(`UPDATE suggestions SET state = $2, updated_at = $3, version = version + 1 WHERE id = $1`, r.id, state, k.now)
	}
	return out
}

// anew returns what is found of a rejected suggestion as it may come back: all of it if the claim is worded otherwise now, or
// the first of its passages that was not in the text then. It reports false if nothing is new.
func (k *keeping) anew(f factcheck.SuggestionInput, r *kept) (factcheck.SuggestionInput, bool) {
	switch {
	case !bytes.Equal(f.ClaimKey, r.claimKey):
		return f, true
	case bytes.Equal(r.textHash, k.hash[:]), len(r.seen) == 0: // the same text, or one that a redaction took a passage from
		return f, false
	case !hasMark(r.seen, f.Anchor.Quote):
		return f, true
	}
	for _, o := range f.Why.Others {
		if hasMark(r.seen, o.Quote) || o.Start < 0 || o.End <= o.Start || o.End > len(k.look.Text) {
			continue
		}
		f.Anchor = factcheck.Anchor{Quote: o.Quote, Start: o.Start, End: o.End, Prefix: around(k.look.Text[:o.Start], true), Suffix: around(k.look.Text[o.End:], false)}
		return f, true
	}
	return f, false
}

// around returns the last or first few characters of a text.
func around(s string, last bool) string {
	at := 0
	for range 32 {
		_, size := utf8.DecodeRuneInString(s[at:])
		if last {
			_, size = utf8.DecodeLastRuneInString(s[:len(s)-at])
		}
		at += size
	}
	if last {
		return s[len(s)-at:]
	}
	return s[:at]
}

func (k *keeping) insert(f factcheck.SuggestionInput) {
	start, end := passageColumns(f.Anchor)
	k.batch.Queue(`INSERT INTO suggestions (id, article_id, claim_id, state, quote, quote_prefix, quote_suffix, quote_start, quote_end, stance, stance_reason, score, probability, reading,
			why, matcher, text_hash, claim_key, seen, created_at, updated_at)
		VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19)`,
		factcheck.SuggestionID(newID(k.tx)), k.article, f.Claim, f.Anchor.Quote, clipContext(f.Anchor.Prefix), clipContext(f.Anchor.Suffix), start, end, f.Stance, f.Reason,
		f.Score, f.Probability, f.Reading, f.Why, k.look.Matcher, k.hash[:], f.ClaimKey, k.seen, k.now)
}

// update writes what is found of a suggestion that is there. Its revision moves on only when what a person decides by is
// another: a new look alone takes nobody's decision away.
func (k *keeping) update(f factcheck.SuggestionInput, r *kept) {
	same := r.state == factcheck.SuggestionOpen && r.quote == f.Anchor.Quote && r.stance == f.Stance && r.reason == f.Reason && r.reading == f.Reading
	if same && k.unchanged && bytes.Equal(r.textHash, k.hash[:]) && bytes.Equal(r.claimKey, f.ClaimKey) && r.matcher == k.look.Matcher && r.start == f.Anchor.Start {
		return
	}
	count := 1
	if same {
		count = 0
	}
	start, end := passageColumns(f.Anchor)
	k.batch.Queue(`UPDATE suggestions SET state = 'open', quote = $2, quote_prefix = $3, quote_suffix = $4, quote_start = $5, quote_end = $6, stance = $7, stance_reason = $8,
			score = $9, probability = $10, reading = $11, why = $12, matcher = $13, text_hash = $14, claim_key = $15, seen = $16, updated_at = $17,
			decided_by = NULL, decided_at = NULL, decision = NULL, version = version + $18 WHERE id = $1`,
		r.id, f.Anchor.Quote, clipContext(f.Anchor.Prefix), clipContext(f.Anchor.Suffix), start, end, f.Stance, f.Reason,
		f.Score, f.Probability, f.Reading, f.Why, k.look.Matcher, k.hash[:], f.ClaimKey, k.seen, k.now, count)
}

// write writes what was chosen. A look that changes nothing leaves no trace but the time.
func (k *keeping) write(out Suggested) error {
	changed := k.batch.Len() > 0
	k.batch.Queue(`INSERT INTO suggestion_looks (article_id, text_hash, matcher, at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (article_id) DO UPDATE SET text_hash = excluded.text_hash, matcher = excluded.matcher, at = excluded.at`, k.article, k.hash[:], k.look.Matcher, k.now)
	if err := k.pgx.SendBatch(k.ctx, k.batch).Close(); err != nil {
		return fmt.Errorf("write the suggestions: %w", err)
	}
	if !changed {
		return nil
	}
	return k.audit("suggestion.make", k.article, map[string]any{"open": out.Open, "made": out.Made, "dropped": out.Dropped, "matcher": k.look.Matcher})
}
