package newsroom_test

import (
	"bytes"
	"encoding/csv"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

func (d *desk) ada(t *testing.T) *browser { t.Helper(); return d.as(t, "ada@desk.example") }

// sent fails the test unless a form led on.
func sent(t *testing.T, got answer) answer {
	t.Helper()
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d: %s", got.status, got.text())
	}
	return got
}

func TestHouseIsSetByAdmins(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	page := b.get(t, "/newsroom/house")
	sent(t, b.send(t, page, "/newsroom/house/names", url.Values{"name": {"The Assay Desk"}}))
	if got := b.get(t, "/newsroom/house?told=saved"); !strings.Contains(got.body, "The Assay Desk") || !strings.Contains(got.text(), "Saved.") {
		t.Errorf("the house is not named: %s", got.text())
	}
	sent(t, b.send(t, page, "/newsroom/house/rules", url.Values{"independent_origins": {"2"}, "primary_source": {"yes"}}))
	rules, _, err := d.DB.HouseRules(t.Context(), d.Admin)
	if err != nil || rules.IndependentOrigins != 2 || !rules.PrimarySource {
		t.Errorf("the rules are %+v, %v", rules, err)
	}
	if got := b.send(t, page, "/newsroom/house/rules", nil); got.status != http.StatusConflict {
		t.Errorf("an old form: got %d", got.status)
	}
	sent(t, b.send(t, page, "/newsroom/house/articles", url.Values{"quote_limit": {"200"}}))
	got := b.send(t, page, "/newsroom/house/articles", url.Values{"quote_limit": {"x"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#articles-quote_limit"`) {
		t.Errorf("a limit that is no number: got %d", got.status)
	}
	sent(t, b.send(t, page, "/newsroom/house/desk", url.Values{"tip": {"7"}}))
	if got := b.get(t, "/newsroom"); !strings.Contains(got.text(), "7 points for each tip") {
		t.Errorf("the desk does not say the weights: %s", got.text())
	}
	carla := d.carla(t)
	page = carla.get(t, "/newsroom/house")
	if !strings.Contains(page.text(), "Admins change this") || strings.Contains(page.text(), "Save the names") {
		t.Error("a checker is offered to change the house")
	}
	if got := carla.send(t, page, "/newsroom/house/names", url.Values{"name": {"Mine"}}); got.status != http.StatusForbidden {
		t.Errorf("a checker changes the house: got %d", got.status)
	}
}

func TestKeyIsShownOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	page := b.get(t, "/newsroom/house/keys")
	got := b.send(t, page, "/newsroom/house/keys", url.Values{"name": {"A partner"}, "scope": {"read"}, "expires": {"2099-01-31"}})
	if got.status != http.StatusOK || !strings.Contains(got.body, `value="ts_`) {
		t.Fatalf("making a key: got %d %s", got.status, got.text())
	}
	if page = b.get(t, "/newsroom/house/keys"); strings.Contains(page.body, `value="ts_`) || !strings.Contains(page.text(), "31 January 2099") && !strings.Contains(page.text(), "1 February 2099") {
		t.Errorf("the list: %s", page.text())
	}
	if got := b.send(t, page, "/newsroom/house/keys", url.Values{"name": {"x"}, "scope": {"file"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), "owner") {
		t.Errorf("a key that files without an owner: got %d", got.status)
	}
	if got := b.send(t, page, "/newsroom/house/keys", url.Values{"name": {"x"}, "scope": {"read"}, "expires": {"2001-01-01"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a key that has ended: got %d", got.status)
	}
	keys, err := d.DB.Keys(t.Context(), d.Admin)
	if err != nil || len(keys) != 1 {
		t.Fatalf("got %d keys, %v", len(keys), err)
	}
	rotateInTheNewsroom(t, d, b, keys[0])
	sent(t, b.send(t, page, "/newsroom/house/keys/"+keys[0].ID.String()+"/revoke", nil))
	if page = b.get(t, "/newsroom/house/keys"); !strings.Contains(page.text(), "revoked") {
		t.Error("the key is not shown as revoked")
	}
}

// rotateInTheNewsroom gives a key limits and a new secret on its page.
func rotateInTheNewsroom(t *testing.T, d *desk, b *browser, k store.Key) {
	t.Helper()
	path := "/newsroom/house/keys/" + k.ID.String()
	page := b.get(t, path)
	for _, wrong := range []url.Values{{"burst": {"many"}}, {"daily": {"-1"}}, {"burst": {"99999999999"}}, {"expires": {"soon"}}} {
		if got := b.send(t, page, path+"/change", wrong); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%v: got %d, want 422", wrong, got.status)
		}
	}
	sent(t, b.send(t, page, path+"/change", url.Values{"burst": {"120"}, "daily": {"5000"}}))
	got := b.send(t, page, path+"/rotate", url.Values{"overlap": {"7"}})
	if got.status != http.StatusOK || !strings.Contains(got.body, `value="ts_`) || !strings.Contains(got.text(), "has not been used since") {
		t.Errorf("a new secret: got %d %s", got.status, got.text())
	}
	if got := b.send(t, page, path+"/rotate", url.Values{"overlap": {"91"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an overlap too long: got %d, want 422", got.status)
	}
	have, err := d.DB.Key(t.Context(), d.Admin, k.ID)
	if err != nil || have.Burst != 120 || have.Daily != 5000 || have.ExpiresAt == nil || !have.OldValid {
		t.Errorf("got %+v, %v; want its limits and two secrets", have, err)
	}
	sent(t, b.send(t, b.get(t, path), path+"/end-old", nil))
	if page = b.get(t, path); strings.Contains(page.body, `value="ts_`) || strings.Contains(page.text(), "End the old secret") || !strings.Contains(page.body, `value="5000"`) {
		t.Errorf("afterwards: %s", page.text())
	}
}

func TestScalesAndPoliciesGrow(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	path := "/newsroom/house/scales/" + d.Scale.String()
	form := b.get(t, path)
	fields := fill(t, form, path, nil)
	fields.Set("label.0", "Entirely true")
	sent(t, b.post(t, path, fields))
	_, scale, err := d.DB.HouseScale(t.Context())
	if err != nil || scale.Version != 2 || scale.Labels[0].Label != "Entirely true" {
		t.Errorf("the scale is %+v, %v", scale, err)
	}
	fields.Set("value.0", "9")
	if got := b.post(t, path, fields); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Entirely true") {
		t.Errorf("a number off the line: got %d", got.status)
	}
	if got := d.carla(t).get(t, "/newsroom/house/scales"); !strings.Contains(got.text(), "Entirely true") || strings.Contains(got.text(), "New version") {
		t.Error("a checker sees the scales otherwise than readers")
	}
	got := sent(t, b.send(t, b.get(t, "/newsroom/house/policies/new"), "/newsroom/house/policies/new", url.Values{"slug": {"method"}, "title": {"How we check"}, "body": {"We **read** the sources."}}))
	page := b.get(t, got.location)
	if !strings.Contains(page.body, "<strong>read</strong>") {
		t.Errorf("the page is not shown as readers will see it: %s", page.body)
	}
	got = sent(t, b.send(t, page, got.location, url.Values{"body": {"Twice."}, "note": {"Twice is better."}}))
	if page = b.get(t, got.location); !strings.Contains(page.text(), "Version 2") || !strings.Contains(page.text(), "Twice is better.") {
		t.Errorf("the second version: %s", page.text())
	}
	if page = b.get(t, got.location+"?v=1"); !strings.Contains(page.body, "<strong>read</strong>") {
		t.Error("the first version is not readable")
	}
}

func TestAuditLogIsForAdminsAndExported(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	well := d.Claim(t, "The well is dry.")
	if err := d.DB.AssignClaim(t.Context(), d.Checker, well, d.Checker2.Person); err != nil {
		t.Fatal(err)
	}
	b := d.ada(t)
	if got := b.get(t, "/newsroom/audit?about="+well.String()); !strings.Contains(got.text(), "claim.assign") || strings.Contains(got.text(), "people.add") {
		t.Errorf("the log of a claim: %s", got.text())
	}
	if got := b.get(t, "/newsroom/audit?from=yesterday"); got.status != http.StatusBadRequest || !strings.Contains(got.body, `value="yesterday"`) {
		t.Errorf("a day that is none: got %d", got.status)
	}
	got := b.get(t, "/newsroom/audit/export?as=csv&act=claim")
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	if err != nil || len(rows) != 3 || rows[1][5] != "claim.assign" {
		t.Errorf("the CSV has %v, %v", rows, err)
	}
	if got := b.get(t, "/newsroom/audit/export?as=ndjson&act=claim"); strings.Count(got.body, "\n") != 2 || !strings.Contains(got.body, `"act":"claim.file"`) {
		t.Errorf("the NDJSON is %s", got.body)
	}
}

func TestPublishersAreAllowedAndHidden(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	id, err := d.DB.StartImport(t.Context(), d.Admin, store.ImportFile{Name: "checks.csv", Format: "csv", Content: []byte("claim,url,label,publisher\nThe bridge is closed.,https://checks.example/1,False,Example Checks\n"),
		Map: map[string]string{"claim": "claim", "url": "url", "label": "label", "publisher": "publisher"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.RunImport(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	page := b.get(t, "/newsroom/house/publishers")
	if !strings.Contains(page.text(), "waits, not public") {
		t.Fatalf("the list: %s", page.text())
	}
	got := sent(t, b.send(t, page, "/newsroom/house/publishers", url.Values{"act": {"allow"}, "site": {"checks.example"}}))
	if page = b.get(t, got.location); !strings.Contains(page.text(), "1 claims changed for readers.") {
		t.Errorf("allowing: %s", page.text())
	}
	sent(t, b.send(t, page, "/newsroom/house/publishers", url.Values{"act": {"hide"}, "site": {"checks.example"}}))
	if got := b.send(t, page, "/newsroom/house/publishers", url.Values{"act": {"allow"}, "site": {"nowhere.example"}}); got.status != http.StatusNotFound {
		t.Errorf("a publisher that is none: got %d", got.status)
	}
	if got := b.get(t, "/newsroom/imports/"+id.String()+"?only=created"); !strings.Contains(got.text(), "The bridge is closed.") || !strings.Contains(got.text(), "done") {
		t.Errorf("the job: %s", got.text())
	}
}

// upload sends a file and returns the answer.
func upload(t *testing.T, b *browser, text string, set url.Values) answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range fill(t, b.get(t, "/newsroom/imports"), "/newsroom/imports", set) {
		for _, v := range values {
			if err := w.WriteField(name, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := w.CreateFormFile("file", "checks.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sent(t, b.request(t, http.MethodPost, "/newsroom/imports", &body, w.FormDataContentType()))
}

func TestImportInTheBrowser(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	text := "c,u,l\nThe bridge is closed.,https://checks.example/1,False\n" + strings.Repeat("The well is dry.,https://checks.example/2,False\n", 40_000) // more than a form may have elsewhere
	got := upload(t, b, text, url.Values{"map.claim": {"c"}, "map.url": {"u"}, "map.label": {"l"}})
	page := b.get(t, got.location)
	if !strings.Contains(page.text(), "waits for its turn, tried only") {
		t.Errorf("the job: %s", page.text())
	}
	sent(t, b.send(t, page, got.location+"/stop", nil))
	page = b.get(t, got.location)
	if !strings.Contains(page.text(), "stopped") {
		t.Errorf("after stopping: %s", page.text())
	}
	sent(t, b.send(t, page, got.location+"/resume", nil))
	if state := b.get(t, got.location+"/state"); !strings.Contains(state.body, `"over":false`) {
		t.Errorf("after going on: %s", state.body)
	}
	if got := b.send(t, b.get(t, "/newsroom/imports"), "/newsroom/imports", url.Values{"publisher": {"checks.example"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="checks.example"`) {
		t.Errorf("without a file: got %d", got.status)
	}
	odd := upload(t, b, "Behauptung;Link;Urteil\nDie Brücke ist zu.;https://checks.example/1;Falsch\n", nil).location
	page = b.get(t, odd)
	if !strings.Contains(page.text(), "Nobody can tell what the columns") || !strings.Contains(page.body, `<option value="Behauptung">`) {
		t.Fatalf("the columns are not offered: %s", page.text())
	}
	if got := b.send(t, page, odd+"/again", url.Values{"map.claim": {"Behauptung"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `<option value="Behauptung" selected>`) {
		t.Errorf("one column of three: got %d, want what was chosen", got.status)
	}
	again := sent(t, b.send(t, page, odd+"/again", url.Values{"map.claim": {"Behauptung"}, "map.url": {"Link"}, "map.label": {"Urteil"}})).location
	if page := b.get(t, again); again == odd || !strings.Contains(page.text(), "waits for its turn, tried only") {
		t.Errorf("with the columns chosen: %s", page.text())
	}
}

func TestWhatIsPublishedAlreadyBecomesADraft(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	page := `<!doctype html><html lang="en"><head><title>Is the well dry?</title><script type="application/ld+json">{"@context":"https://schema.org","@type":"ClaimReview",
		"url":"https://desk.example/well","datePublished":"2024-06-07","claimReviewed":"The well of Exampleville is dry.","author":{"@type":"Organization","name":"Test Desk","url":"https://desk.example/"},
		"itemReviewed":{"@type":"Claim","author":{"@type":"Person","name":"A neighbour"}},"reviewRating":{"@type":"Rating","alternateName":"False"},"headline":"The well has water"}</script></head>
		<body><article><h1>Is the well dry?</h1><p>` + firstPara + `</p><p>` + secondPara + `</p></article></body></html>`
	taken, err := d.intake(t).Page(t.Context(), d.Checker, ingest.Page{URL: "https://desk.example/well", Body: []byte(page)})
	if err != nil {
		t.Fatal(err)
	}
	claim, err := d.DB.DraftFromPage(t.Context(), d.Checker, taken.Article)
	if err != nil {
		t.Fatal(err)
	}
	working, err := d.DB.NewsroomClaim(t.Context(), d.Checker, claim)
	if err != nil || working.Text != "The well of Exampleville is dry." || working.Stage != factcheck.StageChecking || working.Open.IsZero() || working.Claimant.IsZero() {
		t.Errorf("the claim is %+v, %v", working, err)
	}
	if _, err := d.DB.DraftFromPage(t.Context(), d.Checker, taken.Article); factcheck.CodeOf(err) != factcheck.CodeConflict {
		t.Errorf("the second time: got %v", err)
	}
	b := d.carla(t)
	got := b.send(t, b.get(t, "/newsroom/imports/published"), "/newsroom/imports/published", url.Values{"url": {"https://desk.example/well"}})
	if got.status != http.StatusConflict || !strings.Contains(got.body, "/newsroom/claims/"+claim.String()) {
		t.Errorf("by the form: got %d %s", got.status, got.text())
	}
	if got := b.send(t, b.get(t, "/newsroom/imports/published"), "/newsroom/imports/published", url.Values{"url": {d.outside.URL + "/story"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), "no ClaimReview") {
		t.Errorf("a page without: got %d %s", got.status, got.text())
	}
}

// intake returns a way to take in pages that were read elsewhere.
func (d *desk) intake(t *testing.T) *ingest.Ingest {
	t.Helper()
	fetcher, err := fetch.New(fetch.Config{UserAgent: "Touchstone/test"})
	if err != nil {
		t.Fatal(err)
	}
	return ingest.New(d.DB, fetcher, slog.New(slog.DiscardHandler))
}
