package store_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// The passage of these tests: with a quotation mark and an ampersand, which JSON and HTML escape, and letters beyond ASCII.
const passage = `Zoë "Zo" Lane & Sons`

const removed = "[removed: private data]"

// doxxed is a claim with the passage in everything that belongs to it.
type doxxed struct {
	*storetest.Env
	claim    factcheck.ClaimID
	merged   factcheck.ClaimID
	verdict  factcheck.VerdictID
	article  factcheck.ArticleID
	claimant factcheck.ClaimantID
	other    factcheck.ClaimID // another public claim with the same article, and the passage in nothing of its own
	control  factcheck.ClaimID // one that has nothing to do with it, and the passage in its own text
}

// newDoxxed files, publishes, corrects and surrounds a claim with the passage.
func newDoxxed(t *testing.T) doxxed {
	t.Helper()
	env := storetest.New(t)
	ctx, db := t.Context(), env.DB
	d := doxxed{Env: env}
	d.claimant = must[factcheck.ClaimantID](t)(db.AddClaimant(ctx, env.Checker, factcheck.ClaimantInput{
		Name: passage, Kind: factcheck.ClaimantPerson, Description: "Neighbour of " + passage, SameAs: "https://id.example/Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons",
	}))
	tip := must[factcheck.TipID](t)(db.FileTip(ctx, factcheck.System(), factcheck.TipInput{Text: "They say " + passage + " did it", Contact: passage}))
	in := factcheck.ClaimInput{Text: passage + " poisoned the well.", Language: "en", Claimant: d.claimant, Place: "Behind " + passage, Why: "Many ask about " + passage}
	d.claim = must[factcheck.ClaimID](t)(db.TipToClaim(ctx, env.Checker, tip, in))
	rev := working(t, env, d.claim).Revision
	ok(t, db.SetWordings(ctx, env.Checker, d.claim, rev, []factcheck.Wording{{Language: "de", Text: passage + " hat den Brunnen vergiftet."}}))
	must[factcheck.MediaID](t)(db.AddMedia(ctx, env.Checker, d.claim, factcheck.MediaInput{URL: "https://img.example/?q=Zo%C3%AB+%22Zo%22+Lane+%26+Sons", Kind: factcheck.MediaImage, Alt: passage}))
	d.publish(t)
	d.surround(t)

	d.merged = env.Claim(t, "The well was poisoned by "+passage)
	ok(t, db.MergeClaims(ctx, env.Editor, d.merged, d.claim, "Both speak of "+passage))
	v := must[store.Version](t)(db.DraftCorrection(ctx, d.Checker, d.verdict, factcheck.CorrectionUpdate, "More of "+passage)) // waits for approval
	must[store.Version](t)(db.SubmitVerdict(ctx, d.Checker, v.ID, v.Revision))
	must[factcheck.ProposalID](t)(db.ProposeRedaction(ctx, d.Checker, store.RedactionInput{Claim: d.claim, Passage: passage + " was there", Class: factcheck.RedactSafety, Reason: "They ask"}))
	d.control = env.Published(t, "Nobody knows "+passage+".", "False").Claim
	return d
}

// publish drafts, submits, approves and corrects the verdict, suspends it and has it restored.
func (d *doxxed) publish(t *testing.T) {
	t.Helper()
	ctx, db := t.Context(), d.DB
	draft := d.Draft("False")
	for _, s := range []*string{&draft.Headline, &draft.Answer, &draft.Body, &draft.True, &draft.False, &draft.Unknown, &draft.HowChecked} {
		*s = "About " + passage + "\n\nand " + strings.ReplaceAll(passage, " ", "\n") + "."
	}
	draft.Headline = passage
	s := &draft.Sources[0]
	s.Title, s.Origin, s.Quote, s.Interest, s.Document = passage, "Owned by "+passage, passage+"!", passage, "File "+passage
	s.URL, s.ArchiveURL = "https://townhall.example/Zo%C3%AB_%22Zo%22_Lane_%26_Sons", "https://archive.example/zoë-zo-lane-sons"
	draft.Replies = []factcheck.Reply{{Asked: passage, AskedAt: time.Date(2025, 6, 6, 0, 0, 0, 0, time.UTC), Answer: "Says " + passage}}
	draft.Waivers = []factcheck.Waiver{{Rule: factcheck.RuleReply, Reason: passage + " is away"}}
	draft.Wordings = []factcheck.VerdictWording{{Language: "de", Headline: passage, Answer: "Nein, " + passage}}
	v := must[store.Version](t)(db.DraftVerdict(ctx, d.Checker, d.claim, draft))
	v = must[store.Version](t)(db.SubmitVerdict(ctx, d.Checker, v.ID, v.Revision))
	v = must[store.Version](t)(db.ApproveVerdict(ctx, d.Editor, v.ID, v.Hash))
	d.verdict = v.Verdict
	d.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We named "+passage+" wrongly.")
	ok(t, db.SuspendVerdict(ctx, d.Editor, v.Verdict, "Asked by "+passage))
	p := must[factcheck.ProposalID](t)(db.ProposeRestore(ctx, d.Checker, v.Verdict, passage+" agrees"))
	ok(t, db.DecideProposal(ctx, d.Editor, p, true))
}

// surround adds an article that another claim has too, its pages and what others keep of it.
func (d *doxxed) surround(t *testing.T) {
	t.Helper()
	ctx, db := t.Context(), d.DB
	added := must[store.Added](t)(db.AddArticle(ctx, d.Checker, factcheck.ArticleInput{
		URL: "https://paper.example/news?by=Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons", Title: passage + " seen", Author: passage, Text: "It is said that " + passage + " was there.",
		Platform: passage, Handle: "@" + passage, ETag: passage, LastModified: passage, LeadImage: "https://paper.example/Zo%C3%AB_%22Zo%22_Lane_%26_Sons.png",
		ArchiveURL: "https://archive.example/1/Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons", Found: json.RawMessage(must[[]byte](t)(json.Marshal(map[string]any{"publisher": passage, "title": []string{"x", "So " + passage}}))),
	}))
	d.article = added.Article
	ap := must[factcheck.AppearanceID](t)(db.LinkArticle(ctx, d.Checker, d.article, d.claim, factcheck.AppearanceInput{
		Stance: factcheck.StanceMakes, Quote: passage + " was there", Note: "Says " + passage, Anchor: factcheck.Anchor{Prefix: passage, Suffix: passage, Start: 16, End: 48},
	}))
	ok(t, db.MarkCorrection(ctx, d.Checker, ap, 1, factcheck.MarkInput{State: factcheck.StateCorrected, Note: "They took " + passage + " out"}))
	d.other = d.Published(t, "The well is dry.", "False").Claim
	must[factcheck.AppearanceID](t)(db.LinkArticle(ctx, d.Checker, d.article, d.other, factcheck.AppearanceInput{Stance: factcheck.StanceReports, Quote: "The well is dry"}))
	d.suggest(t)
	for contentType, body := range map[string]string{
		"text/html": "<h1>Zo&euml; &quot;Zo&quot; Lane &amp; Sons</h1>", "text/plain": "So " + passage + " it is", "image/png": "\x89PNG\xff", "text/html; charset=utf-8": "<p>Zoë <b>&#34;Zo&#34;</b> Lane &amp; Sons</p>",
	} {
		asOwner(t, d.Env, `WITH c AS (INSERT INTO snapshot_contents (sha256, body, size, created_at) VALUES (sha256($3), $3, length($3), now()) RETURNING id)
			INSERT INTO snapshots (article_id, taken_at, kind, content_type, content_id, url, headers, added_by)
			SELECT $1, now(), 'html', $2, id, 'https://paper.example/Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons', jsonb_build_object('X-About', ARRAY[$5::text]), $4 FROM c`,
			d.article, contentType, []byte(body), d.Checker.ID, passage)
	}
	asOwner(t, d.Env, `INSERT INTO source_checks (source_id, health, detail, checked_at) SELECT s.id, 'dead', 'redirects to ' || $1, now() FROM sources s JOIN verdict_versions ver ON ver.id = s.version_id WHERE ver.verdict_id = $2`, passage, d.verdict)
	asOwner(t, d.Env, `INSERT INTO audit (at, actor_id, action, object, details) VALUES (now(), $1, 'test', $2, jsonb_build_object('said', $3::text))`, d.Checker.ID, d.claim.String(), passage)
	ok(t, db.SavePage(ctx, store.Page{Claim: d.claim, Language: "en", Seq: ask[int64](t, d.Env, `SELECT seq FROM claim_documents WHERE claim_id = $1`, d.claim), HTML: []byte(passage), Gzip: []byte(passage), Brotli: []byte(passage)}))
}

// suggest has another claim suggested of the article, by the passage, and somebody say of one that it is not this claim.
func (d *doxxed) suggest(t *testing.T) {
	t.Helper()
	text := "It is said that " + passage + " was there."
	other := d.Claim(t, "A neighbour was seen at the well.")
	must[store.Suggested](t)(d.DB.SuggestClaims(t.Context(), factcheck.System(), d.article, factcheck.Look{Text: text, Matcher: "test", Passages: []string{text}, Found: []factcheck.SuggestionInput{{
		Claim: other, Anchor: factcheck.Anchor{Quote: text, Prefix: passage, Suffix: passage, Start: 0, End: len(text)}, Stance: factcheck.StanceReports, Reason: factcheck.ReasonSpeaker,
		Probability: .9, Reading: factcheck.MatchSame, Why: factcheck.MatchWhy{Words: []string{passage}, Speaker: passage, Others: []factcheck.OtherPassage{{Quote: passage, Start: 16, End: 48}}},
	}}}))
	must[store.Filed](t)(d.DB.FileAndLink(t.Context(), d.Checker, d.article, factcheck.FileLinkInput{
		Claim: factcheck.ClaimInput{Text: "The well was closed.", Language: "en"}, Link: factcheck.AppearanceInput{Stance: factcheck.StanceReports},
		Distinct: []factcheck.Distinction{{Claim: d.claim, Reason: "That one is about " + passage}},
	}))
}

// propose proposes to redact the passage as the first checker.
func (d *doxxed) propose(t *testing.T) factcheck.ProposalID {
	t.Helper()
	return must[factcheck.ProposalID](t)(d.DB.ProposeRedaction(t.Context(), d.Checker, store.RedactionInput{Claim: d.claim, Passage: passage, Class: factcheck.RedactPrivateData, Reason: "A letter of 3 June"}))
}

// everywhere returns the columns of the whole database that hold a text, in any spelling that this test knows.
func everywhere(t *testing.T, url string) []string {
	t.Helper()
	conn := sqlConn(t, url)
	rows, err := conn.Query(t.Context(), `SELECT c.relname, a.attname, a.atttypid::regtype::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	type col struct{ Table, Column, Type string }
	columns, err := pgx.CollectRows(rows, pgx.RowToStructByPos[col])
	if err != nil {
		t.Fatal(err)
	}
	quoted, err := json.Marshal(passage)
	if err != nil {
		t.Fatal(err)
	}
	needles := []string{passage, strings.Trim(string(quoted), `"`), strings.ReplaceAll(passage, `"`, `\"`), "Lane & Sons", "Lane &amp; Sons", "Lane%20%26%20Sons", "Lane+%26+Sons", "Lane_%26_Sons", "lane-sons", "'lane'", "Lane\n&"}
	var out []string
	for _, c := range columns {
		text := fmt.Sprintf("%q::text", c.Column)
		if c.Type == "bytea" {
			text = fmt.Sprintf("%q", c.Column)
		}
		for _, needle := range needles {
			var arg any = needle
			if c.Type == "bytea" {
				arg = []byte(needle)
			}
			var n int
			if err := conn.QueryRow(t.Context(), fmt.Sprintf(`SELECT count(*) FROM %q WHERE position($1 IN %s) > 0`, c.Table, text), arg).Scan(&n); err != nil {
				t.Fatalf("%s.%s: %v", c.Table, c.Column, err)
			}
			if n > 0 {
				out = append(out, fmt.Sprintf("%s.%s (%s)", c.Table, c.Column, needle))
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestRedactionLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDoxxed(t)
	ctx := t.Context()
	// Without the control claim, which keeps its text.
	asOwner(t, d.Env, `DELETE FROM claim_words WHERE claim_id = $1`, d.control)
	before := everywhere(t, d.OwnerURL)
	p := d.propose(t)
	preview := must[store.RedactionPreview](t)(d.DB.PreviewRedaction(ctx, d.Editor, p))
	if preview.Passage != passage || len(preview.Places) < 40 || len(preview.Elsewhere) > 1 {
		t.Errorf("got a preview of %d places %v, elsewhere %v", len(preview.Places), preview.Places, preview.Elsewhere)
	}
	ok(t, d.DB.DecideProposal(ctx, d.Editor, p, true))

	left := everywhere(t, d.OwnerURL)
	kept := []string{"claim_slugs", "claim_documents", "claim_states", "verdict_versions.approved", "verdict_submissions.approved", "claims.text", "claims.slug"} // of the control claim
	if n := queryStrings(t, d.OwnerURL, `SELECT count(*)::text FROM verdict_submissions s JOIN verdict_versions ver ON ver.id = s.version_id JOIN verdicts v ON v.id = ver.verdict_id
		WHERE v.claim_id <> $1::uuid AND s.approved LIKE '%Lane & Sons%'`, d.control.UUID()); n[0] != "0" {
		t.Errorf("the passage is left in %s submissions", n[0])
	}
	for _, place := range left {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(place, k) }) {
			t.Errorf("still in %s", place)
		}
	}
	if len(before) < 50 {
		t.Errorf("the passage was in %d columns only: %v", len(before), before)
	}
	// What is left is the control claim's, and all of it.
	for _, q := range []string{
		`SELECT count(*) FROM claim_slugs WHERE slug LIKE '%lane-sons%' AND claim_id <> $1`, `SELECT count(*) FROM claims WHERE text LIKE '%Lane%' AND id <> $1`,
		`SELECT count(*) FROM claim_documents WHERE document LIKE '%Lane%' AND claim_id <> $1`, `SELECT count(*) FROM claim_states WHERE document LIKE '%Lane%' AND claim_id <> $1`,
		`SELECT count(*) FROM verdict_versions ver JOIN verdicts v ON v.id = ver.verdict_id WHERE approved LIKE '%Lane%' AND v.claim_id <> $1`,
	} {
		if n := ask[int](t, d.Env, q, d.control); n != 0 {
			t.Errorf("%d rows of %s", n, q)
		}
	}
	if c := public(t, d.Env, d.control); c == nil || c.Text != "Nobody knows "+passage+"." {
		t.Errorf("the control claim was touched: %+v", c)
	}
}

func TestRedactionKeepsEverythingElse(t *testing.T) {
	t.Parallel()
	d := newDoxxed(t)
	ctx, after := t.Context(), head(t, d.Env)
	was := public(t, d.Env, d.claim)
	states := must[[]store.State](t)(d.DB.Versions(ctx, d.claim))
	hashes := queryStrings(t, d.OwnerURL, `SELECT id || encode(coalesce(approved_hash, ''), 'hex') || encode(coalesce(import_hash, ''), 'hex') || published_at FROM verdict_versions WHERE n IS NOT NULL`)
	open := ask[factcheck.VersionID](t, d.Env, `SELECT id FROM verdict_versions WHERE state = 'submitted'`)
	waiting := must[store.Version](t)(d.DB.NewsroomVersion(ctx, d.Editor2, open))
	ok(t, d.DB.DecideProposal(ctx, d.Editor, d.propose(t), true))

	c := public(t, d.Env, d.claim)
	if c == nil {
		t.Fatal("the claim is gone")
	}
	if c.Text != removed+" poisoned the well." || c.Verdicts[0].Headline != removed || c.Verdicts[0].Rating.Label != "False" || c.Claimant.Name != removed ||
		c.Verdicts[0].Replies[0].Asked != removed || c.Verdicts[0].Sources[0].Title != removed || c.Wordings[0].Text != removed+" hat den Brunnen vergiftet." {
		t.Errorf("got %+v", c)
	}
	if len(c.Verdicts) != len(was.Verdicts) || len(c.Appearances) != len(was.Appearances) || c.ID != was.ID || !c.Verdicts[0].PublishedAt.Equal(was.Verdicts[0].PublishedAt) {
		t.Errorf("more than the passage changed: %+v", c)
	}
	// Followers are told of the claim, and of the one that shows the same article.
	got := sorted(feed(t, d.Env, after))
	want := sorted([]string{"verdict.redacted " + d.claim.String(), "verdict.redacted " + d.other.String()})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the feed differs (-want +got):\n%s", diff)
	}
	// Hashes and dates of what was approved are evidence, and stay.
	if diff := cmp.Diff(hashes, queryStrings(t, d.OwnerURL, `SELECT id || encode(coalesce(approved_hash, ''), 'hex') || encode(coalesce(import_hash, ''), 'hex') || published_at FROM verdict_versions WHERE n IS NOT NULL`)); diff != "" {
		t.Errorf("hashes differ (-want +got):\n%s", diff)
	}
	// Earlier states are still there, in the same shape, without the passage.
	now := must[[]store.State](t)(d.DB.Versions(ctx, d.claim))
	if len(now) != len(states)+1 || now[len(now)-1].Type != factcheck.ChangeVerdictRedacted || now[len(now)-1].Note != "A passage was removed (private data)." {
		t.Fatalf("got %d states, the last %s %q", len(now), now[len(now)-1].Type, now[len(now)-1].Note)
	}
	for i, s := range states {
		old, new := decode(t, s.Stored, s.Seq), decode(t, now[i].Stored, now[i].Seq)
		if len(old.Verdicts) != len(new.Verdicts) || old.Verdicts[0].State != new.Verdicts[0].State || new.Slug != c.Slug || new.URL != c.URL || new.Text != c.Text {
			t.Errorf("state %d: got %+v", s.N, new)
		}
	}
	// What waited for approval is a draft again: nobody submitted what it says now.
	v := must[store.Version](t)(d.DB.NewsroomVersion(ctx, d.Editor2, open))
	if v.State != factcheck.VersionDraft || v.Draft.Headline != removed || v.Note == "" || v.Revision <= waiting.Revision {
		t.Errorf("got %+v", v)
	}
	_, err := d.DB.ApproveVerdict(ctx, d.Editor2, open, waiting.Hash)
	wantCode(t, err, factcheck.CodeConflict)
	_, err = d.DB.EditDraft(ctx, d.Checker, open, waiting.Revision, waiting.Draft) // who has the old text open cannot save it back
	wantCode(t, err, factcheck.CodeConflict)
	v = must[store.Version](t)(d.DB.SubmitVerdict(ctx, d.Checker, open, v.Revision))
	must[store.Version](t)(d.DB.ApproveVerdict(ctx, d.Editor2, open, v.Hash))
	if n := audited(t, d.Env, "claim.redact", d.claim); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
}

func TestRedactedAddressesStillLead(t *testing.T) {
	t.Parallel()
	d := newDoxxed(t)
	ctx := t.Context()
	slug, mergedSlug := public(t, d.Env, d.claim).Slug, ask[string](t, d.Env, `SELECT slug FROM claims WHERE id = $1`, d.merged)
	ok(t, d.DB.DecideProposal(ctx, d.Editor, d.propose(t), true))
	now := public(t, d.Env, d.claim).Slug
	if !strings.HasPrefix(now, "redacted-") {
		t.Errorf("got slug %s", now)
	}
	for _, old := range []string{slug, mergedSlug, now} {
		if got := must[store.Document](t)(d.DB.ClaimBySlug(ctx, old)); got.Claim != d.claim || got.Slug != now {
			t.Errorf("%s leads to %s at %s, want %s at %s", old, got.Claim, got.Slug, d.claim, now)
		}
	}
	// The old address is not given away, though it stands nowhere.
	again := d.Claim(t, passage+" poisoned the well.")
	if s := ask[string](t, d.Env, `SELECT slug FROM claims WHERE id = $1`, again); s == slug {
		t.Errorf("another claim has the address %s", s)
	}
	// Nor is the article taken in anew under its address.
	added := must[store.Added](t)(d.DB.AddArticle(ctx, d.Checker, factcheck.ArticleInput{URL: "https://paper.example/news?by=Zo%C3%AB%20%22Zo%22%20Lane%20%26%20Sons", Title: "Again"}))
	if added.Article != d.article {
		t.Errorf("got article %s, want the one that is known, %s", added.Article, d.article)
	}
}

func TestRedactionIsRefused(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	ctx := t.Context()
	v := env.Published(t, "The mayor of Exampleville has resigned.", "False")
	for _, c := range []struct {
		name string
		in   store.RedactionInput
		code factcheck.Code
	}{
		{"in order", store.RedactionInput{Claim: v.Claim, Passage: " mayor of Exampleville ", Class: factcheck.RedactSafety, Reason: "x"}, ""},
		{"too short", store.RedactionInput{Claim: v.Claim, Passage: "ma", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeInvalid},
		{"no reason", store.RedactionInput{Claim: v.Claim, Passage: "mayor", Class: factcheck.RedactSafety, Reason: " "}, factcheck.CodeInvalid},
		{"the reason holds it", store.RedactionInput{Claim: v.Claim, Passage: "mayor", Class: factcheck.RedactSafety, Reason: "The mayor asks"}, factcheck.CodeInvalid},
		{"no class", store.RedactionInput{Claim: v.Claim, Passage: "mayor", Reason: "x"}, factcheck.CodeInvalid},
		{"another class", store.RedactionInput{Claim: v.Claim, Passage: "mayor", Class: "embarrassing", Reason: "x"}, factcheck.CodeInvalid},
		{"nowhere", store.RedactionInput{Claim: v.Claim, Passage: "MAYOR", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeInvalid},
		{"no claim", store.RedactionInput{Claim: factcheck.ClaimID{1}, Passage: "mayor", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeNotFound},
		{"a byline", store.RedactionInput{Claim: v.Claim, Passage: "Carla", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeConflict},
		{"a label", store.RedactionInput{Claim: v.Claim, Passage: "False", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeConflict},
		{"the publisher", store.RedactionInput{Claim: v.Claim, Passage: "Test Desk", Class: factcheck.RedactSafety, Reason: "x"}, factcheck.CodeConflict},
	} {
		id, err := env.DB.ProposeRedaction(ctx, env.Checker, c.in)
		if factcheck.CodeOf(err) != c.code || (err == nil) == id.IsZero() {
			t.Errorf("%s: got %s, %v; want code %q", c.name, id, err, c.code)
		}
	}
	in := store.RedactionInput{Claim: v.Claim, Passage: "mayor", Class: factcheck.RedactSafety, Reason: "x"}
	for name, actor := range map[string]factcheck.Actor{"the operator": factcheck.Operator(), "a key": keyOf(t, env, env.Editor, factcheck.ScopeRead, factcheck.ScopeFile, factcheck.ScopeManage)} {
		if _, err := env.DB.ProposeRedaction(ctx, actor, in); factcheck.CodeOf(err) != factcheck.CodeForbidden {
			t.Errorf("%s: got %v", name, err)
		}
	}
	// Somebody edits the passage away before it is decided.
	claim := env.Claim(t, "The baker is a spy.")
	id := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(ctx, env.Checker, store.RedactionInput{Claim: claim, Passage: "baker", Class: factcheck.RedactCopyright, Reason: "x"}))
	if n := audited(t, env, "proposal.propose", id); n != 1 {
		t.Errorf("got %d audit entries, want 1", n)
	}
	asOwner(t, env, `UPDATE claims SET text = 'x', slug = slug, version = version + 1 WHERE id = $1`, claim)
	asOwner(t, env, `INSERT INTO claim_slugs (slug, claim_id, created_at) VALUES ('x', $1, now())`, claim)
	wantCode(t, env.DB.DecideProposal(ctx, env.Checker, id, true), factcheck.CodeForbidden)
}

// A redaction of a claim that was never published tells nobody.
func TestRedactionOfADraftIsNotInTheFeed(t *testing.T) {
	t.Parallel()
	env := storetest.New(t)
	v := env.Submitted(t, "The baker of Mill Lane is a spy.", "False")
	id := must[factcheck.ProposalID](t)(env.DB.ProposeRedaction(t.Context(), env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Mill Lane", Class: factcheck.RedactCourtOrder, Reason: "x"}))
	ok(t, env.DB.DecideProposal(t.Context(), env.Editor, id, true))
	if n := head(t, env); n != 0 {
		t.Errorf("the feed is at %d, want 0", n)
	}
	c := working(t, env, v.Claim)
	if c.Text != "The baker of [removed: court order] is a spy." || c.Stage != factcheck.StageChecking {
		t.Errorf("got %q in stage %s", c.Text, c.Stage)
	}
}

// All columns that can hold text are either searched by a redaction or known to hold none of a claim's.
func TestEveryTextIsWithinReachOfARedaction(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	known := queryStrings(t, env.OwnerURL, `SELECT place FROM redaction_places()`)
	searched := slices.Compact(sorted(store.RedactPlaces()))
	if diff := cmp.Diff(known, searched); diff != "" {
		t.Errorf("the database and the search know different places (-database +search):\n%s", diff)
	}
	for _, place := range known {
		if n := queryStrings(t, env.OwnerURL, `SELECT count(*)::text FROM pg_attribute WHERE attrelid = split_part($1, '.', 1)::regclass AND attname = split_part($1, '.', 2) AND NOT attisdropped`, place); n[0] != "1" {
			t.Errorf("%s is no column", place)
		}
	}
	// What a redaction leaves alone, and why.
	others := map[string]string{
		"editions":   "editions.* edition_files.* edition_earlier.* edition_pieces.* edition_recalls.reason", // made again when something is recalled
		"derived":    "claim_documents.document claim_documents.language claim_pages.* claim_words.words",    // rebuilt or dropped with the redaction
		"owned":      "attempts.* budgets.* entry_links.* passkeys.* recovery_codes.* second_factors.* used_challenges.* publishers.* outlets.* topics.* people.* scales.* scale_labels.* public_verdicts.label keys.* settings.* installation.* imports.* house_logo.* claim_pulls.* key_usage.* static_files.* followers.* mails.* mail_stops.* webhooks.*",
		"kept apart": "claim_files.body claim_files.sha256 claim_files.type confidences.sealed claim_visits.part filed_once.*", // never public: an editor takes a file down; sealed with a key that is not here
		"vocabulary": "complaints.from_kind complaints.kind complaints.state notices.kind verdict_submissions.outcome claimants.kind claims.language claims.stage claims.selection claims.date_precision wordings.language media.kind media.category articles.kind articles.language articles.published_precision articles.taken_in appearances.appeared_precision appearance_listings.language appearance_listings.published_precision snapshots.kind snapshots.content_type appearances.stance appearances.set_by appearances.correction_state appearance_events.kind appearance_events.stance tips.language tips.state tips.decline_reason month_counts.* verdicts.origin verdicts.state verdict_versions.state verdict_versions.label verdict_versions.truth verdict_versions.reasons verdict_versions.language verdict_versions.correction_kind verdict_versions.original_precision sources.kind sources.bearing source_checks.health proposals.kind proposals.class proposals.decision claim_states.type changes.* actors.kind audit.action audit.object audit.request_id public_verdicts.truth public_verdicts.reasons redactions.* feed.epoch suggestions.state suggestions.stance suggestions.stance_reason suggestions.reading suggestions.chosen suggestions.matcher suggestion_looks.matcher",
		"hashes":     "verdict_submissions.approved_hash claims.text_key media.hash articles.url_hash articles.post_key snapshot_contents.sha256 verdict_versions.import_hash verdict_versions.approved_hash import_records.text_key import_records.hash suggestions.text_hash suggestions.claim_key suggestions.seen suggestion_looks.text_hash claim_distinctions.text_key",
		"erased":     "proposals.passage sessions.*",                                                                    // by the decision itself; with the session
		"desk":       "claim_desk.* policies.* import_jobs.* import_outcomes.* webhook_deliveries.* webhook_attempts.*", // grades and counts; the house's own; emptied by any redaction
	}
	excused := func(column string) bool {
		table, _, _ := strings.Cut(column, ".")
		for _, list := range others {
			if words := strings.Fields(list); slices.Contains(words, column) || slices.Contains(words, table+".*") {
				return true
			}
		}
		return false
	}
	for _, column := range queryStrings(t, env.OwnerURL, `SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE 'river%' AND c.relname <> 'goose_db_version'
		AND a.atttypid IN ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype, 'json'::regtype, 'bytea'::regtype, 'varchar'::regtype, 'tsvector'::regtype)`) {
		if !slices.Contains(known, column) && !excused(column) {
			t.Errorf("%s can hold text: add it to redaction_places and redactTables, or excuse it here", column)
		}
	}
}
