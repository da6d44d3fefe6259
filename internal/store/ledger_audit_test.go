package store_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// auditLedger reads the whole ledger as its owner, by queries of its own, and checks what must hold of it at any moment:
// after races and crashes, whoever won.
func auditLedger(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	auditVersions(t, conn)
	auditDocuments(t, conn)
	for what, query := range map[string]string{
		"a number of the feed is missing, or the head is wrong": `SELECT f.seq::text FROM feed f, (SELECT count(*) AS n, coalesce(min(seq), 1) AS low, coalesce(max(seq), 0) AS high FROM changes) c WHERE c.n <> f.seq OR c.low <> 1 OR c.high <> f.seq`,
		"a verdict's current version is not its newest":         `SELECT v.id::text FROM verdicts v WHERE v.current_version_id IS DISTINCT FROM (SELECT id FROM verdict_versions WHERE verdict_id = v.id AND n IS NOT NULL ORDER BY n DESC LIMIT 1)`,
		"an approver is an author":                              `SELECT id::text FROM verdict_versions v JOIN version_authors a ON a.version_id = v.id AND a.person_id = v.approved_by`,
		"a verdict is public that may not be":                   `SELECT pv.verdict_id::text FROM public_verdicts pv JOIN publishers p ON p.id = pv.publisher_id JOIN verdicts v ON v.id = pv.verdict_id WHERE p.allowed_at IS NULL OR v.current_version_id IS DISTINCT FROM pv.version_id`,
		"a verdict is not public that is published":             `SELECT v.id::text FROM verdicts v JOIN publishers p ON p.id = v.publisher_id AND p.allowed_at IS NOT NULL JOIN claims c ON c.id = v.claim_id AND c.merged_into IS NULL WHERE v.current_version_id IS NOT NULL AND NOT EXISTS (SELECT FROM public_verdicts pv WHERE pv.verdict_id = v.id)`,
		"a document's number is not its claim's newest":         `SELECT d.claim_id::text FROM claim_documents d WHERE d.seq IS DISTINCT FROM (SELECT max(seq) FROM changes c WHERE c.claim_id = d.claim_id)`,
		"a state of a page has no number":                       `SELECT claim_id::text FROM claim_states WHERE seq IS NULL`,
		"a page's newest state is not what its document was":    `SELECT s.claim_id::text FROM claim_states s WHERE s.seq > (SELECT max(seq) FROM changes c WHERE c.claim_id = s.claim_id)`,
	} {
		rows, err := conn.Query(t.Context(), query)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if bad, err := pgx.CollectRows(rows, pgx.RowTo[string]); err != nil || len(bad) > 0 {
			t.Errorf("%s: %v, %v", what, bad, err)
		}
	}
}

type auditedVersion struct {
	ID, Approved, Answer, Headline, Body, Label, Truth string
	Hash                                               []byte
	Sources                                            []byte
}

// auditVersions compares each version the house published with the text that was approved for it.
func auditVersions(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT v.id::text, v.approved, v.answer, v.headline, v.body, v.label, v.truth, v.approved_hash,
		(SELECT coalesce(json_agg(json_build_object('url', s.url, 'quote', s.quote, 'title', s.title, 'bearing', s.bearing) ORDER BY s.position), '[]') FROM sources s WHERE s.version_id = v.id)
		FROM verdict_versions v WHERE v.state = 'published' AND v.import_id IS NULL`)
	if err != nil {
		t.Fatal(err)
	}
	versions, err := pgx.CollectRows(rows, pgx.RowToStructByPos[auditedVersion])
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		if sum := sha256.Sum256([]byte(v.Approved)); !bytes.Equal(sum[:], v.Hash) {
			t.Errorf("version %s: the hash is not the approved text's", v.ID)
		}
		a, err := document.DecodeApproved([]byte(v.Approved))
		if err != nil {
			t.Fatal(err)
		}
		var sources []document.ApprovedSource
		if err := json.Unmarshal(v.Sources, &sources); err != nil {
			t.Fatal(err)
		}
		same := slices.EqualFunc(sources, a.Sources, func(x, y document.ApprovedSource) bool {
			return x.URL == y.URL && x.Quote == y.Quote && x.Title == y.Title && x.Bearing == y.Bearing
		})
		if !same || v.Answer != a.Answer || v.Headline != a.Headline || v.Body != a.Body || v.Label != a.Rating.Label {
			t.Errorf("version %s: published is %+v with %s, approved was %s", v.ID, v, v.Sources, v.Approved)
		}
	}
}

type auditedDocument struct {
	Claim, Document string
	Appearances     int
	Current         []byte // {"verdict uuid": [n, state]}
	Approved        *string
}

// auditDocuments compares each public document with the rows it was built from: none may lack what another transaction
// wrote while it was built.
func auditDocuments(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	rows, err := conn.Query(t.Context(), `SELECT d.claim_id::text, d.document, (SELECT count(*) FROM appearances a WHERE a.claim_id = d.claim_id AND (a.set_by = 'person' OR EXISTS (
			SELECT FROM appearance_listings l JOIN publishers lp ON lp.id = l.publisher_id WHERE l.appearance_id = a.id AND lp.allowed_at IS NOT NULL))),
		(SELECT json_object_agg(p.site, json_build_array(ver.n, v.state)) FROM public_verdicts pv JOIN verdicts v ON v.id = pv.verdict_id JOIN publishers p ON p.id = v.publisher_id
			JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE pv.claim_id = d.claim_id),
		(SELECT ver.approved FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id WHERE v.claim_id = d.claim_id AND ver.import_id IS NULL)
		FROM claim_documents d`)
	if err != nil {
		t.Fatal(err)
	}
	docs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[auditedDocument])
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range docs {
		c, err := document.Decode([]byte(d.Document), "https://desk.example", 1)
		if err != nil {
			t.Fatal(err)
		}
		var current map[string][2]any
		if err := json.Unmarshal(d.Current, &current); err != nil {
			t.Fatal(err)
		}
		if len(c.Appearances) != d.Appearances || len(c.Verdicts) != len(current) {
			t.Errorf("claim %s shows %d appearances and %d verdicts, has %d and %d", d.Claim, len(c.Appearances), len(c.Verdicts), d.Appearances, len(current))
		}
		for _, v := range c.Verdicts {
			if want := current[v.Publisher.Site]; any(float64(v.Version)) != want[0] || any(v.State) != want[1] {
				t.Errorf("claim %s shows version %d, %s of %s; current is %v", d.Claim, v.Version, v.State, v.Publisher.Site, want)
			}
		}
		if d.Approved == nil {
			continue
		}
		if a, err := document.DecodeApproved([]byte(*d.Approved)); err != nil || a.Claim.Text != c.Text {
			t.Errorf("claim %s reads %q, approved was %q, %v", d.Claim, c.Text, a.Claim.Text, err)
		}
	}
}

// waitForLock returns when a backend of the database waits for a lock, or done is closed first.
func waitForLock(t *testing.T, conn *pgx.Conn, done <-chan struct{}) {
	t.Helper()
	waitForLocks(t, conn, 1, done)
}

// waitForLocks returns when that many backends wait, or done is closed first.
func waitForLocks(t *testing.T, conn *pgx.Conn, many int, done <-chan struct{}) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		var n int
		err := conn.QueryRow(t.Context(), `SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.datname = current_database()`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		if n >= many {
			return
		}
		select {
		case <-done:
			return
		case <-time.After(time.Millisecond): // between two looks
		}
	}
	t.Fatal("nobody waits for a lock, and the other is not done after 20 s")
}
