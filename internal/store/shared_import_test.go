package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// What an import brings to a claim that others share is public while its publisher is allowed (invariants 4 and 6): topics,
// claimants, wordings, dates, places, media, addresses and what is said of the articles there.

const sharedURL = "https://social.example/shared"

// sharedRecords are two publishers' checks of one sentence. In everything that the first one says the marker stands.
func sharedRecords() (hidden, open exchange.Record) {
	day := func(d int) factcheck.Date {
		return factcheck.Date{At: time.Date(2019, 1, d, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay}
	}
	hidden, open = record("zebrafish.example", "The mayor has resigned.", "False"), record("open.example", "The mayor has resigned.", "True")
	hidden.Publisher.Name = marker + " checks"
	hidden.Claimant = exchange.Claimant{Name: marker + " Smith", Kind: "person", SameAs: []string{"https://id.example/smith"}}
	open.Claimant = exchange.Claimant{}
	hidden.ClaimDate, hidden.Place, hidden.WhyChecked = day(1), marker+" town", marker
	open.ClaimDate, open.Place = day(2), "Exampleville"
	hidden.Wordings = []document.Wording{{Language: "de", Text: marker, Headline: marker, Answer: marker}}
	hidden.Media = []document.Media{{URL: "https://zebrafish.example/1.jpg", Kind: "image", Alt: marker}}
	hidden.Topics, open.Topics = []string{marker + " topic", "Shared topic"}, []string{"Open topic", "Shared topic"}
	hidden.Headline, hidden.Answer = marker, marker
	hidden.Appearances = []exchange.Appearance{
		{URL: sharedURL, Title: marker + " seen", Outlet: marker, Language: "sw", Published: day(3), FirstSeen: day(3)}, {URL: "https://zebrafish.example/only", Title: marker},
	}
	open.Appearances = []exchange.Appearance{{URL: sharedURL}, {URL: "https://social.example/open"}}
	return hidden, open
}

// watch makes all public reads of the claims and articles that are there.
func watch(t *testing.T, env *storetest.Env) map[string]sight {
	t.Helper()
	owner := connect(t, env.OwnerURL)
	claims := collect[factcheck.ClaimID](t, owner, `SELECT id FROM claims ORDER BY id`)
	slugs := collect[string](t, owner, `SELECT slug FROM claims ORDER BY id`)
	articles := collect[factcheck.ArticleID](t, owner, `SELECT id FROM articles ORDER BY id`)
	saw := map[string]sight{}
	for name, read := range publicReads(env, claims, slugs, articles, "zebrafish") {
		saw[name] = seen(t, func() (any, error) { return read(t.Context()) })
	}
	return saw
}

func collect[T any](t *testing.T, conn *pgx.Conn, query string) []T {
	t.Helper()
	rows, err := conn.Query(t.Context(), query)
	ok(t, err)
	return must[[]T](t)(pgx.CollectRows(rows, pgx.RowTo[T]))
}

// unseen fails if any public read shows the marker, or the day or language that only the first publisher says.
func unseen(t *testing.T, env *storetest.Env, when string) {
	t.Helper()
	for name, got := range watch(t, env) {
		for _, what := range []string{marker, "2019-01-01", "2019-01-03", "sw\n"} {
			if got.has(what) {
				t.Errorf("%s, %s shows %q: %s", when, name, what, got)
			}
		}
	}
	auditLedger(t, connect(t, env.OwnerURL))
}

func TestNothingOfAnImportIsSeenWhileItsPublisherIsNot(t *testing.T) {
	t.Parallel()
	hidden, open := sharedRecords()
	for _, order := range []struct {
		name string
		play func(t *testing.T, env *storetest.Env)
	}{
		{"who waits came first", func(t *testing.T, env *storetest.Env) {
			runImport(t, env, store.ImportOptions{}, hidden)
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, open)
		}},
		{"who waits came second", func(t *testing.T, env *storetest.Env) {
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, open)
			runImport(t, env, store.ImportOptions{}, hidden)
		}},
		{"who was hidden led", func(t *testing.T, env *storetest.Env) {
			hidden := hidden
			hidden.Published.At = hidden.Published.At.AddDate(1, 0, 0) // the newest leads
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, open, hidden)
			must[int](t)(env.DB.HidePublisher(t.Context(), env.Admin, "zebrafish.example"))
		}},
		{"a person judged the address", func(t *testing.T, env *storetest.Env) {
			runImport(t, env, store.ImportOptions{}, hidden)
			runImport(t, env, store.ImportOptions{AllowPublishers: true}, open)
			id := ask[factcheck.AppearanceID](t, env, `SELECT ap.id FROM appearances ap JOIN articles a ON a.id = ap.article_id WHERE a.url = '`+sharedURL+`'`)
			ok(t, env.DB.SetStance(t.Context(), env.Checker, id, 1, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
		}},
	} {
		t.Run(order.name, func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			order.play(t, env)
			unseen(t, env, "while it waits")
			claims := publicClaims(t, env)
			if len(claims) != 1 || len(claims[0].Verdicts) != 1 || claims[0].Place != "Exampleville" || len(claims[0].Appearances) != 2 {
				t.Fatalf("got %+v, want the other publisher's claim", claims)
			}
			var topics []string
			for _, topic := range claims[0].Topics {
				topics = append(topics, topic.Name)
			}
			wantStrings(t, "topics", topics, "Open topic", "Shared topic")
			// It comes with its publisher, and goes again with them.
			must[int](t)(env.DB.AllowPublisher(t.Context(), env.Admin, "zebrafish.example"))
			_, found, _, err := env.DB.SearchClaims(t.Context(), store.ListFilter{Publisher: store.AnyPublisher, Topic: "zebrafish-topic", Limit: 1}, 0)
			if err != nil {
				t.Fatal(err)
			}
			title := ""
			for _, a := range publicClaims(t, env)[0].Appearances {
				if a.Article.URL == sharedURL {
					title = a.Article.Title
				}
			}
			if found != 1 || title != marker+" seen" {
				t.Errorf("allowed: got %d claims by its topic and the title %q", found, title)
			}
			after := head(t, env)
			must[int](t)(env.DB.HidePublisher(t.Context(), env.Admin, "zebrafish.example"))
			wantStrings(t, "hiding", entries(t, env, after), "verdict.updated The mayor has resigned.")
			unseen(t, env, "hidden again")
		})
	}
}

func withClaimant(r exchange.Record, name string) exchange.Record {
	r.Claimant = exchange.Claimant{Name: name, Kind: "person", SameAs: []string{"https://id.example/smith"}}
	return r
}

// One person by the identifying address, whom two publishers name each in their own way.
func TestAClaimantIsNamedAsThoseWhoAreAllowedName(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	hidden, open := sharedRecords()
	hidden.Text = "Something else."
	runImport(t, env, store.ImportOptions{}, withClaimant(hidden, marker+" Smith"))
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, withClaimant(open, "Ann Smith"))
	want := &document.Claimant{Name: "Ann Smith", Kind: "person"}
	if diff := cmp.Diff(want, publicClaims(t, env)[0].Claimant); diff != "" {
		t.Errorf("while the other waits (-want +got):\n%s", diff)
	}
	unseen(t, env, "while it waits")
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "zebrafish.example"))
	claim := ask[factcheck.ClaimID](t, env, `SELECT id FROM claims WHERE text = 'The mayor has resigned.'`)
	if got := public(t, env, claim).Claimant; got.Name != marker+" Smith" || got.ID == "" || got.Slug == "" {
		t.Errorf("allowed: got %+v, want one person for both", got)
	}
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "zebrafish.example"))
	if diff := cmp.Diff(want, public(t, env, claim).Claimant); diff != "" {
		t.Errorf("hidden (-want +got):\n%s", diff)
	}
	unseen(t, env, "hidden")
}

// An edition holds what earlier versions said too: whom only such a one named is taken out of it with the publisher.
func TestWhomAnEarlierVersionNamedIsRecalledWithThePublisher(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	hidden, open := sharedRecords()
	hidden.Text = "Something else."
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, withClaimant(hidden, marker+" Smith"))
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, withClaimant(open, "Ann Smith"))
	open.Claimant, open.Answer = exchange.Claimant{Name: "Bob Baker", Kind: "person"}, "Somebody else said it."
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, open)
	claim := ask[factcheck.ClaimID](t, env, `SELECT id FROM claims WHERE text = 'The mayor has resigned.'`)
	if states := must[[]store.State](t)(env.DB.Versions(t.Context(), claim)); len(states) != 2 || !strings.Contains(string(states[0].Stored), marker) || strings.Contains(string(states[1].Stored), marker) {
		t.Fatalf("the test shows nothing: got %s and %s, want that the first alone names them", states[0].Stored, states[len(states)-1].Stored)
	}
	made := must[bool](t)(env.DB.MakeEdition(t.Context(), factcheck.System(), func(_ *store.Extract, put func(store.EditionPiece) error) (string, error) {
		return "{}", errors.Join(put(store.EditionPiece{Format: "ndjson", Body: []byte("x")}), put(store.EditionPiece{Format: "csv", Body: []byte("x")}))
	}))
	must[int](t)(env.DB.HidePublisher(t.Context(), env.Admin, "zebrafish.example"))
	if n := ask[int](t, env, `SELECT count(*) FROM edition_recalls WHERE claim_id = $1`, claim); !made || n == 0 {
		t.Errorf("got %d recalls of an edition (made: %v), want the claim whose first version named them", n, made)
	}
}

// A page that the house makes of an imported claim has an address of the house's own.
func TestAnAddressIsNotMadeOfAHiddenPublishersWords(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	r := record("zebrafish.example", marker+" ate the mayor.", "False")
	r.Topics, r.Appearances = nil, nil
	runImport(t, env, store.ImportOptions{}, r)
	claim := onlyClaim(t, env)
	ok(t, env.DB.EditClaim(t.Context(), env.Checker, claim, working(t, env, claim).Revision, factcheck.ClaimInput{Text: "The mayor was eaten.", Language: "en"}))
	v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, claim, env.Draft("False")))
	v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(t.Context(), env.Editor, v.ID, v.Hash))
	if got := public(t, env, claim).Slug; got != "the-mayor-was-eaten" {
		t.Errorf("got the address %q", got)
	}
	unseen(t, env, "published by the house")
}

// Topics are a person's or a publisher's; a person's word stands, whatever becomes of the publishers.
func TestTopicsRememberWhoFiledThem(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b := record("a.example", "The bridge is closed.", "False"), record("b.example", "The bridge is closed.", "False")
	a.Topics, b.Topics = []string{"Bridges", "Traffic"}, []string{"Bridges", "Rivers"}
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, a, b)
	claim := onlyClaim(t, env)
	topics := func() []string {
		t.Helper()
		all, _, err := env.DB.PublicTopics(ctx, store.PageOf{Limit: 100})
		ok(t, err)
		var out []string
		for _, topic := range all {
			out = append(out, topic.Slug)
			if got := must[store.PublicTopic](t)(env.DB.TopicBySlug(ctx, topic.Slug, store.SubjectFilter{Limit: 2})); len(got.Docs) != 1 {
				t.Errorf("%s: got %d claims, want 1", topic.Slug, len(got.Docs))
			}
		}
		slices.Sort(out)
		return out
	}
	wantStrings(t, "of both", topics(), "bridges", "rivers", "traffic")
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "a.example"))
	wantStrings(t, "once one is hidden", topics(), "bridges", "rivers")
	// The editor sees what readers see, keeps one and takes the other off.
	w := working(t, env, claim)
	if len(w.Topics) != 2 {
		t.Fatalf("got %d topics to edit, want the 2 that are shown", len(w.Topics))
	}
	bridges := ask[factcheck.TopicID](t, env, `SELECT id FROM topics WHERE slug = 'bridges'`)
	ok(t, env.DB.EditClaim(ctx, env.Checker, claim, w.Revision, factcheck.ClaimInput{Text: w.Text, Language: "en", Topics: []factcheck.TopicID{bridges}}))
	wantStrings(t, "once a person chose", topics(), "bridges")
	b.Answer = "No."
	runImport(t, env, store.ImportOptions{}, b)
	wantStrings(t, "after the next import", topics(), "bridges")
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "a.example"))
	wantStrings(t, "allowed again", topics(), "bridges", "traffic")
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "a.example"))
	wantStrings(t, "hidden again", topics(), "bridges")
	for _, s := range must[[]store.State](t)(env.DB.Versions(ctx, claim)) {
		if strings.Contains(string(s.Stored), "traffic") {
			t.Errorf("state %d shows the hidden publisher's topic: %s", s.N, s.Stored)
		}
	}
	auditLedger(t, connect(t, env.OwnerURL))
}

// An address that two publishers list is listed while one of them is allowed, on a merged claim too.
func TestAnAddressIsListedByAllWhoListIt(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	a, b := record("a.example", "The bridge is closed.", "False"), record("b.example", "The bridge is closed.", "False")
	c := record("c.example", "The bridge over the river is closed.", "False")
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, a, b, c) // all list social.example/p/1
	into := ask[factcheck.ClaimID](t, env, `SELECT id FROM claims WHERE text = 'The bridge is closed.'`)
	from := ask[factcheck.ClaimID](t, env, `SELECT id FROM claims WHERE text = 'The bridge over the river is closed.'`)
	listed := func(want int, when string) {
		t.Helper()
		if got := len(public(t, env, into).Appearances); got != want {
			t.Errorf("%s: got %d addresses, want %d", when, got, want)
		}
		auditLedger(t, connect(t, env.OwnerURL))
	}
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "a.example"))
	listed(1, "one of two is hidden")
	must[int](t)(env.DB.AllowPublisher(ctx, env.Admin, "a.example"))
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "b.example"))
	listed(1, "the other is hidden")
	ok(t, env.DB.MergeClaims(ctx, env.Editor, from, into, "The same bridge"))
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "a.example"))
	listed(1, "only the merged claim's publisher is left")
	must[int](t)(env.DB.HidePublisher(ctx, env.Admin, "c.example"))
	if n := len(publicClaims(t, env)); n != 0 {
		t.Errorf("got %d public claims of publishers who are all hidden", n)
	}
}

// The feed does not speak of appearances that readers do not see.
func TestTheFeedIsSilentOnHiddenAddresses(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor has resigned.", "False")
	hidden := record("a.example", "The mayor has resigned.", "True")
	runImport(t, env, store.ImportOptions{}, hidden)
	id := ask[factcheck.AppearanceID](t, env, `SELECT id FROM appearances`)
	after := head(t, env)
	ok(t, env.DB.MarkCorrection(ctx, env.Checker, id, 1, factcheck.MarkInput{State: factcheck.StateCorrected}))
	if got := head(t, env); got != after {
		t.Errorf("the feed moved from %d to %d: %v", after, got, entries(t, env, after))
	}
	ok(t, env.DB.SetStance(ctx, env.Checker, id, 2, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
	wantStrings(t, "once a person judged it", feed(t, env, after), "appearance.changed "+v.Claim.String())
}

func TestListingsAreGuarded(t *testing.T) {
	t.Parallel()
	b, _ := hidden(t)
	b.values["appearance"] = b.value(t, `SELECT id::text FROM appearances WHERE claim_id = $1`, b.values["claim"])
	b.values["house_id"] = b.value(t, `SELECT id::text FROM publishers WHERE is_house`)
	b.run(t, []attack{
		{"an address is listed unseen by the feed", []string{`INSERT INTO appearance_listings (appearance_id, publisher_id) VALUES ({appearance}, {house_id})`},
			"appearance_listings_have_change", off("appearance_listings", "appearance_listings_have_change"), ""},
		{"a person's topic is dropped", []string{`INSERT INTO claim_topics (claim_id, topic_id, dropped) SELECT {claim}, id, true FROM topics LIMIT 1`},
			"claim_topics_only_imports_drop", dropped("claim_topics", "claim_topics_only_imports_drop"), ""},
	})
	b.runRevoked(t, []attack{
		{"a listing is deleted", []string{`DELETE FROM appearance_listings`}, "appearance_listings_only_grows", off("appearance_listings", "appearance_listings_stay"), ""},
	})
}

// What publishers say of an article that two claims have is redacted with it, as the article itself is.
func TestSharedListingsAreRedactedTogether(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	a, b := record("a.example", "The bridge is closed.", "False"), record("b.example", "The lake is dry.", "False")
	a.Appearances = []exchange.Appearance{{URL: sharedURL, Title: "Ann Lee says so"}}
	b.Appearances = a.Appearances
	runImport(t, env, store.ImportOptions{AllowPublishers: true}, a, b)
	redactNow(t, env, ask[factcheck.ClaimID](t, env, `SELECT id FROM claims WHERE text = 'The bridge is closed.'`), "Ann Lee")
	for _, c := range publicClaims(t, env) {
		if got, want := c.Appearances[0].Article.Title, removed+" says so"; got != want {
			t.Errorf("%s: got the title %q, want %q", c.Text, got, want)
		}
	}
	auditLedger(t, connect(t, env.OwnerURL))
}
