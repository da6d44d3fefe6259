package newsroom_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// logoFile returns a picture as it is uploaded.
func logoFile(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLogoIsSetByAdmins(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	const set, remove = "/newsroom/house/logo", "/newsroom/house/logo/remove"
	b := d.ada(t)
	page := b.get(t, "/newsroom/house")
	form := fill(t, page, set, nil)
	for says, file := range map[string][]byte{
		"SVG is not taken":    []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"Choose a picture":    nil,
		"limit is 512 KiB":    bytes.Repeat([]byte{1}, 2<<20), // more than a form may have elsewhere
		"This PNG is damaged": logoFile(t, 200, 200)[:60],
	} {
		got := b.uploadTo(t, set, form, map[string][]byte{"logo-file": file})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), says) || !strings.Contains(got.body, `href="#logo-file"`) || !strings.Contains(got.body, `id="logo-file"`) {
			t.Errorf("%s: got %d %s", says, got.status, got.text())
		}
	}
	sent(t, b.uploadTo(t, set, form, map[string][]byte{"logo-file": logoFile(t, 200, 150)}))
	now, body, err := d.DB.Logo(t.Context())
	if err != nil || now.Width != 200 || now.Height != 150 || now.Size != len(body) {
		t.Fatalf("the logo is %+v, %v", now, err)
	}
	page = b.get(t, "/newsroom/house")
	if strings.Count(page.body, `src="`+now.Path+`"`) != 2 || !strings.Contains(page.text(), "200 × 150 pixels") {
		t.Errorf("the logo is neither in the bar nor on the page: %s", page.text())
	}
	sent(t, b.uploadTo(t, set, form, map[string][]byte{"logo-file": logoFile(t, 300, 150)}))
	if got := b.send(t, page, remove, nil); got.status != http.StatusConflict {
		t.Errorf("removing a logo that was replaced: got %d", got.status)
	}

	carla := d.carla(t)
	if got := carla.get(t, "/newsroom/house"); strings.Contains(got.body, set) {
		t.Error("a checker is offered to set the logo")
	}
	own := fill(t, carla.get(t, "/newsroom/house"), "/newsroom/house/names", nil)
	if got := carla.uploadTo(t, set, own, map[string][]byte{"logo-file": logoFile(t, 150, 150)}); got.status != http.StatusForbidden {
		t.Errorf("a checker sets the logo: got %d", got.status)
	}
	if _, err := d.DB.SetLogo(t.Context(), d.Checker, logoFile(t, 150, 150)); err == nil {
		t.Error("the store takes a logo of a checker")
	}

	sent(t, b.send(t, b.get(t, "/newsroom/house"), remove, nil))
	if _, _, err := d.DB.Logo(t.Context()); err == nil {
		t.Error("the logo was not removed")
	}
	log := b.get(t, "/newsroom/audit/export?as=ndjson&act=house.logo").body
	if strings.Count(log, "\n") != 3 || !strings.Contains(log, now.Hash) || strings.Contains(log, "body") {
		t.Errorf("the audit log says %s", log)
	}
}

func TestLogoTakesProof(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.ada(t)
	form := fill(t, b.get(t, "/newsroom/house"), "/newsroom/house/logo", nil)
	d.Clock.Advance(store.ProofLife)
	got := b.uploadTo(t, "/newsroom/house/logo", form, map[string][]byte{"logo-file": logoFile(t, 200, 150)})
	if _, _, err := d.DB.Logo(t.Context()); err == nil || got.status == http.StatusSeeOther || !strings.Contains(strings.ToLower(got.text()), "password") {
		t.Errorf("without a fresh proof: got %d %s", got.status, got.text())
	}
}
