package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// Invariant 11: a private person who is a claimant is unnamed by default; naming needs a reason and a second approval;
// people are never merged by name alone.

// neighbour is a database under attack in which a private person made a claim that is public.
type neighbour struct {
	*battle
	who   factcheck.ClaimantID
	claim factcheck.ClaimID
}

func unnamedNeighbour(t *testing.T) neighbour {
	t.Helper()
	env := storetest.New(t)
	ctx := t.Context()
	who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{
		Name: marker + " Smith", Kind: factcheck.ClaimantPerson, Description: "a neighbour", SameAs: "https://zebrafish.example/smith", Private: true,
	}))
	claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: "The mayor has resigned.", Language: "en", Claimant: who}))
	v := must[store.Version](t)(env.DB.DraftVerdict(ctx, env.Checker, claim, env.Draft("False")))
	v = must[store.Version](t)(env.DB.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision))
	must[store.Version](t)(env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash))
	n := neighbour{battle: newBattle(t, env, nil), who: who, claim: claim}
	other := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Otter Jones", Kind: factcheck.ClaimantPerson, Private: true}))
	n.values = map[string]string{
		"who": who.UUID(), "other": other.UUID(), "author": env.Checker.Person.UUID(), "editor": env.Editor.Person.UUID(), "editor2": env.Editor2.Person.UUID(),
		"proposal": "00000000-0000-7000-8000-0000000000bb",
	}
	return n
}

func TestInvariant11NamingTakesTwoBySQL(t *testing.T) {
	t.Parallel()
	b := unnamedNeighbour(t)
	const decided, two, private = "claimants_naming_is_decided", "claimants_naming_needs_two", "claimants_stay_private"
	guard := off("claimants", "claimants_guard")
	name := func(by, approver string) string {
		return `UPDATE claimants SET named_reason = 'x', named_proposed_by = ` + by + `, named_approved_by = ` + approver + `, version = version + 1 WHERE id = {who}`
	}
	propose := func(of string) string {
		return `INSERT INTO proposals (id, kind, claimant_id, reason, proposed_by, proposed_at) VALUES ({proposal}, 'name', ` + of + `, 'x', {author}, now())`
	}
	approve := `UPDATE proposals SET decision = 'approved', decided_by = {editor}, decided_at = now() WHERE id = {proposal}`
	b.run(t, []attack{
		{"without a proposal", []string{name("{author}", "{editor}")}, decided, guard, ""},
		{"by one", []string{name("{editor}", "{editor}")}, decided, guard, two},
		{"without a reason", []string{propose("{who}"), approve, `UPDATE claimants SET named_reason = '', named_proposed_by = {author}, named_approved_by = {editor} WHERE id = {who}`}, two, dropped("claimants", two), ""},
		{"by an open proposal", []string{propose("{who}"), name("{author}", "{editor}")}, decided, guard, ""},
		{"by a proposal about somebody else", []string{propose("{other}"), approve, name("{author}", "{editor}")}, decided, guard, ""},
		{"by others than those who decided", []string{propose("{who}"), approve, name("{author}", "{editor2}")}, decided, guard, ""},
		{"under another name than was decided on", []string{propose("{who}"), approve, `UPDATE claimants SET name = 'Otter Jones', named_reason = 'x', named_proposed_by = {author}, named_approved_by = {editor} WHERE id = {who}`}, decided, guard, ""},
		{"by calling her no private person", []string{`UPDATE claimants SET private = false WHERE id = {who}`}, private, guard, ""},
		{"by calling her an organisation", []string{`UPDATE claimants SET kind = 'organisation' WHERE id = {who}`}, "claimants_private_is_person", dropped("claimants", "claimants_private_is_person"), ""},
		{"from the start", []string{`INSERT INTO claimants (id, slug, name, kind, private, named_reason, named_proposed_by, named_approved_by, created_at)
			VALUES (gen_random_uuid(), 'x', 'x', 'person', true, 'x', {author}, {editor}, now())`}, decided, guard, ""},
		{"two people as one by their address", []string{`UPDATE claimants SET same_as = 'https://zebrafish.example/smith' WHERE id = {other}`}, "claimants_same_as", statement("the index claimants_same_as", `DROP INDEX claimants_same_as`), ""},
	})
	p := must[factcheck.ProposalID](t)(b.DB.ProposeNaming(t.Context(), b.Checker, b.who, "She speaks for the town."))
	ok(t, b.DB.DecideProposal(t.Context(), b.Editor, p, true))
	b.run(t, []attack{{"another name under the same decision", []string{`UPDATE claimants SET name = 'Otter Jones', version = version + 1 WHERE id = {who}`}, decided, guard, ""}})
	ok(t, b.DB.UnnameClaimant(t.Context(), b.Editor, b.who))
	b.run(t, []attack{{"again by the decision of before", []string{name("{author}", "{editor}")}, decided, guard, ""}})
}

func TestInvariant11NamingTakesTwoThroughTheStore(t *testing.T) {
	t.Parallel()
	b := unnamedNeighbour(t)
	db := b.DB
	p := must[factcheck.ProposalID](t)(db.ProposeNaming(t.Context(), b.Editor, b.who, "She speaks for the town."))
	_, secretKey, err := db.CreateKey(t.Context(), b.Admin, store.KeyInput{Name: "k", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "emil@desk.example"})
	ok(t, err)
	key := must[factcheck.Actor](t)(keyActor(t.Context(), db, secretKey))
	revision := must[store.Claimant](t)(db.NewsroomClaimant(t.Context(), b.Checker, b.who)).Revision
	in := factcheck.ClaimantInput{Name: marker + " Smith", Kind: factcheck.ClaimantPerson, Description: "a neighbour"}
	decide := func(who factcheck.Actor) func(context.Context) error {
		return func(ctx context.Context) error { return db.DecideProposal(ctx, who, p, true) }
	}
	b.refuses(t, []misdeed{
		{"whoever proposed it decides", decide(b.Editor), factcheck.CodeForbidden},
		{"a checker decides", decide(b.Checker), factcheck.CodeForbidden},
		{"a key decides", decide(key), factcheck.CodeForbidden},
		{"the command line decides", decide(factcheck.Operator()), factcheck.CodeForbidden},
		{"a key proposes", func(ctx context.Context) error { _, err := db.ProposeNaming(ctx, key, b.who, "x"); return err }, factcheck.CodeForbidden},
		{"no reason is given", func(ctx context.Context) error { _, err := db.ProposeNaming(ctx, b.Checker, b.who, " "); return err }, factcheck.CodeInvalid},
		{"an edit calls her no private person", func(ctx context.Context) error { return db.EditClaimant(ctx, b.Admin, b.who, revision, in) }, factcheck.CodeForbidden},
		{"her name becomes what readers see instead of it", func(ctx context.Context) error {
			in := in
			in.Private, in.Description = true, "the neighbour "+marker
			return db.EditClaimant(ctx, b.Checker, b.who, revision, in)
		}, factcheck.CodeInvalid},
	})
}

// lookEverywhere returns what each public read shows of the neighbour's claim.
func (n neighbour) lookEverywhere(t *testing.T) map[string]sight {
	t.Helper()
	saw := map[string]sight{}
	for name, read := range publicReads(n.Env, []factcheck.ClaimID{n.claim}, []string{"the-mayor-has-resigned"}, nil, "x") {
		saw[name] = seen(t, func() (any, error) { return read(t.Context()) })
	}
	saw["claimant"] = seen(t, func() (any, error) {
		docs, _, err := n.DB.ListClaims(t.Context(), store.ListFilter{Publisher: store.AnyPublisher, Claimant: n.who, Limit: 10})
		return docs, err
	})
	return saw
}

func TestInvariant11APrivatePersonIsUnnamedEverywhere(t *testing.T) {
	t.Parallel()
	b := unnamedNeighbour(t)
	ctx := t.Context()
	unnamed := func(when string) {
		t.Helper()
		for name, got := range b.lookEverywhere(t) {
			if got.has(marker) || got.has(b.who.String()) {
				t.Errorf("%s, %s names her: %s", when, name, got)
			}
		}
		if got := b.value(t, `SELECT string_agg(x, ' ') FROM (SELECT document AS x FROM claim_documents UNION ALL SELECT words::text FROM claim_words
			UNION ALL SELECT note FROM claim_states UNION ALL SELECT args::text FROM river_job UNION ALL SELECT details::text FROM audit) x`); sight(got).has(marker) {
			t.Errorf("%s, a document, search word, note, job or audit entry names her", when)
		}
	}
	unnamed("from the start")
	if got := b.lookEverywhere(t)["claimant"]; len(got) > 0 {
		t.Errorf("a list by claimant leads to her: %s", got)
	}
	before := b.lookEverywhere(t)["claim the-mayor-has-resigned"]
	p := must[factcheck.ProposalID](t)(b.DB.ProposeNaming(ctx, b.Checker, b.who, marker+" Smith speaks for the town."))
	unnamed("while it is proposed")
	ok(t, b.DB.DecideProposal(ctx, b.Editor, p, true))
	if got := b.lookEverywhere(t); !got["claim the-mayor-has-resigned"].has(marker+" Smith") || len(got["claimant"]) == 0 {
		t.Errorf("named, readers see %s", got["claim the-mayor-has-resigned"])
	}
	ok(t, b.DB.SavePage(ctx, store.Page{Claim: b.claim, Language: "en", Seq: 2, Epoch: "1", HTML: []byte(marker), Gzip: []byte{}, Brotli: []byte{}}))
	ok(t, b.DB.UnnameClaimant(ctx, b.Editor2, b.who))
	unnamed("after it was taken back")
	var was, is document.Claim
	d := must[store.Document](t)(b.DB.ClaimByID(ctx, b.claim))
	is = decode(t, d.Stored, 0)
	first := must[store.State](t)(b.DB.StateN(ctx, b.claim, 1))
	was = decode(t, first.Stored, 0)
	if diff := cmp.Diff(was.Claimant, is.Claimant); diff != "" || !before.has("a neighbour") {
		t.Errorf("the claimant is not who it was before the naming (-was +is):\n%s", diff)
	}
	auditLedger(t, b.owner)
}

// Somebody who becomes private is unnamed in what is being made public at that moment, too.
func TestInvariant11BecomingPrivateBesideAPublication(t *testing.T) {
	t.Parallel()
	known := factcheck.ClaimantInput{Name: marker + " Smith", Kind: factcheck.ClaimantPerson, SameAs: "https://zebrafish.example/smith"}
	for what, publish := range map[string]func(*testing.T, *storetest.Env, factcheck.ClaimantID) func(context.Context) error{
		"an approval": func(t *testing.T, env *storetest.Env, who factcheck.ClaimantID) func(context.Context) error {
			claim := must[factcheck.ClaimID](t)(env.DB.FileClaim(t.Context(), env.Checker, factcheck.ClaimInput{Text: "The lake is dry.", Language: "en", Claimant: who}))
			v := must[store.Version](t)(env.DB.DraftVerdict(t.Context(), env.Checker, claim, env.Draft("False")))
			v = must[store.Version](t)(env.DB.SubmitVerdict(t.Context(), env.Checker, v.ID, v.Revision))
			return func(ctx context.Context) error {
				_, err := env.DB.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
				return err
			}
		},
		"an import": func(_ *testing.T, env *storetest.Env, _ factcheck.ClaimantID) func(context.Context) error {
			r := record("a.example", "The lake is dry.", "True")
			r.Claimant = exchange.Claimant{Name: known.Name, Kind: "person", SameAs: []string{known.SameAs}}
			return func(ctx context.Context) error {
				run, err := env.DB.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: "x", Format: "csv", AllowPublishers: true})
				if err == nil {
					_, err = run.Add(ctx, []exchange.Record{r})
				}
				return err
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			env := storetest.New(t)
			who := must[factcheck.ClaimantID](t)(env.DB.AddClaimant(t.Context(), env.Checker, known))
			do := publish(t, env, who)
			hold := must[pgx.Tx](t)(connect(t, env.OwnerURL).Begin(t.Context()))
			if _, err := hold.Exec(t.Context(), `SELECT FROM feed FOR UPDATE`); err != nil {
				t.Fatal(err)
			}
			watch := connect(t, env.OwnerURL)
			publishing := begin(func() error { return do(t.Context()) })
			waitForLocks(t, watch, 1, publishing.done)
			private := known
			private.Private, private.Description = true, "a neighbour"
			hiding := begin(func() error { return env.DB.EditClaimant(t.Context(), env.Checker, who, 1, private) })
			waitForLocks(t, watch, 2, hiding.done)
			ok(t, hold.Rollback(t.Context()))
			<-publishing.done
			<-hiding.done
			ok(t, publishing.err)
			ok(t, hiding.err)
			for _, c := range publicClaims(t, env) {
				if c.Claimant == nil || c.Claimant.Name != "a neighbour" || c.Claimant.ID != "" {
					t.Errorf("readers see %+v, want her unnamed", c.Claimant)
				}
			}
		})
	}
}

func TestInvariant11PeopleAreNotMergedByName(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	by := func(site, text, sameAs string) exchange.Record {
		r := record(site, text, "False")
		r.Claimant = exchange.Claimant{Name: "John Smith", Kind: "person"}
		if sameAs != "" {
			r.Claimant.SameAs = []string{sameAs}
		}
		return r
	}
	runImport(t, env, store.ImportOptions{AllowPublishers: true},
		by("a.example", "The lake is dry.", ""), by("b.example", "The well is dry.", ""), by("a.example", "The sea is dry.", ""),
		by("a.example", "The sky is dry.", "https://people.example/1"), by("b.example", "The air is dry.", "https://people.example/1"), by("b.example", "The sun is dry.", "https://people.example/2"))
	must[factcheck.ClaimantID](t)(env.DB.AddClaimant(t.Context(), env.Checker, factcheck.ClaimantInput{Name: "John Smith", Kind: factcheck.ClaimantPerson}))
	who := map[string]string{}
	for _, c := range publicClaims(t, env) {
		who[c.Text] = c.Claimant.ID
	}
	if who["The lake is dry."] == who["The well is dry."] {
		t.Error("two publishers' John Smiths are one")
	}
	if who["The lake is dry."] != who["The sea is dry."] {
		t.Error("one publisher's John Smith is two")
	}
	if who["The sky is dry."] != who["The air is dry."] || who["The sky is dry."] == who["The sun is dry."] || who["The sky is dry."] == who["The lake is dry."] {
		t.Error("an address that says who somebody is does not")
	}
	if n := newBattle(t, env, nil).value(t, `SELECT count(*)::text FROM claimants WHERE name = 'John Smith'`); n != "5" {
		t.Errorf("got %s people called John Smith, want 5", n)
	}
}
