package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

func record(site, text, label string) exchange.Record {
	_, l, _ := factcheck.ReadLabel(site, label)
	r := exchange.Record{
		Publisher: exchange.Publisher{Name: "Checks of " + site, Site: site}, Text: text, Language: "en",
		ReviewURL: "https://" + site + "/checks/" + document.Slug(text), Rating: l.Rating(),
		Published:   factcheck.Date{At: time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
		Appearances: []exchange.Appearance{{URL: "https://social.example/p/1?utm_source=x", Stance: factcheck.StanceRepeats}},
		Topics:      []string{"Politics"}, Claimant: exchange.Claimant{Name: "Viral post", Kind: "anonymous"},
	}
	r.Rating.Label = label
	return r
}

func runImport(t *testing.T, env *storetest.Env, opts store.ImportOptions, records ...exchange.Record) (store.Counts, []store.Outcome) {
	t.Helper()
	opts.Name, opts.Format = "test.json", "claimreview"
	run, err := env.DB.BeginImport(t.Context(), factcheck.Operator(), opts)
	if err != nil {
		t.Fatal(err)
	}
	outcomes, err := run.Add(t.Context(), records)
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	return run.Counts(), outcomes
}

func publicClaims(t *testing.T, env *storetest.Env) []document.Claim {
	t.Helper()
	docs, _, err := env.DB.ListClaims(t.Context(), store.ListFilter{Publisher: store.AnyPublisher, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []document.Claim
	for _, d := range docs {
		out = append(out, decode(t, d.Stored, d.Seq))
	}
	return out
}

func TestImportedChecksWaitForTheirPublisher(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	got, _ := runImport(t, env, store.ImportOptions{}, record("a.example", "The mayor has resigned.", "False"))
	if want := (store.Counts{Read: 1, Created: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if claims := publicClaims(t, env); len(claims) != 0 {
		t.Errorf("got %d public claims of a publisher nobody allowed, want none", len(claims))
	}
	feed, err := env.DB.Changes(t.Context(), 0, 10)
	if err != nil || feed.Head != 0 {
		t.Errorf("got head %d, %v; want an empty feed", feed.Head, err)
	}
}

func TestSameImportAgainChangesNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	opts := store.ImportOptions{AllowPublishers: true}
	recs := []exchange.Record{record("a.example", "The mayor has resigned.", "False"), record("a.example", "The lake is dry.", "True")}
	runImport(t, env, opts, recs...)
	before, err := env.DB.Changes(t.Context(), 0, 10)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := runImport(t, env, opts, recs...)
	if want := (store.Counts{Read: 2, Unchanged: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	after, err := env.DB.Changes(t.Context(), 0, 10)
	if err != nil || after.Head != before.Head || before.Head != 2 {
		t.Errorf("head went from %d to %d, %v; want 2 and 2", before.Head, after.Head, err)
	}
}

func TestChangedRecordIsANewVersion(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	opts := store.ImportOptions{AllowPublishers: true}
	r := record("a.example", "The mayor has resigned.", "False")
	runImport(t, env, opts, r)
	r.Rating = factcheck.Rating{Label: "True", Truth: factcheck.TruthTrue}
	got, _ := runImport(t, env, opts, r)
	if want := (store.Counts{Read: 1, Updated: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	claims := publicClaims(t, env)
	if len(claims) != 1 || claims[0].Verdicts[0].Version != 2 || claims[0].Verdicts[0].Rating.Label != "True" {
		t.Fatalf("got %+v", claims)
	}
	feed, err := env.DB.Changes(t.Context(), 1, 10)
	if err != nil || len(feed.Changes) != 1 || feed.Changes[0].Type != factcheck.ChangeVerdictUpdated {
		t.Errorf("got %+v, %v; want one verdict.updated", feed.Changes, err)
	}
}

func TestTwoPublishersOnTheSameSentenceAreOneClaim(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	other := record("b.example", "“The MAYOR has resigned”", "True")
	conflicting := record("c.example", "The mayor has resigned.", "False")
	conflicting.Claimant = exchange.Claimant{Name: "The opposition", Kind: "organisation"}
	again := record("a.example", "The mayor has resigned!", "True")
	again.ReviewURL = "https://a.example/checks/another-page"
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("a.example", "The mayor has resigned.", "False"), other, conflicting, again)
	var got []int
	for _, c := range publicClaims(t, env) {
		got = append(got, len(c.Verdicts))
	}
	// One claim with two verdicts; one of another claimant; one more page of a publisher that has its verdict there already.
	if len(got) != 3 || got[0]+got[1]+got[2] != 4 {
		t.Errorf("got verdicts per claim %v, want one claim with two and two with one", got)
	}
}

func TestImportDoesNotShowWhatTheHouseIsWorkingOn(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	id, err := env.DB.FileClaim(t.Context(), env.Checker, factcheck.ClaimInput{Text: "The mayor has resigned.", Language: "en", Place: "A secret place"})
	if err != nil {
		t.Fatal(err)
	}
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("a.example", "The mayor has resigned.", "False"))
	_, err = env.DB.ClaimByID(t.Context(), id)
	wantCode(t, err, factcheck.CodeNotFound)
	for _, c := range publicClaims(t, env) {
		if c.ID == id.String() || c.Place != "" {
			t.Errorf("the import shows the house's claim: %+v", c)
		}
	}
}

func TestImportedAddressesAreListedAndNothingMore(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("a.example", "The mayor has resigned.", "False"))
	c := publicClaims(t, env)[0]
	if len(c.Appearances) != 1 || c.Appearances[0].Stance != "listed" || c.Appearances[0].SetBy != "import" {
		t.Fatalf("got %+v, want one listed appearance", c.Appearances)
	}
	if got := c.Appearances[0].Article.URL; strings.Contains(got, "utm_") {
		t.Errorf("got %q with its tracking", got)
	}
}

func TestHostileRecordsAreRejectedAndHoldNobodyUp(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	good := record("a.example", "The lake is dry.", "True")
	bad := []exchange.Record{
		record("a.example", "", "False"), record("", "No publisher.", "False"), record("desk.example", "Our own.", "False"),
		record("a.example", "NUL \x00 inside", "False"), record("a.example", strings.Repeat("long ", 10_000), "False"),
		record("a.example", "Bad \xff encoding", "False"), record("a.example", "Bad address.", "False"),
	}
	bad[len(bad)-1].ReviewURL = "javascript:alert(1)"
	counts, outcomes := runImport(t, env, store.ImportOptions{AllowPublishers: true}, append(bad, good)...)
	if want := (store.Counts{Read: 8, Created: 1, Rejected: 7}); counts != want {
		t.Errorf("got %+v, want %+v", counts, want)
	}
	for i, o := range outcomes[:len(bad)] {
		if o.Kind != store.OutcomeRejected || o.Reason == "" {
			t.Errorf("record %d: got %+v, want a rejection with a reason", i, o)
		}
	}
}

func TestDryRunKeepsNothing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	got, _ := runImport(t, env, store.ImportOptions{AllowPublishers: true, DryRun: true}, record("a.example", "The mayor has resigned.", "False"))
	if want := (store.Counts{Read: 1, Created: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if n := len(publicClaims(t, env)); n != 0 {
		t.Errorf("got %d claims, want none", n)
	}
}

func TestOnlyThoseWhoMayImport(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	for _, who := range []factcheck.Actor{env.Checker, env.Editor, factcheck.System(), {}} {
		_, err := env.DB.BeginImport(t.Context(), who, store.ImportOptions{Name: "x"})
		if code := factcheck.CodeOf(err); code != factcheck.CodeForbidden && code != factcheck.CodeUnauthenticated {
			t.Errorf("%s: got %v, want it refused", who.Name, err)
		}
	}
}

func TestExportIsWhatIsPublic(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("a.example", "The mayor has resigned.", "False"), record("a.example", "The lake is dry.", "True"))
	runImport(t, env, store.ImportOptions{}, record("hidden.example", "The bridge fell.", "False"))
	env.Submitted(t, "A claim in review.", "False")
	want := publicClaims(t, env)
	var got []document.Claim
	var head store.ExportHead
	err := env.DB.Export(t.Context(), factcheck.ClaimID{}, func(h store.ExportHead) error { head = h; return nil }, func(d store.Document) error {
		got = append(got, decode(t, d.Stored, d.Seq))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if head.Seq != 2 || head.Claims != 2 || head.Epoch == "" {
		t.Errorf("got head %+v, want seq 2 and 2 claims", head)
	}
	byID := cmp.Transformer("byID", func(in []document.Claim) map[string]document.Claim {
		out := map[string]document.Claim{}
		for _, c := range in {
			out[c.ID] = c
		}
		return out
	})
	if diff := cmp.Diff(want, got, byID); diff != "" {
		t.Errorf("the export differs from the lists (-want +got):\n%s", diff)
	}
}
