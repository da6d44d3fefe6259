package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/pgserver"
)

// part is one of the long proofs. It returns what it found in a line, also where a promise does not hold.
type part struct {
	name string
	run  func(ctx context.Context, o Options) (found string, err error)
}

// parts are the long proofs, the quick ones first.
func parts() []part {
	return []part{
		{"attacks", soakAttacks},
		{"feed", soakFeed},
		{"fire", soakFire},
		{"kills", soakKills},
		{"lighthouse", soakLighthouse},
		{searchPart, soakSearch},
		{matchPart, soakMatch},
		{"growth", soakGrowth},
	}
}

// outcome is what became of a part.
type outcome struct {
	name, verdict, found string
	took                 time.Duration
}

// Soak runs the long proofs that o.Only names, or all, and prints a table of what they found. A part that fails does not
// keep the others from running; the error names those that did. When ctx ends, what runs is stopped and removed, and the
// rest is said not to have run. Feed, fire, attacks and kills have small versions in the tests, growth has its own in bench.
func Soak(ctx context.Context, o Options) error {
	all := parts()
	if err := known(o.Only, all); err != nil {
		return err
	}
	var outcomes []outcome
	var failed []string
	for _, p := range all {
		if !o.wants(p.name) {
			continue
		}
		out := outcome{name: p.name, verdict: "not run", found: "stopped before"}
		if ctx.Err() == nil {
			out = p.prove(ctx, o)
		}
		if out.verdict != "ok" {
			failed = append(failed, p.name)
		}
		outcomes = append(outcomes, out)
	}
	if err := printOutcomes(o, outcomes); err != nil {
		return err
	}
	if len(failed) > 0 {
		return fmt.Errorf("not proven: %s", strings.Join(failed, ", "))
	}
	return nil
}

// known returns an error that lists the parts when only names another.
func known(only string, all []part) error {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.name
	}
	for name := range strings.SplitSeq(only, ",") {
		if only != "" && !strings.Contains(" "+strings.Join(names, " ")+" ", " "+name+" ") {
			return fmt.Errorf("there is no part %q; say one or more of %s", name, strings.Join(names, ","))
		}
	}
	return nil
}

// prove runs a part and tells its verdict.
func (p part) prove(ctx context.Context, o Options) outcome {
	o.say("\n%s\n", p.name)
	began := time.Now()
	found, err := p.run(ctx, o)
	out := outcome{name: p.name, verdict: "ok", found: found, took: time.Since(began).Round(time.Second)}
	if err != nil {
		out.verdict = "FAILED"
		if ctx.Err() != nil {
			out.verdict = "stopped"
		}
		o.say("%s: %s: %v\n", p.name, out.verdict, err)
		if out.found == "" {
			out.found, _, _ = strings.Cut(err.Error(), "\n")
		}
		return out
	}
	o.say("%s: ok: %s\n", p.name, found)
	return out
}

func printOutcomes(o Options, outcomes []outcome) error {
	t := tabwriter.NewWriter(o.Out, 2, 4, 2, ' ', 0)
	fmt.Fprint(t, "\npart\tverdict\ttook\twhat was found\n")
	for _, out := range outcomes {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", out.name, out.verdict, out.took, out.found)
	}
	return t.Flush()
}

// withTempDir runs fn with a directory that the database's user may enter, and removes it and any PostgreSQL that was left
// running on its data directory "data".
func withTempDir(fn func(dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "ts-soak-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	err = fn(dir)
	return errors.Join(err, settle(dir+"/data"))
}

// settle stops a PostgreSQL that outlives its killed program, by owning its cluster once. ctx does not reach it: it is what
// is done when ctx has ended.
func settle(data string) error {
	if _, err := os.Stat(data); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: data}, pgserver.Own)
	if err != nil {
		return fmt.Errorf("stop what was left running on %s: %w", data, err)
	}
	return srv.Close()
}
