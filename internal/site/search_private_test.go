package site_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// secrets are words of what is not public, each in another way, with a misspelling that only the secret is near to.
var secrets = map[string]string{
	"xylocarpine":  "xylocarpin",  // of a filed claim
	"quibblefish":  "quibblfish",  // of a submitted one
	"vortigern":    "vortigren",   // of a publisher who was never allowed
	"thaumaturgy":  "thaumatrugy", // of one who was, and is not
	"mugwumpery":   "mugwumprey",  // of the finding of a suspended verdict
	"flapdoodle":   "flapdoolde",  // of the finding of a retracted one
	"rigmarole":    "rigmaorle",   // redacted
	"snollygoster": "snollygostr", // of the working copy of a published claim
	"gobbledygook": "gobbledgook", // of a claim merged into a published one
	"quackenbush":  "quackenbsuh", // name of a private person who made a published claim
	"brouhaha":     "brouhhaa",    // a topic of a filed claim alone
}

// hide files, hides, suspends, retracts, redacts and merges claims, and publishes one that all of them could be found with.
func hide(t *testing.T, env *storetest.Env) {
	t.Helper()
	db, ctx := env.DB, t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	into := env.Published(t, "The harbour of Exampleville froze.", "False").Claim
	topic, err := db.AddTopic(ctx, env.Editor, factcheck.TopicInput{Name: "Brouhaha"})
	try(err)
	_, err = db.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: "The harbour has xylocarpine.", Language: "en", Topics: []factcheck.TopicID{topic}})
	try(err)
	env.Submitted(t, "The harbour has quibblefish.", "False")
	imported(t, env, "never.example", "The harbour has vortigern.", false)
	imported(t, env, "hidden.example", "The harbour has thaumaturgy.", true)
	_, err = db.HidePublisher(ctx, env.Admin, "hidden.example")
	try(err)
	finding := func(text, word string) store.Version {
		id := env.Claim(t, text)
		draft := env.Draft("False")
		draft.Headline, draft.Answer = "About "+word, "No "+word+" was seen."
		v, err := db.DraftVerdict(ctx, env.Checker, id, draft)
		try(err)
		v, err = db.SubmitVerdict(ctx, env.Checker, v.ID, v.Revision)
		try(err)
		v, err = db.ApproveVerdict(ctx, env.Editor, v.ID, v.Hash)
		try(err)
		return v
	}
	try(db.SuspendVerdict(ctx, env.Editor, finding("The harbour is suspended.", "mugwumpery").Verdict, "A source is in doubt."))
	env.Corrected(t, finding("The harbour is taken back.", "flapdoodle").Verdict, factcheck.CorrectionRetraction, "We take it back.")
	p, err := db.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: env.Published(t, "The harbour has a rigmarole of ships.", "False").Claim, Passage: "rigmarole", Class: factcheck.RedactSafety, Reason: "It endangers somebody."})
	try(err)
	try(db.DecideProposal(ctx, env.Editor, p, true))
	edited := env.Published(t, "The harbour is edited.", "False").Claim
	now, err := db.NewsroomClaim(ctx, env.Checker, edited)
	try(err)
	try(db.EditClaim(ctx, env.Checker, edited, now.Revision, factcheck.ClaimInput{Text: "The harbour has a snollygoster.", Language: "en"}))
	try(db.MergeClaims(ctx, env.Editor, env.Claim(t, "The harbour has gobbledygook."), into, "The same."))
	who, err := db.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{Name: "Wilhelmina Quackenbush", Kind: factcheck.ClaimantPerson, Private: true, Description: "a neighbour"})
	try(err)
	said, err := db.FileClaim(ctx, env.Checker, factcheck.ClaimInput{Text: "The harbour is mine.", Language: "en", Claimant: who})
	try(err)
	d := &desk{Env: env}
	d.publish(t, said, "False")
}

// imported imports a check.
func imported(t *testing.T, env *storetest.Env, site, text string, allow bool) {
	t.Helper()
	run, err := env.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: site, Format: "test", AllowPublishers: allow})
	if err == nil {
		_, err = run.Add(t.Context(), []exchange.Record{{
			Publisher: exchange.Publisher{Name: strings.ToUpper(site), Site: site}, Text: text, Language: "en", ReviewURL: "https://" + site + "/1",
			Rating: factcheck.Rating{Label: "False", Truth: factcheck.TruthFalse}, Scale: "house/1", Published: factcheck.Date{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
		}})
	}
	if err == nil {
		err = run.Finish(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestSearchFindsNothingThatIsNotPublic asks every way to search, with an index and without, for what is not public: by the
// word, by a misspelling of it, by what it begins with.
func TestSearchFindsNothingThatIsNotPublic(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	hide(t, env)
	quiet := slog.New(slog.DiscardHandler)
	for _, indexed := range []bool{true, false} {
		d := &desk{Env: env}
		l := live.New(env.DB, quiet)
		if indexed {
			var err error
			if d.finder, err = finder.New(finder.Config{Store: env.DB, Live: l, Logger: quiet}); err != nil {
				t.Fatal(err)
			}
		}
		d.api = api.New(api.Config{Store: env.DB, Live: l, Finder: d.finder, PublicURL: "https://desk.example", Logger: quiet})
		d.open(t, l)
		if indexed {
			d.settled(t)
		}
		d.seekSecrets(t)
		// What is public of the same claims is found: the test looks at the right ones.
		var list struct{ Data []json.RawMessage }
		_, body := d.get(t, "/api/v1/claims?publisher=any&query=harbour")
		if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Data) != 6 {
			t.Errorf("index %t: got %d public claims of the harbour, error %v; want 6", indexed, len(list.Data), err)
		}
	}
}

// seekSecrets fails for every secret that a public way tells.
func (d *desk) seekSecrets(t *testing.T) {
	t.Helper()
	filler := strings.Repeat(" of the harbour and the lake", 5)
	for word, misspelled := range secrets {
		if resp, body := d.get(t, "/search?q="+word); resp.StatusCode != http.StatusOK || !strings.Contains(body, "Nothing found for") {
			t.Errorf("%s is found", word)
		}
		var list struct {
			Data   []json.RawMessage
			Search struct{ Total *int }
		}
		for _, where := range []string{"", "claim:", "title:", "answer:", "claimant:", "body:", "wording:", "topic:", "publisher:"} {
			_, body := d.get(t, "/api/v1/claims?publisher=any&query="+url.QueryEscape(where+word))
			if err := json.Unmarshal([]byte(body), &list); err != nil || len(list.Data) != 0 || list.Search.Total != nil && *list.Search.Total != 0 {
				t.Errorf("%s%s is found by partners: %.200s, error %v", where, word, body, err)
			}
		}
		for _, path := range []string{
			"/search?q=" + misspelled, "/search?q=harbour+" + misspelled, "/search?q=harbour", "/search?q=harbour&topic=brouhaha", "/search?q=harbour&publisher=hidden.example",
			"/search?q=harbour&publisher=never.example", "/search?topic=" + misspelled, "/search?year=2025", "/search?q=" + url.QueryEscape(misspelled+filler), "/search?q=" + url.QueryEscape("the "+misspelled+" is here"),
			"/search/suggest?q=" + word[:4], "/search/suggest?q=" + word[:2], "/search/suggest?q=harbour+" + word[:5],
			"/api/v1/claims?publisher=any&query=" + misspelled, "/api/v1/claims?publisher=any&query=harbour", "/api/v1/claims?publisher=any&query=harbour+" + misspelled + "&sort=updated",
			"/api/v1/claims?publisher=hidden.example&query=harbour", "/api/v1/claims?publisher=any&query=harbour&topic=brouhaha",
		} {
			resp, body := d.get(t, path)
			if strings.Contains(path, "brouhaha") {
				body = strings.ReplaceAll(body, "brouhaha", "") // as it was asked for; its name is written otherwise
			}
			if resp.StatusCode != http.StatusOK || strings.Contains(strings.ToLower(body), word) || strings.Contains(body, "Brouhaha") {
				t.Errorf("%s tells %s, or answers %d", path, word, resp.StatusCode)
			}
			if strings.Contains(body, "HIDDEN.EXAMPLE") || strings.Contains(body, "NEVER.EXAMPLE") {
				t.Errorf("%s names a publisher who is not public", path)
			}
		}
	}
}
