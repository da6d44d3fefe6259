package backup

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// promises are what must hold in every database of Touchstone, whatever was done to it behind the program's back. Each
// query counts what breaks the promise.
var promises = []struct{ broken, query string }{
	{"published versions whose text is not the one that was approved", `
		SELECT count(*) FROM verdict_versions v
		WHERE v.approved_hash IS NOT NULL AND v.state <> 'draft' AND v.approved_hash IS DISTINCT FROM sha256(convert_to(v.approved, 'UTF8'))
		AND NOT EXISTS (SELECT FROM redactions r WHERE r.place = 'verdict_versions.approved' AND r.row_id = v.id::text)`},
	{"published versions of the house that nobody approved, or that their author did", `
		SELECT count(*) FROM verdict_versions v WHERE v.state = 'published' AND v.import_id IS NULL
		AND (v.approved_by IS NULL OR v.approved_by = v.submitted_by
		     OR EXISTS (SELECT FROM version_authors a WHERE a.version_id = v.id AND a.person_id = v.approved_by))`},
	{"gaps in the change feed", `
		SELECT abs(f.seq - c.n) + abs(f.seq - c.high) + (CASE WHEN c.n > 0 THEN abs(c.low - 1) ELSE 0 END)
		FROM feed f, (SELECT count(*) AS n, coalesce(max(seq), 0) AS high, coalesce(min(seq), 1) AS low FROM changes) c`},
	{"public documents without an entry in the change feed", `
		SELECT count(*) FROM claim_documents d WHERE NOT EXISTS (SELECT FROM changes c WHERE c.seq = d.seq AND c.claim_id = d.claim_id)`},
	{"states of pages without an entry in the change feed", `SELECT count(*) FROM claim_states WHERE seq IS NULL`},
	{"pages whose states are not counted from 1", `
		SELECT count(*) FROM (SELECT claim_id FROM claim_states GROUP BY claim_id HAVING max(n) <> count(*) OR min(n) <> 1) AS x`},
	{"public verdicts that are not the published, current version of an allowed publisher", `
		SELECT count(*) FROM public_verdicts p WHERE NOT EXISTS (
			SELECT FROM verdicts v JOIN verdict_versions ver ON ver.id = v.current_version_id JOIN publishers pub ON pub.id = v.publisher_id
			WHERE v.id = p.verdict_id AND ver.id = p.version_id AND ver.state = 'published' AND pub.allowed_at IS NOT NULL)`},
	{"guards that are switched off", `SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'`},
}

// checkLedger fails with CodeInvalid when a database breaks one of the promises, and says which. It reads every published
// version once.
func checkLedger(ctx context.Context, conn *pgx.Conn) error {
	var broken []string
	for _, p := range promises {
		var n int64
		if err := conn.QueryRow(ctx, p.query).Scan(&n); err != nil {
			return fmt.Errorf("look for %s: %w", p.broken, err)
		}
		if n > 0 {
			broken = append(broken, fmt.Sprintf("%d %s", n, p.broken))
		}
	}
	if len(broken) > 0 {
		return factcheck.Invalid("FILE", "the ledger does not hold together: %s", strings.Join(broken, "; "))
	}
	return nil
}

// compare fails with CodeInvalid unless a restored database has what the manifest says.
func compare(ctx context.Context, conn *pgx.Conn, m Manifest) error {
	counts, err := countRows(ctx, conn)
	if err != nil {
		return err
	}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(m.Tables)) {
		if got, want := counts[name], m.Tables[name]; got != want {
			wrong = append(wrong, fmt.Sprintf("%s has %d rows and had %d", name, got, want))
		}
	}
	var epoch string
	var seq int64
	var guards int
	err = conn.QueryRow(ctx, `SELECT epoch, seq, (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O') FROM feed`).Scan(&epoch, &seq, &guards)
	if err != nil {
		return fmt.Errorf("look at the restored feed: %w", err)
	}
	if epoch != m.Epoch || seq != m.Seq {
		wrong = append(wrong, fmt.Sprintf("the feed stands at %s:%d and stood at %s:%d", epoch, seq, m.Epoch, m.Seq))
	}
	if guards != m.Guards {
		wrong = append(wrong, fmt.Sprintf("it has %d guards and had %d", guards, m.Guards))
	}
	if len(wrong) > 0 {
		return factcheck.Invalid("FILE", "what was restored is not what was saved: %s", strings.Join(wrong, "; "))
	}
	return nil
}
