package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// entries returns the change feed after a number, as "type text" in order, the text "-" when the claim is not public.
func entries(t *testing.T, env *storetest.Env, after int64) []string {
	t.Helper()
	feed, err := env.DB.Changes(t.Context(), after, store.MaxChanges)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for i, c := range feed.Changes {
		if want := after + int64(i) + 1; c.Seq != want {
			t.Errorf("got number %d, want %d", c.Seq, want)
		}
		text := "-"
		if c.Document != nil {
			text = decode(t, c.Document.Stored, c.Document.Seq).Text
		}
		out = append(out, string(c.Type)+" "+text)
	}
	return out
}

// sorted is for what one transaction tells in no order that matters.
func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func wantStrings(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestPublisherIsAllowedAndHidden(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	env.Published(t, "The mayor has resigned.", "False")
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("other.example", "The bridge is closed.", "False"))
	runImport(t, env, store.ImportOptions{}, record("checks.example", "The mayor has resigned.", "True"), record("checks.example", "The bridge is closed.", "True"),
		record("checks.example", "The school burns.", "True"))
	head := ask[int64](t, env, `SELECT seq FROM feed`)
	if n := len(publicClaims(t, env)); n != 2 {
		t.Fatalf("got %d public claims before, want 2", n)
	}

	n, err := env.DB.AllowPublisher(ctx, env.Admin, "https://WWW.checks.example/about")
	if err != nil || n != 3 {
		t.Fatalf("got %d claims, %v; want 3", n, err)
	}
	wantStrings(t, "allowing", sorted(entries(t, env, head)), "verdict.published The bridge is closed.", "verdict.published The mayor has resigned.", "verdict.published The school burns.")
	for _, c := range publicClaims(t, env) {
		last := c.Verdicts[len(c.Verdicts)-1]
		if !strings.Contains(fmt.Sprint(c.Verdicts), "checks.example") || c.Text != "The school burns." && len(c.Verdicts) != 2 {
			t.Errorf("%s: got verdicts of %+v", c.Text, last.Publisher)
		}
	}
	if n, err := env.DB.AllowPublisher(ctx, env.Admin, "checks.example"); err != nil || n != 0 {
		t.Errorf("again: got %d, %v; want nothing to do", n, err)
	}

	if n, err = env.DB.HidePublisher(ctx, factcheck.Operator(), "checks.example"); err != nil || n != 3 {
		t.Fatalf("got %d claims, %v; want 3", n, err)
	}
	wantStrings(t, "hiding", sorted(entries(t, env, head+3)), "claim.withdrawn -", "verdict.updated The bridge is closed.", "verdict.updated The mayor has resigned.")
	for _, c := range publicClaims(t, env) {
		if len(c.Verdicts) != 1 || c.Verdicts[0].Publisher.Site == "checks.example" {
			t.Errorf("%s: got %+v", c.Text, c.Verdicts)
		}
	}
	if n, err := env.DB.HidePublisher(ctx, env.Admin, "checks.example"); err != nil || n != 0 {
		t.Errorf("again: got %d, %v; want nothing to do", n, err)
	}
	if n, err = env.DB.AllowPublisher(ctx, env.Admin, "checks.example"); err != nil || n != 3 {
		t.Errorf("allowed again: got %d claims, %v; want 3", n, err)
	}
	id := ask[factcheck.PublisherID](t, env, `SELECT id FROM publishers WHERE site = 'checks.example'`)
	if a, h := audited(t, env, "publisher.allow", id), audited(t, env, "publisher.hide", id); a != 2 || h != 1 {
		t.Errorf("got %d and %d audit entries, want 2 and 1", a, h)
	}
}

func TestHiddenPublisherIsInNoEarlierState(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", "The mayor has resigned.", "True"))
	if _, err := env.DB.HidePublisher(ctx, env.Admin, "checks.example"); err != nil {
		t.Fatal(err)
	}
	states, err := env.DB.Versions(ctx, v.Claim)
	if err != nil || len(states) != 3 {
		t.Fatalf("got %d states, %v; want 3", len(states), err)
	}
	for _, s := range states {
		if strings.Contains(string(s.Stored), "checks.example") {
			t.Errorf("state %d (%s) shows the hidden publisher: %s", s.N, s.Type, s.Stored)
		}
	}
}

func TestPublisherErrors(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	_, err := env.DB.HidePublisher(ctx, env.Admin, "desk.example")
	wantCode(t, err, factcheck.CodeConflict)
	_, err = env.DB.AllowPublisher(ctx, env.Admin, "desk.example")
	wantCode(t, err, "") // the house is always allowed
	for _, site := range []string{"nobody.example", "", "not a site", "javascript:alert(1)", "\x00", strings.Repeat("x", 1<<16)} {
		_, err = env.DB.AllowPublisher(ctx, env.Admin, site)
		wantCode(t, err, factcheck.CodeNotFound)
		_, err = env.DB.HidePublisher(ctx, env.Admin, site)
		wantCode(t, err, factcheck.CodeNotFound)
		_, err = env.DB.PublisherBySite(ctx, env.Checker, site)
		wantCode(t, err, factcheck.CodeNotFound)
	}
	runImport(t, env, store.ImportOptions{}, record("checks.example", "The bridge is closed.", "True"))
	_, err = env.DB.AllowPublisher(ctx, env.Editor, "checks.example")
	wantCode(t, err, factcheck.CodeForbidden)
	_, err = env.DB.HidePublisher(ctx, factcheck.System(), "checks.example")
	wantCode(t, err, factcheck.CodeForbidden)
}

func TestPublishersAreListed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	env.Published(t, "The mayor has resigned.", "False")
	env.Submitted(t, "The town hall is sold.", "False")
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("b.example", "The bridge is closed.", "True"))
	runImport(t, env, store.ImportOptions{}, record("a.example", "The bridge is closed.", "True"), record("a.example", "The school burns.", "True"))
	show := func(all []store.Publisher, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, p := range all {
			out = append(out, fmt.Sprintf("%s %v %v %d/%d", p.Site, p.House, p.AllowedAt != nil, p.Public, p.Verdicts))
		}
		return out
	}
	public, next, err := env.DB.PublicPublishers(ctx, store.PageOf{Limit: 2})
	if err != nil || next != "" || len(public) != 2 || public[0].Site != "desk.example" || !public[0].House || public[1].Site != "b.example" || public[1].House {
		t.Errorf("got %+v, %q, %v; want the house and who is allowed", public, next, err)
	}
	wantStrings(t, "newsroom", show(env.DB.NewsroomPublishers(ctx, env.Checker)), "desk.example true true 1/2", "b.example false true 1/1", "a.example false false 0/2")
	p, err := env.DB.PublisherBySite(ctx, env.Checker, "A.example")
	wantStrings(t, "one", show([]store.Publisher{p}, err), "a.example false false 0/2")
}

// Nothing of a publisher that is not allowed is public, whoever writes the tables.
func TestHidingByPlainSQLIsRefusedWhileAnythingIsShown(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", "The bridge is closed.", "True"))
	for _, url := range []string{env.URL, env.OwnerURL} {
		_, err := sqlConn(t, url).Exec(t.Context(), `UPDATE publishers SET allowed_at = NULL WHERE site = 'checks.example'`)
		wantSQLState(t, "hiding a publisher whose verdicts are shown", err, "23000")
	}
	_, err := sqlConn(t, env.OwnerURL).Exec(t.Context(), `UPDATE publishers SET allowed_at = NULL WHERE is_house`)
	wantSQLState(t, "hiding the house", err, "23514")
}

// A publication and the hiding of a publisher on the same claim: whoever is second builds on what the first wrote.
func TestHidingBesidePublishing(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	for i := range 5 {
		text := fmt.Sprintf("The mayor has resigned %d times.", i+1)
		v := env.Published(t, text, "False")
		runImport(t, env, store.ImportOptions{AllowPublishers: true}, record("checks.example", text, "True"))
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := env.DB.HidePublisher(ctx, env.Admin, "checks.example"); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() {
			if err := env.DB.SuspendVerdict(ctx, env.Editor, v.Verdict, "A source is in doubt."); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		d, err := env.DB.ClaimByID(ctx, v.Claim)
		if err != nil {
			t.Fatal(err)
		}
		doc := decode(t, d.Stored, d.Seq)
		if len(doc.Verdicts) != 1 || doc.Verdicts[0].State != "suspended" {
			t.Errorf("round %d: got %d verdicts, the first %s; want one, suspended", i, len(doc.Verdicts), doc.Verdicts[0].State)
		}
		if _, err := env.DB.AllowPublisher(ctx, env.Admin, "checks.example"); err != nil {
			t.Fatal(err)
		}
	}
}

// Many checks become public in one transaction, and vanish in one.
func TestAllowingManyChecksAtOnce(t *testing.T) {
	t.Parallel()
	const n = 600 // three chunks
	env := storetest.New(t)
	var records []exchange.Record
	for i := range n {
		records = append(records, record("checks.example", fmt.Sprintf("The mayor has resigned %d times.", i), "False"))
	}
	for len(records) > 0 {
		batch := records[:min(len(records), store.MaxImportBatch)]
		records = records[len(batch):]
		runImport(t, env, store.ImportOptions{}, batch...)
	}
	began := time.Now()
	got, err := env.DB.AllowPublisher(t.Context(), env.Admin, "checks.example")
	if err != nil || got != n {
		t.Fatalf("got %d claims, %v; want %d", got, err, n)
	}
	allowed := time.Since(began)
	if seq, docs := ask[int](t, env, `SELECT seq FROM feed`), ask[int](t, env, `SELECT count(*) FROM claim_documents d JOIN changes c USING (claim_id) WHERE d.seq = c.seq`); seq != n || docs != n {
		t.Errorf("got %d entries and %d documents, want %d", seq, docs, n)
	}
	began = time.Now()
	if got, err = env.DB.HidePublisher(t.Context(), env.Admin, "checks.example"); err != nil || got != n {
		t.Fatalf("got %d claims, %v; want %d", got, err, n)
	}
	t.Logf("%d checks: allowed in %v, hidden in %v", n, allowed, time.Since(began))
	if docs, withdrawn := ask[int](t, env, `SELECT count(*) FROM claim_documents`), ask[int](t, env, `SELECT count(*) FROM changes WHERE type = 'claim.withdrawn'`); docs != 0 || withdrawn != n {
		t.Errorf("got %d documents and %d withdrawals, want 0 and %d", docs, withdrawn, n)
	}
}

// What a publisher who is not allowed lists stays hidden on a claim that others make public, and comes with them.
func TestListedAddressesBelongToTheirPublisher(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	hidden, allowed := record("a.example", "The bridge is closed.", "False"), record("b.example", "The bridge is closed.", "False")
	hidden.Appearances = []exchange.Appearance{{URL: "https://social.example/a"}, {URL: "https://social.example/both"}}
	allowed.Appearances = []exchange.Appearance{{URL: "https://social.example/b"}, {URL: "https://social.example/both"}}
	runImport(t, env, store.ImportOptions{}, hidden)
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, allowed)
	listed := func() []string {
		t.Helper()
		out := []string{}
		for _, a := range publicClaims(t, env)[0].Appearances {
			out = append(out, a.Article.URL)
		}
		return sorted(out)
	}
	wantStrings(t, "while one waits", listed(), "https://social.example/b", "https://social.example/both")
	slug := ask[string](t, env, `SELECT slug FROM articles WHERE url = 'https://social.example/a'`)
	_, err := env.DB.ArticleBySlug(ctx, slug)
	wantCode(t, err, factcheck.CodeNotFound)
	found, _, err := env.DB.ListClaims(ctx, store.ListFilter{Publisher: store.AnyPublisher, ArticleURL: "https://social.example/a", Limit: 10})
	if err != nil || len(found) != 0 {
		t.Errorf("got %d claims by the hidden address, %v; want none", len(found), err)
	}
	// A later record of theirs adds to the public claim without anybody seeing it.
	after := head(t, env)
	hidden.Answer, hidden.Appearances = "No.", append(hidden.Appearances, exchange.Appearance{URL: "https://social.example/later"})
	if counts, _ := runImport(t, env, store.ImportOptions{}, hidden); counts.Updated != 1 || head(t, env) != after {
		t.Errorf("got %+v, the feed moved from %d to %d", counts, after, head(t, env))
	}
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "a.example"))
	wantStrings(t, "once both are allowed", listed(), "https://social.example/a", "https://social.example/b", "https://social.example/both", "https://social.example/later")
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "a.example"))
	wantStrings(t, "once it is hidden", listed(), "https://social.example/b", "https://social.example/both")
	// A person's judgement is the house's own.
	id := ask[factcheck.AppearanceID](t, env, `SELECT ap.id FROM appearances ap JOIN articles a ON a.id = ap.article_id WHERE a.url = 'https://social.example/a'`)
	ok(t, env.DB.SetStance(ctx, env.Checker, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}))
	wantStrings(t, "once a person judged it", listed(), "https://social.example/a", "https://social.example/b", "https://social.example/both")
}
