package browsertest

import (
	"context"
	"log/slog"
	"net"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/site"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// decisionDesk serves a newsroom whose editor Edda has a password, at http://localhost.
func decisionDesk(t *testing.T) (env *storetest.Env, origin string) {
	t.Helper()
	env = storetest.New(t)
	hash, err := auth.NewPasswords(1).Hash(t.Context(), deskPassword)
	if err != nil {
		t.Fatal(err)
	}
	if err := env.DB.SetPassword(t.Context(), factcheck.Operator(), env.Editor.Person, hash); err != nil {
		t.Fatal(err)
	}
	ln, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, err := net.SplitHostPort(ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	origin = "http://localhost:" + port
	quiet := slog.New(slog.DiscardHandler)
	readers := site.New(site.Config{Store: env.DB, Live: live.New(env.DB, quiet), PublicURL: origin, Version: "test", Logger: quiet})
	room := newsroom.New(newsroom.Config{Store: env.DB, PublicURL: origin, Logger: quiet})
	srv := server.New(server.Config{PublicURL: origin, Logger: quiet, Mounts: []server.Mounter{readers, room}, ErrorPage: room.ErrorPage(readers.RenderError)})
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	t.Cleanup(func() {
		patience, end := context.WithTimeout(context.Background(), 20*time.Second)
		defer end()
		if err := srv.Shutdown(patience); err != nil {
			t.Errorf("shut down: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return env, origin
}

// TestDecisionsOnAPhone goes the way of an approver: what changed, the page, a note back, the approval on a screen of a
// phone; then what comes after publication. It looks at each page as all pages are looked at.
func TestDecisionsOnAPhone(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	env, origin := decisionDesk(t)
	b := &tab{ctx: ctx, axe: axe(t), origin: origin}
	v := env.Published(t, deskClaim, "False")
	corrected := correct(t, env, v)
	claim := "/newsroom/claims/" + v.Claim.String()

	b.do(t, chromedp.Navigate(origin+claim+"/approval"))
	b.fill(t, map[string]string{"#email": "edda@desk.example", "#password": deskPassword})
	b.press(t, "main button")
	b.at(t, claim+"/approval")
	b.look(t, "approval")
	evaluate[bool](b.ctx, t, `(document.querySelectorAll("details").forEach(d => { d.open = true }), true)`)
	b.look(t, "approval-open")
	b.do(t, chromedp.Navigate(origin+claim+"/approval"), view{"light", 390, false}.apply())
	b.do(t, chromedp.Click(chromedp.CSS(".thumb .main"))) // one thumb: to the decision, and then the button
	b.wait(t, `location.hash === "#a-decide"`)
	b.press(t, ".approving button.main")
	b.look(t, "approved")
	if got, err := env.DB.NewsroomVersion(t.Context(), env.Editor, corrected.ID); err != nil || got.State != factcheck.VersionPublished {
		t.Fatalf("got %s, %v; want it published", got.State, err)
	}

	b.do(t, chromedp.Navigate(origin+claim+"/correction"))
	b.look(t, "after-publication")
	b.press(t, "button.stop")
	b.look(t, "suspended")
	b.do(t, chromedp.Navigate(origin+claim+"/redaction"))
	b.fill(t, map[string]string{"#passage": "Exampleville"})
	b.do(t, chromedp.Navigate(origin+"/newsroom/proposals"))
	b.look(t, "proposals")
	proposal, err := env.DB.ProposeRedaction(t.Context(), env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "chaired the council", Class: factcheck.RedactCourtOrder, Reason: "A court told us to."})
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(origin+"/newsroom/proposals/"+proposal.String()))
	b.look(t, "redaction")
	complaint, err := env.DB.FileComplaint(t.Context(), env.Checker, factcheck.ComplaintInput{Claim: v.Claim, Kind: factcheck.ComplaintDispute, From: factcheck.FromOutlet, Text: "She has resigned on Tuesday, as we wrote.", Contact: "desk@weekly.example", URL: "https://weekly.example/1"})
	if err != nil {
		t.Fatal(err)
	}
	b.do(t, chromedp.Navigate(origin+"/newsroom/complaints"))
	b.look(t, "complaints")
	b.do(t, chromedp.Navigate(origin+"/newsroom/complaints/"+complaint.String()))
	b.look(t, "complaint")
	b.press(t, "button.main")
	b.look(t, "complaint-wrong")
}

// correct submits a correction that Edda looked at once, sent back with a note, and that was changed since.
func correct(t *testing.T, env *storetest.Env, v store.Version) store.Version {
	t.Helper()
	ctx := t.Context()
	c, err := env.DB.DraftCorrection(ctx, env.Checker, v.Verdict, factcheck.CorrectionCorrection, "An earlier version had the day wrong.")
	for i, answer := range []string{"No. She chaired the council three days later.", "No. The records of the town hall show that she chaired the council three days later."} {
		if err == nil {
			d := c.Draft
			d.Answer, d.Body, d.HowChecked = answer, "The **agenda** names her.\n\nNobody else reported a resignation.", "We asked the town hall."
			c, err = env.DB.EditDraft(ctx, env.Checker, c.ID, c.Revision, d)
		}
		if err == nil {
			c, err = env.DB.SubmitVerdict(ctx, env.Checker, c.ID, c.Revision)
		}
		if err == nil && i == 0 {
			_, err = env.DB.ClaimApproval(ctx, env.Editor, v.Claim)
			if err == nil {
				err = env.DB.SendBack(ctx, env.Editor, c.ID, "Nearly.", factcheck.PassageNote{Field: "answer", Passage: "three days later", Note: "say how we know"})
			}
			if err == nil {
				c, err = env.DB.NewsroomVersion(ctx, env.Checker, c.ID)
			}
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}
