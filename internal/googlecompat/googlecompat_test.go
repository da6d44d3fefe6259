package googlecompat_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/api"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/googlecompat"
	"github.com/touchstone-factcheck/touchstone/internal/live"
	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// now is when the tests ask: the checks below are of some days before.
var now = time.Date(2025, 6, 20, 12, 0, 0, 0, time.UTC)

const mayor = "The mayor of Exampleville resigned on 12 January."

// door is a served door, and a key for it.
type door struct {
	env *storetest.Env
	url string
	key string
	id  factcheck.KeyID
}

// open serves the door over a database with claims of several publishers.
func open(t *testing.T) *door {
	t.Helper()
	d := &door{env: storetest.New(t)}
	d.furnish(t)
	var err error
	d.id, d.key, err = d.env.DB.CreateKey(t.Context(), d.env.Admin, store.KeyInput{Name: "A platform", Scopes: []factcheck.Scope{factcheck.ScopeRead}})
	must(t, err)
	d.serve(t, ratelimit.Policy{})
	return d
}

// serve serves the door until the test ends, with the limit of a key; zero: as it is.
func (d *door) serve(t *testing.T, limit ratelimit.Policy) {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	f, err := finder.New(finder.Config{Store: d.env.DB, Logger: quiet})
	must(t, err)
	must(t, f.Warm(t.Context(), nil))
	cfg := api.Config{Store: d.env.DB, Live: live.New(d.env.DB, quiet), Finder: f, PublicURL: "https://www.desk.example", Logger: quiet, KeyHolder: d.env.DB.KeyHolder, Key: limit}
	partners := api.New(cfg)
	google := googlecompat.New(googlecompat.Config{Store: d.env.DB, Finder: f, PublicURL: cfg.PublicURL, Admit: partners.Admit, Now: func() time.Time { return now }})
	s := server.New(server.Config{PublicURL: cfg.PublicURL, Logger: quiet, Mounts: []server.Mounter{google}, Count: partners.Count})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ln) }()
	t.Cleanup(func() {
		stopping, stop := context.WithTimeout(context.Background(), 20*time.Second)
		defer stop()
		if err := s.Shutdown(stopping); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	d.url = "http://" + ln.Addr().String() + "/"
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// furnish files what is found, and what must not be.
func (d *door) furnish(t *testing.T) {
	t.Helper()
	d.env.Published(t, mayor, "False")
	day := func(day int) factcheck.Date {
		return factcheck.Date{At: time.Date(2025, 6, day, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay}
	}
	old := factcheck.Date{At: time.Date(2020, 3, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay}
	check := func(site, path, text, label string, made, published factcheck.Date) exchange.Record {
		return exchange.Record{
			Publisher: exchange.Publisher{Name: "Checks of " + site, Site: site}, Text: text, Language: "en", Headline: "On " + path, ReviewURL: "https://www." + site + "/" + path,
			Rating: factcheck.Rating{Label: label, Truth: factcheck.TruthFalse}, ClaimDate: made, Published: published,
		}
	}
	french := check("faits.example", "maire", mayor, "Faux", factcheck.Date{}, day(3))
	french.ReviewLanguage = "fr"
	port := check("checks.example", "porto", "O porto fechou em março.", "Falso", factcheck.Date{At: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionYear}, day(11))
	port.Language = "pt-BR"
	d.bring(t, true, french, port,
		check("checks.example", "toll", "Harbour prices doubled because of the bridge toll.", "Mostly false", old, old),
		check("checks.example", "winter", "The harbour will be closed in winter.", "False", day(18), old),
		check("checks.example", "ferries", "Ferries to the harbour are free on Sundays.", "False", old, day(10)))
	d.bring(t, false, check("waiting.example", "mayor", mayor, "Waiting rating", day(1), day(3)))
	taken := d.env.Published(t, "The mayor of Exampleville sold the harbour.", "False")
	must(t, d.env.DB.SuspendVerdict(t.Context(), d.env.Editor, taken.Verdict, "We look at it again."))
}

func (d *door) bring(t *testing.T, allow bool, records ...exchange.Record) {
	t.Helper()
	run, err := d.env.DB.BeginImport(t.Context(), factcheck.Operator(), store.ImportOptions{Name: "x", Format: "test", AllowPublishers: allow})
	must(t, err)
	_, err = run.Add(t.Context(), records)
	must(t, err)
	must(t, run.Finish(t.Context()))
}

// reply is what came back.
type reply struct {
	*http.Response
	body string
}

// ask sends a request with the key in the header unless headers, in pairs, are given.
func (d *door) ask(t *testing.T, method, path string, headers ...string) reply {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.url+path, nil)
	must(t, err)
	if len(headers) == 0 {
		headers = []string{"X-Goog-Api-Key", d.key}
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	resp, err := (&http.Transport{DisableKeepAlives: true, DisableCompression: true}).RoundTrip(req)
	must(t, err)
	defer resp.Body.Close() //nolint:errcheck // it was read
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	return reply{resp, string(body)}
}

// envelope is an error in both of its forms.
type envelope struct {
	Type   string
	Title  string
	Status int
	Detail string
	Error  struct {
		Code            int
		Message, Status string
		Details         []map[string]any
	}
}

// wantError fails unless the reply is an error in Google's form.
func wantError(t *testing.T, what string, r reply, code int, status string) envelope {
	t.Helper()
	var e envelope
	err := json.Unmarshal([]byte(r.body), &e)
	if r.StatusCode != code || err != nil || e.Error.Code != code || e.Error.Status != status || e.Error.Message == "" || e.Status != code || e.Detail != e.Error.Message ||
		r.Header.Get("Content-Type") != "application/json; charset=UTF-8" {
		t.Errorf("%s: got %d as %s: %s, want %d %s in both forms", what, r.StatusCode, r.Header.Get("Content-Type"), r.body, code, status)
	}
	return e
}
