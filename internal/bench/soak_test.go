package bench

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// small are the options of the long proofs' small versions.
func small(out *bytes.Buffer) Options {
	return Options{Program: builtProgram, Out: out, Claims: 50, Followers: 60, Publications: 40, Attacks: 160, Kills: 1, memory: testMemory}
}

func TestFollowersSeeEveryChangeOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	found, err := soakFeed(t.Context(), small(&out))
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if want := "60 followers each saw 40 changes"; !strings.Contains(found, want) {
		t.Errorf("found: got %q, want it to say %q", found, want)
	}
}

func TestHostileRequestsHarmNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	found, err := soakAttacks(t.Context(), small(&out))
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if want := "160 hostile requests, 0 answers wrong"; !strings.Contains(found, want) {
		t.Errorf("found: got %q, want it to say %q", found, want)
	}
}

func TestKilledImportLosesNothing(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	found, err := stormImports(t.Context(), small(&out), 600)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if want := "all 600 records are there once"; !strings.Contains(found, want) {
		t.Errorf("found: got %q, want it to say %q", found, want)
	}
}

func TestKilledProgramKeepsWhatItPromised(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := small(&out)
	o.Kills = 2 // with the second PostgreSQL is killed too
	found, err := stormServing(t.Context(), o)
	if err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if want := "2 serving programs killed"; !strings.Contains(found, want) {
		t.Errorf("found: got %q, want it to say %q", found, want)
	}
}

func TestAPartThatFailsHidesNoOther(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	o := small(&out)
	o.Program, o.Only = "/nonexistent/touchstone", "attacks,growth"
	err := Soak(t.Context(), o)
	if err == nil || !strings.Contains(err.Error(), "attacks, growth") {
		t.Errorf("error: got %v, want one that names both", err)
	}
	if n := strings.Count(out.String(), "  FAILED  "); n != 2 {
		t.Errorf("failed parts in the table: got %d, want 2\n%s", n, &out)
	}
	if strings.Contains(out.String(), "lighthouse") {
		t.Errorf("a part that was not asked for ran:\n%s", &out)
	}
}

func TestStoppedSoakSaysWhatDidNotRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	if err := Soak(ctx, small(&out)); err == nil {
		t.Error("error: got none, want one")
	}
	if n := strings.Count(out.String(), "not run"); n != len(parts()) {
		t.Errorf("parts not run: got %d, want %d\n%s", n, len(parts()), &out)
	}
}

func TestUnknownPartIsRefusedWithTheNamesThereAre(t *testing.T) {
	t.Parallel()
	err := Soak(t.Context(), Options{Only: "feed,atacks", Out: &bytes.Buffer{}})
	if err == nil || !strings.Contains(err.Error(), `"atacks"`) || !strings.Contains(err.Error(), "kills") {
		t.Errorf("error: got %v, want one that names atacks and the parts", err)
	}
}

func TestTempDirIsRemovedWhenItsUserFails(t *testing.T) {
	t.Parallel()
	var dir string
	wrong := errors.New("wrong")
	err := withTempDir(func(d string) error {
		dir = d
		return errors.Join(wrong, os.WriteFile(filepath.Join(d, "file"), nil, 0o600))
	})
	if !errors.Is(err, wrong) {
		t.Errorf("error: got %v, want %v", err, wrong)
	}
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the directory afterwards: got %v, want it gone", err)
	}
}

func TestProgressLineTellsRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n    int
		want string
	}{
		{0, "filling: 0 of 1000, 0/s, unknown time left"},
		{250, "filling: 250 of 1000, 25/s, 30s left"},
		{1000, "filling: 1000 of 1000, 100/s, 0s left"},
	} {
		if got := progressLine("filling", c.n, 1000, 10*time.Second); got != c.want {
			t.Errorf("after %d: got %q, want %q", c.n, got, c.want)
		}
	}
}

func TestProgressIsALineNowAndThenWhereThereIsNoTerminal(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	p := newProgress(Options{Out: &out}, "filling", 3)
	p.add(1)
	p.told = p.told.Add(-time.Minute)
	p.add(1)
	p.set(3)
	p.end()
	if got := out.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "filling: 2 of 3") || strings.Contains(got, "\x1b") {
		t.Errorf("written: got %q, want one line", got)
	}
}

func TestGrowthIsHeldToItsGoal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ratio, goal float64
		want        bool
	}{{1.4, 1.5, false}, {1.6, 1.5, true}, {9, 0, false}} {
		if got := (grown{growing: growing{goal: c.goal}, ratio: c.ratio}).missed(); got != c.want {
			t.Errorf("%.1f with a goal of %.1f is missed: got %v, want %v", c.ratio, c.goal, got, c.want)
		}
	}
	if _, err := soakGrowth(t.Context(), Options{Claims: 10_000}); err == nil {
		t.Error("growth to where it began: got no error, want one")
	}
}
