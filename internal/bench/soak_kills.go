package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
)

// stormChecks is how many records an import in the storm has: more than it can take in before it is killed.
const stormChecks = 20_000

// soakKills kills an import o.Kills times, and then as often a serving program while it publishes; every second time
// PostgreSQL itself is killed first.
func soakKills(ctx context.Context, o Options) (string, error) {
	imports, err := stormImports(ctx, o, stormChecks)
	if err != nil {
		return "", fmt.Errorf("imports: %w", err)
	}
	served, err := stormServing(ctx, o)
	if err != nil {
		return "", fmt.Errorf("serving: %w", err)
	}
	return imports + "; " + served, nil
}

// stormImports imports a file again and again and kills the import at a random moment. No record may be half there, the
// feed must stay gapless, and the import that is left alone at the end must bring all n records, each once.
func stormImports(ctx context.Context, o Options, n int) (found string, err error) {
	err = withTempDir(func(dir string) error {
		file, data := filepath.Join(dir, "checks.jsonl"), filepath.Join(dir, "data")
		if err := writeChecks(file, n); err != nil {
			return err
		}
		bar := newProgress(o, "imports killed", o.Kills)
		defer bar.end()
		ended := 0 // before they could be killed
		for i := range o.Kills {
			cmd := importing(ctx, o, data, file)
			if err := cmd.Start(); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Duration(200+rand.IntN(4000)) * time.Millisecond):
			}
			if killPostgres := i%2 == 1; killPostgres {
				killPostmaster(data)
			}
			_ = cmd.Process.Kill() // it may have ended by itself, which Wait says
			if werr := cmd.Wait(); werr == nil {
				ended++
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := checkLedger(ctx, data); err != nil {
				return fmt.Errorf("after kill %d: %w", i+1, err)
			}
			bar.set(i + 1)
		}
		if out, err := importing(ctx, o, data, file).CombinedOutput(); err != nil {
			return fmt.Errorf("the import after the storm: %w: %s", err, out)
		}
		there, err := checkLedger(ctx, data)
		if err == nil && there != n {
			err = fmt.Errorf("%d claims are there of %d records", there, n)
		}
		found = fmt.Sprintf("%d imports killed, %d of them too late: all %d records are there once, none by half", o.Kills, ended, n)
		return err
	})
	return found, err
}

func importing(ctx context.Context, o Options, data, file string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, o.Program, "import", "--allow-publishers", file)
	cmd.Env = append(os.Environ(), "TOUCHSTONE_DATA_DIR="+data, "DATABASE_URL=")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = time.Minute
	return cmd
}

// killPostmaster kills the PostgreSQL of a data directory, if one runs there. Its other processes notice and end.
func killPostmaster(data string) {
	files, _ := filepath.Glob(filepath.Join(data, "*", "postmaster.pid")) // the pattern is right
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			continue // it has just stopped
		}
		line, _, _ := strings.Cut(string(b), "\n")
		// A pid that names no server of ours any more is left alone.
		if pid, err := strconv.Atoi(strings.TrimSpace(line)); err == nil && isPostgres(pid) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
}

func isPostgres(pid int) bool {
	name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid))
	return err == nil && strings.TrimSpace(string(name)) == "postgres"
}

// ledgerRules fails on halves and gaps. A database whose migration was killed has nothing to look at.
const ledgerRules = `DO $$ BEGIN
	IF to_regclass('changes') IS NULL OR to_regclass('claim_documents') IS NULL THEN RETURN; END IF;
	ASSERT (SELECT coalesce(max(seq), 0) = count(*) FROM changes), 'the feed has gaps';
	ASSERT (SELECT coalesce(max(c.seq), 0) = max(f.seq) FROM changes c, feed f) OR NOT EXISTS (SELECT FROM changes), 'the head is not the newest change';
	ASSERT NOT EXISTS (SELECT FROM import_records r LEFT JOIN verdicts v ON v.id = r.verdict_id WHERE v.current_version_id IS NULL), 'half a record';
	ASSERT NOT EXISTS (SELECT FROM claim_documents d WHERE NOT EXISTS (SELECT FROM changes c WHERE c.seq = d.seq)), 'a document without its change';
	ASSERT NOT EXISTS (SELECT FROM verdicts v WHERE v.current_version_id IS NOT NULL AND NOT EXISTS (SELECT FROM claim_documents d WHERE d.claim_id = v.claim_id)), 'a published verdict without a document';
END $$`

// checkLedger opens the cluster of a data directory, looks for halves and gaps, and returns how many claims are public.
func checkLedger(ctx context.Context, data string) (claims int, err error) {
	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: data}, pgserver.Attach)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, srv.Close()) }()
	f := &Fixture{Server: srv, Dir: filepath.Dir(data)}
	dsn := srv.SuperDSN(pgserver.DatabaseName)
	if err := f.psql(ctx, dsn, ledgerRules); err != nil {
		return 0, err
	}
	const count = `SELECT CASE WHEN to_regclass('claim_documents') IS NULL THEN 0 ELSE (xpath('/row/n/text()', query_to_xml('SELECT count(*) AS n FROM claim_documents', false, true, '')))[1]::text::int END`
	tool, err := srv.Binaries().Tool("psql")
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, tool, "-XqAt", "-d", dsn, "-c", count).Output()
	if err != nil {
		return 0, fmt.Errorf("count claims: %w", err)
	}
	return strconv.Atoi(strings.TrimSpace(string(out)))
}

// writeChecks writes synthetic checks in the shape of JSON Lines that import recognises.
func writeChecks(path string, n int) error {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(out)
	for i := range n {
		r := Record("storm.example", i)
		if err := enc.Encode(map[string]any{
			"@context": "https://schema.org", "@type": "ClaimReview", "url": r.ReviewURL, "claimReviewed": r.Text, "datePublished": r.Published.String(),
			"author":       map[string]any{"@type": "Organization", "name": "Storm Checks", "url": "https://storm.example/"},
			"reviewRating": map[string]any{"@type": "Rating", "alternateName": string(factcheck.TruthFalse), "ratingValue": 1, "bestRating": 5, "worstRating": 1},
		}); err != nil {
			return errors.Join(err, out.Close())
		}
	}
	return out.Close()
}
