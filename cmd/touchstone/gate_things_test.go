package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// must returns a value of the store.
func must[T any](t *testing.T) func(T, error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// text returns a sentence that is not public, unlike any other.
func (g *gate) text() string {
	g.made++
	return fmt.Sprintf("The %s of Sampleton number %d says that bridge %d%d closed for zymurgy.", inside, g.made, g.made, g.made)
}

// put makes things of the kinds that a line of the table names, so that {name} and :name stand for them.
func (g *gate) put(t *testing.T, kinds ...string) {
	t.Helper()
	makers := map[string]func(*testing.T){
		"draft": g.putDraft, "submitted": g.putSubmitted, "published": g.putPublished, "suspended": g.putSuspended, "article": g.putArticle, "tip": g.putTip,
		"complaint": g.putComplaint, "person": g.putPerson, "import": g.putImport, "key": g.putKey, "webhook": g.putWebhook, "session": g.putSession, "passkey": g.putPasskey, "house": g.putHouse, "reader": g.putReader, "bare": g.putBare, "scheduled": g.putScheduled,
	}
	for _, kind := range kinds {
		makers[kind](t)
	}
}

// putDraft files a claim of the author's with a draft, and everything that hangs on a claim.
func (g *gate) putDraft(t *testing.T) {
	t.Helper()
	ctx, v := t.Context(), g.drafted(t)
	g.version(v)
	g.things["hidden claims"] = g.slug(t, v.Claim)
	g.things["comment"] = strconv.FormatInt(must[int64](t)(g.DB.AddComment(ctx, g.Checker, v.Claim, "Between us: "+inside)), 10)
	sealed := g.sealer.Seal("confidence of "+v.Claim.String(), []byte(secret))
	g.things["confidence"] = strconv.FormatInt(must[int64](t)(g.DB.KeepConfidence(ctx, g.Checker, v.Claim, v.Draft.Sources[0].ID, "They would lose their work.", sealed)), 10)
	g.things["file"] = strconv.FormatInt(must[store.ClaimFile](t)(g.DB.AddClaimFile(ctx, g.Checker, v.Claim, inside+".txt", []byte("A text: "+inside))).ID, 10)
	if err := g.DB.DeclareInterest(ctx, g.Checker, factcheck.InterestInput{Claim: v.Claim, Reason: "A cousin of mine: " + inside}); err != nil {
		t.Fatal(err)
	}
	g.things["interest"] = strconv.FormatInt(must[store.ClaimWork](t)(g.DB.ClaimWork(ctx, g.Checker, v.Claim)).Interests[0].ID, 10)
}

func (g *gate) drafted(t *testing.T) store.Version {
	t.Helper()
	draft := g.Draft("False")
	draft.Answer = "No. It says so in the minutes of the " + inside + " on page two."
	return must[store.Version](t)(g.DB.DraftVerdict(t.Context(), g.Checker, must[factcheck.ClaimID](t)(g.DB.FileClaim(t.Context(), g.Checker, factcheck.ClaimInput{Text: g.text(), Language: "en"})), draft))
}

func (g *gate) version(v store.Version) {
	g.things["claim"], g.things["version"], g.things["revision"], g.things["hash"] = v.Claim.String(), v.ID.String(), strconv.Itoa(v.Revision), hex.EncodeToString(v.Hash)
}

// putSubmitted leaves a version to be approved, which the author and the editor of theirs wrote together.
func (g *gate) putSubmitted(t *testing.T) {
	t.Helper()
	v := g.drafted(t)
	v = must[store.Version](t)(g.DB.ReviseDraft(t.Context(), g.Editor2, v.Claim, func(d factcheck.Draft) (factcheck.Draft, error) {
		d.Headline = "What the records show of it"
		return d, nil
	}))
	g.version(must[store.Version](t)(g.DB.SubmitVerdict(t.Context(), g.Checker, v.ID, v.Revision)))
}

// putScheduled leaves a version that is approved for a moment to come.
func (g *gate) putScheduled(t *testing.T) {
	t.Helper()
	g.putSubmitted(t)
	v := must[store.Version](t)(g.DB.NewsroomVersion(t.Context(), g.Checker, must[store.WorkingClaim](t)(g.DB.NewsroomClaim(t.Context(), g.Checker, claimOf(t, g.things["claim"]))).Open))
	if err := g.DB.ScheduleVerdict(t.Context(), g.Editor, v.ID, v.Hash, g.Clock.Now().Add(48*time.Hour)); err != nil {
		t.Fatal(err)
	}
}

// putBare files a claim without a draft, and another one that it may be.
func (g *gate) putBare(t *testing.T) {
	t.Helper()
	for _, name := range []string{"claim", "other"} {
		g.things[name] = must[factcheck.ClaimID](t)(g.DB.FileClaim(t.Context(), g.Checker, factcheck.ClaimInput{Text: g.text(), Language: "en"})).String()
	}
}

// putPublished publishes a claim; what it says is public.
func (g *gate) putPublished(t *testing.T) {
	t.Helper()
	g.made++
	v := g.Published(t, fmt.Sprintf("The public bridge %d of Exampleville is closed.", g.made), "False")
	g.version(v)
	g.things["public"], g.things["public claims"] = v.Claim.String(), g.slug(t, v.Claim)
	g.things["other"] = must[factcheck.ClaimID](t)(g.DB.FileClaim(t.Context(), g.Checker, factcheck.ClaimInput{Text: g.text(), Language: "en"})).String()
}

func (g *gate) slug(t *testing.T, id factcheck.ClaimID) string {
	t.Helper()
	return must[store.WorkingClaim](t)(g.DB.NewsroomClaim(t.Context(), g.Checker, id)).Slug
}

// putSuspended leaves a restoration to be decided, which the author proposed.
func (g *gate) putSuspended(t *testing.T) {
	t.Helper()
	g.putPublished(t)
	v := must[store.Published](t)(g.DB.PublishedVerdict(t.Context(), g.Checker, claimOf(t, g.things["claim"])))
	if err := g.DB.SuspendVerdict(t.Context(), g.Editor, v.Verdict, ""); err != nil {
		t.Fatal(err)
	}
	g.things["proposal"] = must[factcheck.ProposalID](t)(g.DB.ProposeRestore(t.Context(), g.Checker, v.Verdict, "It was right: "+inside)).String()
}

func claimOf(t *testing.T, s string) (id factcheck.ClaimID) {
	t.Helper()
	if err := id.UnmarshalText([]byte(s)); err != nil {
		t.Fatal(err)
	}
	return id
}

// putArticle takes an article in and links it to a claim that is not public.
func (g *gate) putArticle(t *testing.T) {
	t.Helper()
	said := g.text()
	claim := must[factcheck.ClaimID](t)(g.DB.FileClaim(t.Context(), g.Checker, factcheck.ClaimInput{Text: said, Language: "en"}))
	added := must[store.Added](t)(g.DB.AddArticle(t.Context(), g.Checker, factcheck.ArticleInput{
		URL: fmt.Sprintf("https://paper.example/%s/%d", inside, g.made), Title: "Town and " + inside, Text: said + " Nobody knows why.", Language: "en",
	}))
	link := must[factcheck.AppearanceID](t)(g.DB.LinkArticle(t.Context(), g.Checker, added.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}))
	a := must[store.WorkingArticle](t)(g.DB.NewsroomArticle(t.Context(), g.Checker, added.Article))
	g.things["article"], g.things["link"], g.things["check"], g.things["hidden articles"] = added.Article.String(), link.String(), "0", a.Slug
	g.things["snapshot"] = strconv.FormatInt(a.Snapshots[0].ID, 10)
}

func (g *gate) putTip(t *testing.T) {
	t.Helper()
	g.things["tip"] = must[factcheck.TipID](t)(g.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: g.text()})).String()
}

func (g *gate) putComplaint(t *testing.T) {
	t.Helper()
	g.things["complaint"] = must[factcheck.ComplaintID](t)(g.DB.FileComplaint(t.Context(), g.Checker, factcheck.ComplaintInput{
		Kind: factcheck.ComplaintConduct, From: factcheck.FromReader, Text: g.text(), Contact: inside + "@reader.example",
	})).String()
}

// putPerson adds a person, and invites another.
func (g *gate) putPerson(t *testing.T) {
	t.Helper()
	g.made++
	email := fmt.Sprintf("%s-%d@desk.example", inside, g.made)
	who := must[factcheck.Actor](t)(g.DB.AddPerson(t.Context(), factcheck.Operator(), store.PersonInput{Email: email, Name: "Paula " + inside, Role: factcheck.RoleChecker}))
	id, _, err := g.DB.Invite(t.Context(), g.Admin, store.PersonInput{Email: "open-" + email, Name: "Open " + inside, Role: factcheck.RoleChecker})
	if err != nil {
		t.Fatal(err)
	}
	g.things["person"], g.things["entry"], g.things["editor"] = who.Person.String(), id.String(), g.Editor.Person.String()
}

func (g *gate) putImport(t *testing.T) {
	t.Helper()
	g.made++
	g.things["import"] = must[factcheck.ImportID](t)(g.DB.StartImport(t.Context(), g.Admin, store.ImportFile{
		Name: inside + ".csv", Format: exchange.FormatCSV, DryRun: true, Publisher: "paper.example", Map: map[string]string{"claim": "claim", "url": "url", "label": "verdict"},
		Content: fmt.Appendf(nil, "claim,url,verdict\n%s,https://paper.example/c/%d,False\n", g.text(), g.made),
	})).String()
}

func (g *gate) putKey(t *testing.T) {
	t.Helper()
	id, _ := g.key(t, factcheck.ScopeRead)
	g.things["key"] = id.String()
}

// putWebhook makes a webhook of a key of its own, with something to be sent.
func (g *gate) putWebhook(t *testing.T) {
	t.Helper()
	id, secret := g.key(t, factcheck.ScopeManage)
	key := must[store.Holder](t)(g.DB.KeyHolder(t.Context(), secret)).Actor
	w := must[store.Webhook](t)(g.DB.CreateWebhook(t.Context(), key, store.WebhookInput{URL: "https://partner.example/" + inside, Name: "A partner " + inside}, []byte("sealed")))
	g.things["manager"], g.things["webhook"], g.things["delivery"] = id.String(), w.ID.String(), must[factcheck.DeliveryID](t)(g.DB.TestWebhook(t.Context(), key, w.ID)).String()
}

// putSession signs the author in once more.
func (g *gate) putSession(t *testing.T) {
	t.Helper()
	token := g.session(t, g.Checker, secret)
	g.things["session"] = must[store.SignedIn](t)(g.DB.SessionActor(t.Context(), token)).Session.String()
}

// putPasskey gives the author a passkey. Their sessions must have begun: from then on a password is not enough.
func (g *gate) putPasskey(t *testing.T) {
	t.Helper()
	g.made++
	in := must[store.SignedIn](t)(g.DB.SessionActor(t.Context(), g.insiders["the author"].session))
	mark := sha256.Sum256(fmt.Append(nil, "passkey", g.made))
	token, _, err := g.DB.AddPasskey(t.Context(), g.Checker, store.PasskeyInput{
		Session: in.Session, Name: "A key called " + secret, Credential: mark[:], PublicKey: mark[:], Challenge: mark, Expires: g.Clock.Now().Add(time.Hour), Codes: [][32]byte{mark},
	})
	if err != nil {
		t.Fatal(err)
	}
	g.insiders["the author"].session = token
	passkeys := must[store.OwnFactors](t)(g.DB.OwnFactors(t.Context(), g.Checker)).Passkeys
	g.things["passkey"] = passkeys[len(passkeys)-1].ID.String()
}

// putHouse gives the house a page and names its scale.
func (g *gate) putHouse(t *testing.T) {
	t.Helper()
	must[int](t)(g.DB.WritePolicy(t.Context(), g.Admin, 0, factcheck.PolicyInput{Slug: "method", Language: "en", Title: "Method", Body: "How we work.", Note: "First."}))
	g.things["slug"], g.things["language"], g.things["scale"] = "method", "en", g.Scale.String()
	g.things["public components"], g.things["public guides"], g.things["public reference"] = "claim", "look-up", "get-claim" // the first a page in a state, in development mode alone
}

// putReader makes what the pages around claims are about, public and not: a topic, a claimant, an article and its outlet, and the
// house's page.
func (g *gate) putReader(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	for kind, word := range map[string]string{"public": "Harbour", "hidden": inside} {
		topic := must[factcheck.TopicID](t)(g.DB.AddTopic(ctx, g.Editor, factcheck.TopicInput{Name: word + " matters"}))
		who := must[factcheck.ClaimantID](t)(g.DB.AddClaimant(ctx, g.Checker, factcheck.ClaimantInput{Name: word + " union", Kind: factcheck.ClaimantOrganisation}))
		claim := must[factcheck.ClaimID](t)(g.DB.FileClaim(ctx, g.Checker, factcheck.ClaimInput{Text: word + " crane number nine has fallen.", Language: "en", Claimant: who, Topics: []factcheck.TopicID{topic}}))
		article := must[store.Added](t)(g.DB.AddArticle(ctx, g.Checker, factcheck.ArticleInput{URL: "https://" + strings.ToLower(word) + ".example/crane", Title: word + " crane falls"}))
		must[factcheck.AppearanceID](t)(g.DB.LinkArticle(ctx, g.Checker, article.Article, claim, factcheck.AppearanceInput{Stance: factcheck.StanceMakes}))
		g.things[kind+" article"] = article.Article.String()
		if kind == "public" {
			v := must[store.Version](t)(g.DB.DraftVerdict(ctx, g.Checker, claim, g.Draft("False")))
			v = must[store.Version](t)(g.DB.SubmitVerdict(ctx, g.Checker, v.ID, v.Revision))
			must[store.Version](t)(g.DB.ApproveVerdict(ctx, g.Editor, v.ID, v.Hash))
		}
		for what, query := range map[string]string{
			"topics": `SELECT slug FROM topics WHERE id = $1`, "claimants": `SELECT slug FROM claimants WHERE id = $2`,
			"articles": `SELECT slug FROM articles WHERE id = $3`, "outlets": `SELECT o.slug FROM outlets o JOIN articles a ON a.outlet_id = o.id WHERE a.id = $3`,
		} {
			var slug string
			if err := g.DB.Pool().QueryRow(ctx, `WITH given AS (SELECT $1::uuid, $2::uuid, $3::uuid) `+query, topic, who, article.Article).Scan(&slug); err != nil {
				t.Fatal(err)
			}
			g.things[kind+" "+what] = slug
		}
	}
	g.things["public about"], g.things["public components"], g.things["public guides"], g.things["public reference"] = "method", "claim", "look-up", "get-claim"
}
