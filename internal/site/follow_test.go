package site_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/mail/mailtest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// mailDesk is a desk that can send mail, and the server it sends it to.
func mailDesk(t *testing.T) (*desk, *mailtest.Catcher) {
	t.Helper()
	d, box := &desk{Env: storetest.New(t)}, mailtest.New(t)
	server, err := mail.ParseServer("smtp://"+box.Addr(), "desk.example")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(server)
	if err != nil {
		t.Fatal(err)
	}
	d.courier = courier.New(courier.Config{Store: d.DB, Sealer: auth.NewSealer([auth.KeySize]byte{7}), Sender: sender, PublicURL: "https://desk.example"})
	d.open(t, live.New(d.DB, slog.New(slog.DiscardHandler)))
	return d, box
}

// link sends the mail that waits and returns the path of its first link.
func (d *desk) link(t *testing.T, box *mailtest.Catcher) string {
	t.Helper()
	var id int64
	if err := d.DB.Pool().QueryRow(t.Context(), `SELECT id FROM mails WHERE state = 'queued'`).Scan(&id); err != nil {
		t.Fatalf("no mail waits: %v", err)
	}
	if err := d.courier.Send(t.Context(), id, false); err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(regexp.MustCompile(`https://desk\.example/\S*token=\S+`).FindString(box.Next(t).Text), "https://desk.example")
}

func TestAReaderFollowsAClaimByMailAndLeaves(t *testing.T) {
	t.Parallel()
	d, box := mailDesk(t)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False")
	if _, body := d.get(t, "/es"+mayor); !strings.Contains(body, `action="/es`+mayor+`/follow"`) {
		t.Error("the page does not offer to be told by mail")
	}
	for typed, want := range map[string]string{"": "Rellene", "nonsense": "nombre@example.org", strings.Repeat("a", 300): "254"} {
		if resp, body := d.send(t, "/es"+mayor+"/follow", slow(url.Values{"address": {typed}})); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%.20q: got %d, want %q beside the field", typed, resp.StatusCode, want)
		}
	}
	var answers []string
	for range 2 { // an address that asked before is answered like one that did not
		resp, body := d.send(t, "/es"+mayor+"/follow", url.Values{"address": {"Rita@Readers.example"}, "began": {"0"}})
		answers = append(answers, resp.Header.Get("Location")+body)
	}
	if answers[0] != "/es"+mayor+"/follow?sent=1" || answers[1] != answers[0] {
		t.Errorf("got %q, want the same answer twice", answers)
	}
	link := d.link(t, box)
	confirmed := func() int {
		t.Helper()
		w, err := d.DB.ClaimWork(t.Context(), d.Checker, v.Claim)
		if err != nil {
			t.Fatal(err)
		}
		return w.Followers
	}
	resp, body := d.get(t, link)
	if resp.StatusCode != http.StatusOK || confirmed() != 0 || !strings.Contains(body, `<button class="btn main" type="submit">Sí, escríbanme`) {
		t.Errorf("got %d, and %d who follow by looking alone: %.400s", resp.StatusCode, confirmed(), body)
	}
	if !strings.Contains(body, `href="/ar`+strings.TrimPrefix(link, "/es")+`" lang="ar"`) {
		t.Error("whoever changes the language loses the token")
	}
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if resp, _ := d.send(t, link, url.Values{}, "Sec-Fetch-Site", "cross-site"); resp.StatusCode == http.StatusSeeOther || confirmed() != 0 {
		t.Errorf("got %d for another site's form, want it refused", resp.StatusCode)
	}
	resp, _ = d.send(t, link, url.Values{})
	if resp.StatusCode != http.StatusSeeOther || confirmed() != 1 {
		t.Fatalf("got %d, and %d who follow", resp.StatusCode, confirmed())
	}
	if _, body := d.get(t, resp.Header.Get("Location")); !strings.Contains(body, "Le avisaremos") {
		t.Errorf("got %.400s", body)
	}
	out := strings.Replace(link, "/follow?", "/follow/leave?", 1)
	if resp, _ := d.get(t, out); resp.StatusCode != http.StatusOK || confirmed() != 1 {
		t.Error("looking at the way out is leaving")
	}
	// As a mail program does it by itself (RFC 8058): no page of ours, no redirect.
	if resp, _ := d.send(t, out, url.Values{"List-Unsubscribe": {"One-Click"}}, "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusOK || confirmed() != 0 {
		t.Errorf("got %d, and %d who follow", resp.StatusCode, confirmed())
	}
	if resp, body := d.get(t, out); resp.StatusCode != http.StatusOK || !strings.Contains(body, "Detenidos") {
		t.Errorf("got %d for a second look", resp.StatusCode)
	}
	if resp, _ := d.get(t, link); resp.StatusCode != http.StatusGone {
		t.Errorf("got %d for the link of somebody who left, want %d", resp.StatusCode, http.StatusGone)
	}
}

func TestATipsterAsksToBeToldByMail(t *testing.T) {
	t.Parallel()
	d, box := mailDesk(t)
	if resp, body := d.send(t, "/tips/new", slow(url.Values{"text": {"Is it so?"}, "contact": {"020 7946 0000"}, "tell": {"1"}})); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(body, "name@example.org") || !strings.Contains(body, `name="tell" value="1" checked`) {
		t.Errorf("got %d for a telephone number", resp.StatusCode)
	}
	if resp, _ := d.send(t, "/tips/new", slow(url.Values{"text": {"Is it so?"}, "contact": {"rita@readers.example"}, "tell": {"1"}})); resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d", resp.StatusCode)
	}
	link := d.link(t, box)
	if _, body := d.get(t, link); !strings.Contains(body, "about your tip") || strings.Contains(body, "Is it so?") {
		t.Errorf("got %.400s", body)
	}
	if resp, _ := d.send(t, link, url.Values{}); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d", resp.StatusCode)
	}
}

func TestWithoutAMailServerNothingIsOffered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.Published(t, "The mayor of Exampleville has resigned.", "False")
	for _, path := range []string{mayor, "/tips/new"} {
		if _, body := d.get(t, path); strings.Contains(body, "/follow\"") || strings.Contains(body, `name="tell"`) {
			t.Errorf("%s offers mail that nobody sends", path)
		}
	}
	for _, path := range []string{mayor + "/follow", "/follow?token=x", "/follow/leave"} {
		if resp, _ := d.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want %d", path, resp.StatusCode, http.StatusNotFound)
		}
	}
	if factcheck.CodeOf(d.DB.AskToFollow(t.Context(), d.Checker, store.FollowAsk{})) != factcheck.CodeForbidden {
		t.Error("a person of the newsroom signs a reader up")
	}
}
