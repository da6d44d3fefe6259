package browsertest

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// again ends the session and begins another one beside the page, as a second tab does.
const again = `(async (back) => {
  const read = (path) => new Promise((done) => {
    const x = new XMLHttpRequest();
    x.open("GET", path);
    x.responseType = "document";
    x.onload = () => done(x.response.querySelector("[name=form_token]").value);
    x.send();
  });
  await fetch("/sign-out", { method: "POST", body: new URLSearchParams({ form_token: await read("/sign-out") }) });
  if (back) await fetch("/sign-in", { method: "POST", body: new URLSearchParams({ form_token: await read("/sign-in"), email: "edda@desk.example", password: "` + deskPassword + `", next: "/newsroom/permissions" }) });
  return true;
})`

// TestWhatIsWrittenIsNotLost writes on the page of a claim while sessions come and go: what is written is saved without the page
// moving, a session that was renewed in another tab is taken up, and what could not be saved stands there after signing in again,
// in the form it was written in and in no other.
func TestWhatIsWrittenIsNotLost(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	env, origin := decisionDesk(t)
	b := &tab{ctx: ctx, axe: axe(t), origin: origin}
	id := env.Claim(t, deskClaim)
	claim := "/newsroom/claims/" + id.String()
	enter := func() {
		b.fill(t, map[string]string{"#email": "edda@desk.example", "#password": deskPassword})
		b.press(t, "main button")
	}
	answer := func() string {
		w, err := env.DB.ClaimWork(t.Context(), env.Editor, id)
		if err != nil {
			t.Fatal(err)
		}
		return w.Draft.Draft.Answer
	}
	b.do(t, chromedp.Navigate(origin+claim))
	enter()
	const saved = `/^Saved at/.test(document.getElementById("saved").textContent)`

	b.do(t, chromedp.SendKeys(chromedp.CSS("#draft-answer"), "No."))
	b.wait(t, saved)
	if got := evaluate[string](ctx, t, `document.activeElement.id + " " + !!document.querySelector("#foot button[value=submit]") + " " + document.getElementById("verdictstate").textContent.trim()`); got != "draft-answer true Draft" {
		t.Errorf("after the first save: got %q, want the writer where they were and the way on", got)
	}
	evaluate[bool](ctx, t, again+`(true)`)
	b.do(t, chromedp.SendKeys(chromedp.CSS("#draft-answer"), " She chaired."))
	b.wait(t, saved+` && document.getElementById("draft-answer").value === document.getElementById("draft-answer").defaultValue`)
	if got := answer(); got != "No. She chaired." {
		t.Errorf("after a session was renewed in another tab: got %q saved", got)
	}

	evaluate[bool](ctx, t, again+`(false)`)
	b.do(t, chromedp.SendKeys(chromedp.CSS("#comment-text"), "Look at the minutes"), chromedp.SendKeys(chromedp.CSS("#draft-answer"), " Twice."))
	b.wait(t, `/^You are signed out/.test(document.getElementById("saved").textContent)`)
	leave := func() { evaluate[bool](ctx, t, `window.dispatchEvent(new Event("touchstone:sent"))`) } // a person says yes to leaving
	leave()
	b.do(t, chromedp.Navigate(origin+claim))
	enter()
	b.wait(t, saved)
	if got := answer(); got != "No. She chaired. Twice." {
		t.Errorf("after signing in again: got %q saved", got)
	}
	b.press(t, `form[action$="/assign"] button`)
	b.do(t, chromedp.WaitReady(chromedp.CSS("#comment-text")))
	if got := evaluate[string](ctx, t, `document.getElementById("comment-text").value`); got != "Look at the minutes" {
		t.Errorf("after another form was sent: got %q in the comment", got)
	}
	b.look(t, "claim-kept")
	b.press(t, `#comment button[type=submit]`)
	b.do(t, chromedp.Navigate(origin+claim))
	if got := evaluate[string](ctx, t, `document.getElementById("comment-text").value + document.querySelectorAll("[data-kept]").length`); got != "0" {
		t.Errorf("after it was said: got %q, want an empty form", got)
	}
	if got := evaluate[string](ctx, t, `document.querySelector(".talk").innerText`); !strings.Contains(got, "Look at the minutes") {
		t.Errorf("got %q in the conversation", got)
	}

	// A rule that is not met leads into its field, whatever that stands in.
	evaluate[bool](ctx, t, `(document.querySelector("#rulelist a[href='#source-address']").click(), true)`)
	if got := evaluate[string](ctx, t, `document.activeElement.id + " " + document.getElementById("add-source").open`); got != "source-address true" {
		t.Errorf("the rule on sources leads to %q, want its field", got)
	}
	// Earlier claims appear as one is typed.
	b.do(t, chromedp.Navigate(origin+"/newsroom/claims/new"), chromedp.SendKeys(chromedp.CSS("#new-text"), deskClaim))
	b.wait(t, `!!document.querySelector("#near fieldset")`)
	b.look(t, "claim-new")
	leave()
}
