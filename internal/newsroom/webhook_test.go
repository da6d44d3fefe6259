package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Two admins who change a webhook at once: the second is told, and nothing of the first is written over until they have seen that.
func TestNobodysWebhookIsWrittenOver(t *testing.T) {
	t.Parallel()
	d := newLastingDesk(t)
	key, _, err := d.DB.CreateKey(t.Context(), d.Admin, store.KeyInput{Name: "A partner", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	if err != nil {
		t.Fatal(err)
	}
	w, err := d.DB.CreateWebhook(t.Context(), d.Admin, store.WebhookInput{Key: key, URL: "https://partner.example/hook", Name: "First"}, []byte("sealed"))
	if err != nil {
		t.Fatal(err)
	}
	b := d.ada(t)
	path := "/newsroom/house/webhooks/" + w.ID.String()
	seen := b.get(t, path)
	sent(t, b.send(t, seen, path+"/change", url.Values{"types": {"verdict.corrected"}, "name": {"Second"}}))
	late := b.send(t, seen, path+"/change", url.Values{"name": {"Third"}})
	if late.status != http.StatusConflict || !strings.Contains(late.text(), "changed by somebody else meanwhile") || !strings.Contains(late.body, `value="Third"`) {
		t.Errorf("got %d %s, want a conflict that keeps what was typed", late.status, late.text())
	}
	now, err := d.DB.Webhook(t.Context(), d.Admin, w.ID)
	if err != nil || now.Name != "Second" || len(now.Types) != 1 {
		t.Errorf("got %+v, %v, want what was saved first", now, err)
	}
	sent(t, b.send(t, late, path+"/change", nil)) // who has been told decides
	if got := b.send(t, seen, path+"/change", url.Values{"revision": {""}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a form without a revision, want it refused", got.status)
	}
}
