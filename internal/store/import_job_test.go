package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// csvOf returns a file of n fact-checks, the last of which has no claim.
func csvOf(n int) []byte {
	var b strings.Builder
	b.WriteString("claim,url,label,publisher\n")
	for i := range n {
		fmt.Fprintf(&b, "\"The bridge number %d is closed.\",https://checks.example/%d,False,Example Checks\n", i, i)
	}
	b.WriteString("\"\",https://checks.example/none,False,Example Checks\n")
	return []byte(b.String())
}

func TestImportInTheBackground(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	mapped := map[string]string{"claim": "claim", "url": "url", "label": "label", "publisher": "publisher"}
	dry := must[factcheck.ImportID](t)(env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "checks.csv", Content: csvOf(450), Format: "csv", Map: mapped, DryRun: true}))
	ok(t, env.DB.RunImport(ctx, dry))
	job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, dry))
	if job.State != store.JobDone || job.Counts != (store.Counts{Read: 451, Created: 450, Rejected: 1}) || !job.Kept || job.By != "Ada Admin" || job.Read == 0 {
		t.Fatalf("the dry run is %+v", job)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM claims`); n != 0 {
		t.Errorf("a dry run kept %d claims", n)
	}
	rejected := must[[]store.RecordOutcome](t)(env.DB.ImportOutcomes(ctx, env.Admin, dry, store.OutcomeRejected, 0, 10))
	if len(rejected) != 1 || rejected[0].Reason == "" || rejected[0].Line != 452 {
		t.Errorf("rejected are %+v", rejected)
	}
	if got := must[[]store.RecordOutcome](t)(env.DB.ImportOutcomes(ctx, env.Admin, dry, "", 449, 10)); len(got) != 2 || got[0].N != 450 || got[0].Text != "The bridge number 449 is closed." {
		t.Errorf("the last records are %+v", got)
	}
	real := must[factcheck.ImportID](t)(env.DB.AgainImport(ctx, env.Admin, dry, false, nil))
	ok(t, env.DB.RunImport(ctx, real))
	ok(t, env.DB.RunImport(ctx, real)) // it runs at least once
	job = must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, real))
	if job.State != store.JobDone || job.Counts.Created != 450 || job.Kept || job.File.DryRun {
		t.Errorf("the import is %+v", job)
	}
	if n := ask[int](t, env, `SELECT count(*) FROM claims`); n != 450 {
		t.Errorf("got %d claims, want 450", n)
	}
	_, err := env.DB.AgainImport(ctx, env.Admin, real, false, nil)
	wantCode(t, err, factcheck.CodeGone)
	_, err = env.DB.StartImport(ctx, env.Editor, store.ImportFile{Name: "x", Content: csvOf(1), Format: "csv", Map: mapped})
	wantCode(t, err, factcheck.CodeForbidden)
	for name, file := range map[string]store.ImportFile{
		"nothing": {Name: "x"}, "no fact-checks": {Name: "x", Content: []byte("hello"), Format: "auto"}, "a format that is none": {Name: "x", Content: csvOf(1), Format: "xls"},
		"a field that is none": {Name: "x", Content: csvOf(1), Format: "csv", Map: map[string]string{"nonsense": "claim"}},
	} {
		if _, err := env.DB.StartImport(ctx, env.Admin, file); factcheck.CodeOf(err) != factcheck.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestImportStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := must[factcheck.ImportID](t)(env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "checks.csv", Content: csvOf(450), Format: "csv", Map: map[string]string{"claim": "claim", "url": "url", "label": "label"}}))
	// Broken off by the end of the program: nothing is lost, and running it again goes on.
	over, cancel := context.WithCancel(ctx)
	cancel()
	if err := env.DB.RunImport(over, id); err == nil {
		t.Error("a job without time ended well")
	}
	ok(t, env.DB.StopImport(ctx, env.Admin, id))
	ok(t, env.DB.RunImport(ctx, id))
	job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, id))
	if job.State != store.JobStopped && job.State != store.JobDone {
		t.Fatalf("after stopping it is %+v", job)
	}
	if job.State == store.JobStopped {
		wantCode(t, env.DB.StopImport(ctx, env.Admin, id), factcheck.CodeConflict)
		ok(t, env.DB.ResumeImport(ctx, env.Admin, id))
		ok(t, env.DB.RunImport(ctx, id))
	}
	job = must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, id))
	if job.State != store.JobDone || job.Counts != (store.Counts{Read: 451, Created: 450, Rejected: 1}) {
		t.Errorf("in the end it is %+v", job)
	}
	wantCode(t, env.DB.ResumeImport(ctx, env.Admin, id), factcheck.CodeConflict)
	if n := len(must[[]store.ImportJob](t)(env.DB.ImportJobs(ctx, env.Admin, 10))); n != 1 {
		t.Errorf("got %d jobs", n)
	}
}

func TestImportOfSomebodyWhoLostTheRightFails(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	id := must[factcheck.ImportID](t)(env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "checks.csv", Content: csvOf(3), Format: "csv", Map: map[string]string{"claim": "claim", "url": "url", "label": "label"}}))
	boss := must[factcheck.Actor](t)(env.DB.AddPerson(ctx, factcheck.Operator(), store.PersonInput{Email: "boss@desk.example", Name: "Bo Boss", Role: factcheck.RoleAdmin}))
	ok(t, env.DB.DisablePerson(ctx, boss, env.Admin.Person))
	ok(t, env.DB.RunImport(ctx, id))
	if job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, boss, id)); job.State != store.JobFailed || job.Problem == "" {
		t.Errorf("got %+v", job)
	}
}

func TestImportOfColumnsNobodyCanTell(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	content := []byte("Behauptung;Link;Urteil\nDie Brücke ist zu.;https://checks.example/1;Falsch\n")
	id := must[factcheck.ImportID](t)(env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "prüfungen.csv", Content: content, Format: "auto", DryRun: true, Publisher: "checks.example"}))
	job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, id))
	if job.State != store.JobFailed || !job.Kept || !strings.Contains(job.Problem, "Behauptung") {
		t.Fatalf("got %+v, want it kept and said what its columns are", job)
	}
	if got := must[[]string](t)(env.DB.ImportColumns(ctx, env.Admin, id)); !slices.Equal(got, []string{"Behauptung", "Link", "Urteil"}) {
		t.Errorf("the columns are %q", got)
	}
	_, err := env.DB.AgainImport(ctx, env.Admin, id, true, map[string]string{"claim": "Behauptung"})
	wantCode(t, err, factcheck.CodeInvalid)
	again := must[factcheck.ImportID](t)(env.DB.AgainImport(ctx, env.Admin, id, true, map[string]string{"claim": "Behauptung", "url": "Link", "label": "Urteil"}))
	ok(t, env.DB.RunImport(ctx, again))
	if job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, again)); job.State != store.JobDone || job.Counts.Created != 1 {
		t.Errorf("with its columns named it is %+v", job)
	}
}

func TestImportsAreTended(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	start := func() factcheck.ImportID {
		return must[factcheck.ImportID](t)(env.DB.StartImport(ctx, env.Admin, store.ImportFile{Name: "checks.csv", Content: csvOf(3), Format: "csv", Map: map[string]string{"claim": "claim", "url": "url", "label": "label"}}))
	}
	lost, done, waits := start(), start(), start()
	ok(t, env.DB.RunImport(ctx, done))
	ask[string](t, env, `UPDATE import_jobs SET state = 'running' WHERE id = $1 RETURNING state`, lost)
	ask[string](t, env, `UPDATE river_job SET state = 'discarded', finalized_at = now() WHERE args->>'job' = $1 RETURNING state::text`, lost.String())
	for range 2 {
		ok(t, env.DB.TendImports(ctx, factcheck.System()))
	}
	if job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, lost)); job.State != store.JobFailed || !strings.Contains(job.Problem, "broken off") {
		t.Errorf("the one that nobody tries any more is %+v", job)
	}
	if job := must[store.ImportJob](t)(env.DB.ImportJob(ctx, env.Admin, waits)); job.State != store.JobWaiting {
		t.Errorf("the one that waits is %s", job.State)
	}
	ok(t, env.DB.ResumeImport(ctx, env.Admin, lost))
	ok(t, env.DB.RunImport(ctx, lost))
	env.Clock.Advance(8 * 24 * time.Hour)
	ok(t, env.DB.TendImports(ctx, factcheck.System()))
	if n := ask[int](t, env, `SELECT count(*) FROM import_outcomes WHERE text <> '' OR reason <> ''`); n != 0 {
		t.Errorf("%d records still say what they held after a week", n)
	}
	wantCode(t, env.DB.TendImports(ctx, env.Admin), factcheck.CodeForbidden)
}

func TestPoliciesAreVersions(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	in := factcheck.PolicyInput{Slug: "method", Language: "en", Title: "How we check", Body: "We read the sources."}
	if v := must[int](t)(env.DB.WritePolicy(ctx, env.Admin, 0, in)); v != 1 {
		t.Errorf("got version %d", v)
	}
	in.Body, in.Note = "We read the sources, twice.", "Twice."
	_, err := env.DB.WritePolicy(ctx, env.Admin, 0, in)
	wantCode(t, err, factcheck.CodeConflict)
	must[int](t)(env.DB.WritePolicy(ctx, env.Admin, 1, in))
	if p := must[store.Policy](t)(env.DB.Policy(ctx, "method", "en", 0)); p.Version != 2 || p.Body != in.Body {
		t.Errorf("the newest is %+v", p)
	}
	if p := must[store.Policy](t)(env.DB.Policy(ctx, "method", "en", 1)); p.Body != "We read the sources." || p.Newest != 2 {
		t.Errorf("the first is %+v", p)
	}
	if n := len(must[[]store.Policy](t)(env.DB.Policies(ctx))); n != 1 {
		t.Errorf("got %d pages", n)
	}
	if n := len(must[[]store.Policy](t)(env.DB.PolicyVersions(ctx, "method", "en"))); n != 2 {
		t.Errorf("got %d versions", n)
	}
	_, err = env.DB.WritePolicy(ctx, env.Editor, 2, in)
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.Policy(ctx, "funding", "en", 0)
	wantCode(t, err, factcheck.CodeNotFound)
	for _, bad := range []factcheck.PolicyInput{{}, {Slug: "A b", Language: "en", Title: "x", Body: "x"}, {Slug: "a", Language: "x!", Title: "x", Body: "x"}, {Slug: "a", Language: "en", Body: "x"}, {Slug: "a", Language: "en", Title: "x"}} {
		_, err := env.DB.WritePolicy(ctx, env.Admin, 0, bad)
		wantCode(t, err, factcheck.CodeInvalid)
	}
	if _, err := env.DB.Pool().Exec(ctx, `UPDATE policies SET body = 'x'`); err == nil {
		t.Error("a version was changed")
	}
}

func TestAuditLogIsSearched(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	other := env.Claim(t, "The well is dry.")
	ok(t, env.DB.AssignClaim(ctx, env.Checker2, other, env.Checker.Person))
	count := func(f store.AuditFilter) int {
		t.Helper()
		f.Limit = 100
		return len(must[[]store.AuditEntry](t)(env.DB.AuditLog(ctx, env.Admin, f)))
	}
	all := count(store.AuditFilter{})
	for name, c := range map[string]struct {
		f    store.AuditFilter
		want int
	}{
		"a person": {store.AuditFilter{Person: env.Checker2.Person}, 1}, "an act": {store.AuditFilter{Action: "claim.file"}, 2}, "a noun": {store.AuditFilter{Action: "claim"}, 3},
		"an object": {store.AuditFilter{Object: other.String()}, 2}, "a claim": {store.AuditFilter{Claim: v.Claim}, 4}, "later": {store.AuditFilter{From: env.Clock.Now()}, 0},
		"before now": {store.AuditFilter{Until: env.Clock.Now()}, all}, "operator": {store.AuditFilter{Kind: factcheck.ActorOperator, Action: "people"}, 0},
	} {
		if got := count(c.f); got != c.want {
			t.Errorf("%s: got %d entries, want %d", name, got, c.want)
		}
	}
	first := must[[]store.AuditEntry](t)(env.DB.AuditLog(ctx, env.Admin, store.AuditFilter{Limit: 1}))
	next := must[[]store.AuditEntry](t)(env.DB.AuditLog(ctx, env.Admin, store.AuditFilter{Limit: 1, Before: first[0].ID}))
	if next[0].ID >= first[0].ID {
		t.Error("the second page does not lie behind the first")
	}
	n := 0
	ok(t, env.DB.EachAudit(ctx, env.Admin, store.AuditFilter{}, func(store.AuditEntry) error { n++; return nil }))
	if n != all || count(store.AuditFilter{Action: "audit.export"}) != 1 {
		t.Errorf("exported %d of %d", n, all)
	}
	_, err := env.DB.AuditLog(ctx, env.Editor, store.AuditFilter{Limit: 1})
	wantCode(t, err, factcheck.CodeForbidden)
	wantCode(t, env.DB.EachAudit(ctx, env.Editor, store.AuditFilter{}, nil), factcheck.CodeForbidden)
}
