package newsroom_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// The page of a partner shows what was counted, drawn and as tables of the same numbers, and what they hold that is outdated; the
// same comes as a file. Editors see all partners, others their own keys.
func TestPartnerPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	made := func(name, owner string) (factcheck.KeyID, factcheck.ActorID) {
		id, secret, err := d.DB.CreateKey(ctx, d.Admin, store.KeyInput{Name: name, Scopes: []factcheck.Scope{factcheck.ScopeRead}, Owner: owner, Burst: 500})
		if err != nil {
			t.Fatal(err)
		}
		h, err := d.DB.KeyHolder(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		return id, h.Actor.ID
	}
	id, actor := made("=A partner", "carla@desk.example")
	foreign, _ := made("Another", "")
	path := "/newsroom/partners/" + id.String()
	const days = "?from=2025-06-01&until=2025-06-10"
	b := d.as(t, "edda@desk.example")
	if got := b.get(t, path); got.status != http.StatusOK || !strings.Contains(got.text(), "No calls in this time") || strings.Contains(got.body, "<figure") {
		t.Errorf("without a call: got %d %s", got.status, got.text())
	}
	for i, status := range []int{200, 200, 200, 404, 429, 503} {
		d.DB.NoteCall(store.Call{Key: id, Operation: factcheck.OperationLookup, Status: status, Took: time.Duration(i+1) * 10 * time.Millisecond, Burst: 431})
	}
	v := d.Published(t, "The mayor has resigned.", "False")
	d.DB.NotePulls(store.Pull{Claim: v.Claim, Actor: actor, Seq: 1})
	d.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "She resigned on Friday.")
	for _, query := range []string{days, "?from=2025-06-07", "?until=2025-06-07", "?from=2025-01-01&until=2025-06-30", "?from=2000-01-01&until=2000-01-02", "?range=day", "?range=month", "?range=nonsense"} {
		got := b.get(t, path+query)
		if drawn := strings.Count(got.body, "<svg class=\"bars\""); got.status != http.StatusOK || (drawn == 3) != strings.Contains(query, "2025") {
			t.Errorf("%s: got %d with %d drawings", query, got.status, drawn)
		}
		for _, want := range []string{"The mayor has resigned.", "1 claim is held in an outdated version", "500 calls a minute", "5,000,000 calls a day"} {
			if !strings.Contains(got.text(), want) {
				t.Errorf("%s: %q is not on the page", query, want)
			}
		}
	}
	got := b.get(t, path+days)
	for _, want := range []string{"At most 44% of it was used", "1 call was refused for asking too much", "Look-ups 6 3", "An admin changes its limits"} {
		if !strings.Contains(got.text(), want) {
			t.Errorf("%q is not on the page: %s", want, got.text())
		}
	}
	if got := b.get(t, path+"?from=yesterday"); got.status != http.StatusBadRequest || !strings.Contains(got.text(), "rite a day as") || !strings.Contains(got.body, `value="yesterday"`) {
		t.Errorf("a day that is none: got %d", got.status)
	}
	if got := b.get(t, path+"?from=2025-01-02&until=2025-01-01"); got.status != http.StatusBadRequest {
		t.Errorf("days the wrong way round: got %d", got.status)
	}
	file := b.get(t, path+"/usage.csv"+days)
	rows, err := csv.NewReader(strings.NewReader(file.body)).ReadAll()
	if err != nil || len(rows) != 2 || strings.Join(rows[1][1:7], " ") != "day lookup 6 1 1 1" || file.header.Get("Content-Disposition") == "" {
		t.Errorf("the file: got %q, %v", rows, err)
	}
	own := d.carla(t)
	if list := own.get(t, "/newsroom/partners"); !strings.Contains(list.text(), "=A partner") || strings.Contains(list.text(), "Another") {
		t.Errorf("the owner’s list: %s", list.text())
	}
	if got := own.get(t, path); got.status != http.StatusOK {
		t.Errorf("the owner: got %d", got.status)
	}
	for _, address := range []string{"/newsroom/partners/" + foreign.String(), "/newsroom/partners/" + foreign.String() + "/usage.csv", "/newsroom/partners/key_x"} {
		if got := own.get(t, address); got.status != http.StatusNotFound {
			t.Errorf("%s: got %d for somebody else’s key, want 404", address, got.status)
		}
	}
	if list := b.get(t, "/newsroom/partners"); !strings.Contains(list.text(), "Another") {
		t.Errorf("the editor’s list: %s", list.text())
	}
}
