package newsroom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const mayorClaim = "The mayor of Exampleville has resigned over the harbour contract."

// file files a claim by the form and returns the path of its page.
func (b *browser) file(t *testing.T, fields url.Values) string {
	t.Helper()
	fields.Set("step", "file")
	if !fields.Has("language") {
		fields.Set("language", "en")
	}
	got := b.send(t, b.get(t, "/newsroom/claims/new"), "/newsroom/claims/new", fields)
	if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/newsroom/claims/claim_") {
		t.Fatalf("file a claim: got %d to %q: %s", got.status, got.location, got.text())
	}
	path, _, _ := strings.Cut(got.location, "?")
	return path
}

// done follows a form that was taken and returns the page.
func (b *browser) done(t *testing.T, got answer) answer {
	t.Helper()
	if got.status != http.StatusSeeOther {
		t.Fatalf("got %d, want the way back: %s", got.status, got.text())
	}
	at, _, _ := strings.Cut(got.location, "#")
	return b.get(t, at)
}

// TestAVerdictIsWrittenWithoutScripts goes the whole way from a claim to a verdict that waits for approval, by forms alone.
func TestAVerdictIsWrittenWithoutScripts(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.file(t, url.Values{"text": {mayorClaim}, "claimant_name": {"Zoë Lane"}, "date": {"2025-06"}, "place": {"Exampleville"}, "why": {"It spreads."}})
	page := b.get(t, path)
	for _, want := range []string{"Zoë Lane (a private person", "June 2025", "Nothing is written yet", "Nobody has said anything yet"} {
		if !strings.Contains(page.text(), want) {
			t.Errorf("the new claim's page does not say %q", want)
		}
	}
	// A source by its address: what the page says fills the form.
	got := b.send(t, page, path+"/evidence/read", url.Values{"address": {d.outside.URL + "/story"}})
	page = b.done(t, got)
	if !strings.Contains(page.text(), "a copy is kept") || !strings.Contains(page.body, `value="Town without a mayor"`) {
		t.Fatalf("the source's page did not fill the form: %s", page.text())
	}
	page = b.done(t, b.send(t, page, path+"/evidence", url.Values{"quote": {"On Saturday a clerk said that the council would meet as planned"}, "origin": {"Example Weekly"}, "bearing": {"against"}, "kind": {"secondary"}}))
	page = b.done(t, b.send(t, page, path+"/evidence", url.Values{"document": {"Minutes of 7 June, page 2"}, "quote": {"The mayor opens the session."}, "origin": {"Town hall"}, "bearing": {"against"}, "kind": {"primary"}, "read_at": {"2025-06-08"}}))
	if !strings.Contains(page.text(), "2 sources · 2 origins · 1 primary") {
		t.Errorf("the page does not count the sources: %s", page.text())
	}
	page = b.done(t, b.send(t, page, path+"/draft", url.Values{"label": {"False"}, "headline": {"She chaired the council"}, "answer": {"No. She chaired the council two days later."}, "body": {"## Why\n\nThe *minutes* say so."}, "reasons": {"fabricated"}}))
	if strings.Contains(page.text(), "Missing:") {
		t.Errorf("something is missing: %s", page.text())
	}
	page = b.done(t, b.send(t, page, path+"/replies", url.Values{"asked": {"The mayor"}, "answer": {"I have not."}}))
	if !strings.Contains(page.text(), "I have not.") {
		t.Error("the reply is not shown")
	}
	preview := b.get(t, path+"/preview/data")
	if preview.status != http.StatusOK || !strings.Contains(preview.text(), "She chaired the council two days later") {
		t.Errorf("got %d: the document is not previewed: %s", preview.status, preview.text())
	}
	sent := b.send(t, page, path+"/draft", url.Values{"then": {"submit"}})
	if sent.status != http.StatusSeeOther || sent.location != path+"/approval?told=submitted" {
		t.Fatalf("submit: got %d to %q: %s", sent.status, sent.location, sent.text())
	}
	page = b.get(t, path)
	if !strings.Contains(page.text(), "Waits for approval") || strings.Contains(page.body, `name="headline"`) {
		t.Error("a submitted verdict is still written into")
	}
	page = b.done(t, b.send(t, page, path+"/draft/take-back", nil))
	if !strings.Contains(page.text(), "has to be sent for approval again") || !strings.Contains(page.body, `name="headline"`) {
		t.Errorf("it was not taken back: %s", page.text())
	}
}

// TestTwoWhoSaveAreMerged has two people write into one verdict: different fields are both kept, and of one field that both
// changed neither text is lost.
func TestTwoWhoSaveAreMerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla, chen := d.carla(t), d.as(t, "chen@desk.example")
	path := carla.file(t, url.Values{"text": {mayorClaim}})
	carla.done(t, carla.send(t, carla.get(t, path), path+"/draft", url.Values{"headline": {"First"}, "answer": {"The first answer."}}))
	hers, his := carla.get(t, path), chen.get(t, path)
	carla.done(t, carla.send(t, hers, path+"/draft", url.Values{"headline": {"Hers"}}))
	page := chen.done(t, chen.send(t, his, path+"/draft", url.Values{"answer": {"His answer."}}))
	if !strings.Contains(page.text(), "both in it") || !strings.Contains(page.body, `value="Hers"`) || !strings.Contains(page.text(), "His answer.") {
		t.Errorf("two fields were not merged: %s", page.text())
	}
	// Both change the answer.
	hers, his = carla.get(t, path), chen.get(t, path)
	carla.done(t, carla.send(t, hers, path+"/draft", url.Values{"answer": {"Her own answer."}}))
	got := chen.send(t, his, path+"/draft", url.Values{"answer": {"His other answer."}, "true": {"That much is true."}})
	if got.status != http.StatusConflict || !strings.Contains(got.body, "Her own answer.") || !strings.Contains(got.body, "His other answer.") {
		t.Fatalf("got %d, want both texts: %s", got.status, got.text())
	}
	if now := carla.get(t, path); !strings.Contains(now.body, "Her own answer.") || !strings.Contains(now.body, "That much is true.") {
		t.Error("what nobody else touched was not saved beside a clash")
	}
	page = chen.done(t, chen.send(t, got, path+"/draft", nil)) // sent again: a decision
	if !strings.Contains(page.body, "His other answer.") || strings.Contains(page.body, "Her own answer.") {
		t.Error("sending again did not keep his")
	}
	// The claim's own form merges in the same way.
	hers, his = carla.get(t, path), chen.get(t, path)
	carla.done(t, carla.send(t, hers, path+"/details", url.Values{"place": {"Harbour"}}))
	page = chen.done(t, chen.send(t, his, path+"/details", url.Values{"why": {"It spreads."}}))
	if !strings.Contains(page.text(), "Harbour") || !strings.Contains(page.text(), "It spreads.") {
		t.Errorf("the claim's form was not merged: %s", page.text())
	}
	hers, his = carla.get(t, path), chen.get(t, path)
	carla.done(t, carla.send(t, hers, path+"/details", url.Values{"place": {"Old town"}}))
	if got := chen.send(t, his, path+"/details", url.Values{"place": {"New town"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "Old") || !strings.Contains(got.body, `value="New town"`) {
		t.Errorf("got %d, want both places: %s", got.status, got.text())
	}
}

// TestEveryFormOfTwoIsMerged has two people save each of the other forms at once: what one of them did not touch is as the other
// saved it, of what both changed both texts stand there, and sending it again decides about that alone.
func TestEveryFormOfTwoIsMerged(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla, chen := d.carla(t), d.as(t, "chen@desk.example")
	path := carla.file(t, url.Values{"text": {mayorClaim}, "place": {"Harbour"}})
	carla.done(t, carla.send(t, carla.get(t, path), path+"/evidence", url.Values{"document": {"Minutes, page 2"}, "title": {"Minutes"}, "quote": {"The mayor opens the session."}}))
	carla.done(t, carla.send(t, carla.get(t, path), path+"/evidence", url.Values{"document": {"Letter"}, "quote": {"I stay."}}))
	carla.done(t, carla.send(t, carla.get(t, path), path+"/replies", url.Values{"asked": {"The mayor"}}))
	carla.done(t, carla.send(t, carla.get(t, path), path+"/draft/wordings", url.Values{"wordings": {"de\nSie blieb\nNein."}}))
	for _, c := range []struct {
		form                             string
		hers, his                        url.Values
		both, hersAlone, hisAlone, again string // what stands on the page of the clash, and what the last page has
	}{
		{"/details", url.Values{"text": {"The mayor has resigned."}, "place": {"Old town"}}, url.Values{"place": {"New town"}, "why": {"It spreads."}}, "New town", "The mayor has resigned.", "It spreads.", "New town"},
		{"/evidence/edit", url.Values{"quote": {"Hers."}, "title": {"Her title"}}, url.Values{"quote": {"His."}, "origin": {"Town hall"}}, "His.", "Her title", "Town hall", "His."},
		{"/replies", url.Values{"answer": {"Her answer."}, "deadline": {"2030-01-02"}}, url.Values{"answer": {"His answer."}}, "His answer.", "2030-01-02", "", "His answer."},
		{"/wordings", url.Values{"wordings": {"de: Ihre Fassung"}}, url.Values{"wordings": {"de: Seine Fassung"}}, "Ihre Fassung", "", "", "Seine Fassung"},
		{"/draft/wordings", url.Values{"wordings": {"de\nIhre\nNein."}}, url.Values{"wordings": {"de\nSeine\nNein."}}, "Ihre", "", "", "Seine"},
	} {
		hers, his := carla.get(t, path), chen.get(t, path)
		carla.done(t, carla.send(t, hers, path+c.form, c.hers))
		got := chen.send(t, his, path+c.form, c.his)
		if got.status != http.StatusConflict || !strings.Contains(got.text(), "From theirs to yours") || !strings.Contains(got.body, c.both) || !strings.Contains(got.body, c.hersAlone) || !strings.Contains(got.body, c.hisAlone) {
			t.Errorf("%s: got %d, want both texts: %s", c.form, got.status, got.text())
			continue
		}
		last := chen.done(t, chen.send(t, got, path+c.form, nil))
		for _, want := range []string{c.hersAlone, c.hisAlone, c.again} {
			if !strings.Contains(last.body, want) {
				t.Errorf("%s: %q is lost", c.form, want)
			}
		}
	}
	// A source that somebody removed meanwhile: what was typed stands in the form that adds one. An order that changed is looked at.
	hers, his := carla.get(t, path), chen.get(t, path)
	carla.done(t, carla.send(t, hers, path+"/evidence/move", nil))
	if got := chen.send(t, his, path+"/evidence/move", nil); got.status != http.StatusConflict || !strings.Contains(got.text(), "changed the order") {
		t.Errorf("an order that somebody changed: got %d", got.status)
	}
	carla.done(t, carla.send(t, carla.get(t, path), path+"/evidence/remove", nil))
	his = chen.send(t, his, path+"/evidence/edit", url.Values{"quote": {"An hour of work."}})
	if now := carla.get(t, path); his.status == http.StatusConflict && !strings.Contains(his.body, "An hour of work.") || his.status == http.StatusSeeOther && !strings.Contains(now.body, "An hour of work.") {
		t.Errorf("of a source that was removed: got %d, and the text is lost", his.status)
	}
}

// TestANearDuplicateIsNotFiledByAccident stops at a claim in the same words until somebody says why it is another one.
func TestANearDuplicateIsNotFiledByAccident(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	first := b.file(t, url.Values{"text": {mayorClaim}})
	id := strings.TrimPrefix(first, "/newsroom/claims/")
	got := b.send(t, b.get(t, "/newsroom/claims/new"), "/newsroom/claims/new", url.Values{"step": {"file"}, "text": {mayorClaim}, "language": {"en"}, "why": {"kept"}})
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "In these very words") || !strings.Contains(got.body, "kept") {
		t.Fatalf("got %d, want the earlier claim beside what was typed: %s", got.status, got.text())
	}
	there := b.send(t, got, "/newsroom/claims/new", url.Values{"step": {"file"}, "near-" + id: {"this"}})
	if there.status != http.StatusSeeOther || !strings.HasPrefix(there.location, first) {
		t.Errorf("it is this one: got %d to %q", there.status, there.location)
	}
	silent := b.send(t, got, "/newsroom/claims/new", url.Values{"step": {"file"}, "near-" + id: {"not"}})
	if silent.status != http.StatusUnprocessableEntity || !strings.Contains(silent.text(), "say why it is not the same") && !strings.Contains(silent.text(), "Say why it is not the same") {
		t.Errorf("without a reason: got %d: %s", silent.status, silent.text())
	}
	filed := b.send(t, got, "/newsroom/claims/new", url.Values{"step": {"file"}, "near-" + id: {"not"}, "because-" + id: {"another mayor"}})
	if filed.status != http.StatusSeeOther || strings.HasPrefix(filed.location, first) {
		t.Errorf("with a reason: got %d to %q: %s", filed.status, filed.location, filed.text())
	}
}

// TestAPastedAddressLeadsToTheClaim pastes the address of a page where the claim goes: the page is read, and the claim is filed with
// it, or it is attached to the one that is there.
func TestAPastedAddressLeadsToTheClaim(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	const at = "/newsroom/claims/new"
	empty := b.get(t, at)
	pasted := b.send(t, empty, at, url.Values{"step": {"look"}, "text": {d.outside.URL + "/story"}})
	if pasted.status != http.StatusOK || !strings.Contains(pasted.text(), "This is an address") {
		t.Fatalf("an address as the claim: got %d %s", pasted.status, pasted.text())
	}
	read := b.send(t, pasted, at, url.Values{"step": {"read"}, "why": {"kept"}})
	if read.status != http.StatusOK || !strings.Contains(read.text(), "Found in Town without a mayor") || !strings.Contains(read.body, "kept") {
		t.Fatalf("the page was not read: %d %s", read.status, read.text())
	}
	wrong := b.send(t, read, at, url.Values{"step": {"file"}, "text": {mayorClaim}, "stance": {"reports"}, "passage": {"not in it"}})
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.text(), "not in the text of the article") {
		t.Errorf("a passage that is not there: got %d", wrong.status)
	}
	filed := b.send(t, read, at, url.Values{"step": {"file"}, "text": {mayorClaim}, "stance": {"reports"}, "passage": {"Nobody at the town hall answered the telephone on Friday."}})
	page := b.done(t, filed)
	if !strings.Contains(page.text(), "the article attached to it") || !strings.Contains(page.text(), "Nobody at the town hall answered") {
		t.Errorf("the claim was not filed with its article: %s", page.text())
	}
	first, _, _ := strings.Cut(filed.location, "?")
	// The same from another page: it is this one, and the article is attached there.
	id := strings.TrimPrefix(first, "/newsroom/claims/")
	read = b.send(t, empty, at, url.Values{"step": {"read"}, "url": {d.outside.URL + "/story"}, "text": {mayorClaim}})
	if read.status != http.StatusOK {
		t.Fatalf("read: got %d %s", read.status, read.text())
	}
	there := b.send(t, read, at, url.Values{"step": {"file"}, "near-" + id: {"this"}})
	if there.status != http.StatusSeeOther || !strings.Contains(there.location, "find="+id) {
		t.Errorf("attach it there: got %d to %q", there.status, there.location)
	}
	// A page that cannot be read takes nothing away.
	gone := b.send(t, empty, at, url.Values{"step": {"file"}, "url": {"http://127.0.0.1:1/x"}, "text": {"The ferry is sold."}})
	if gone.status < 400 || gone.status >= 500 || !strings.Contains(gone.body, "The ferry is sold.") || !strings.Contains(gone.text(), "Leave it empty") {
		t.Errorf("a page that cannot be read: got %d %s", gone.status, gone.text())
	}
}

// TestNamingAPrivatePersonIsProposed asks a second person, with a reason, from the page of the claim.
func TestNamingAPrivatePersonIsProposed(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.file(t, url.Values{"text": {mayorClaim}, "claimant_name": {"Zoë Lane"}})
	page := b.get(t, path)
	if got := b.send(t, page, path+"/naming", nil); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.text(), "Say why") {
		t.Errorf("without a reason: got %d", got.status)
	}
	page = b.done(t, b.send(t, page, path+"/naming", url.Values{"reason": {"She ran for office."}}))
	if !strings.Contains(page.text(), "A second person decides") || strings.Contains(page.body, path+"/naming") {
		t.Errorf("it is not shown as proposed: %s", page.text())
	}
	if list := d.as(t, "edda@desk.example").get(t, "/newsroom/proposals"); !strings.Contains(list.body, "/newsroom/proposals/") {
		t.Error("nobody can decide it")
	}
}

// TestPeopleOfOneNameAreAskedAbout never takes one person for another because of a name.
func TestPeopleOfOneNameAreAskedAbout(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	b.file(t, url.Values{"text": {"The bridge is closed."}, "claimant_name": {"Ann Author"}, "claimant_kind": {"person"}})
	fields := url.Values{"step": {"file"}, "text": {"The ferry is sold."}, "language": {"en"}, "claimant_name": {"ann author"}, "claimant_kind": {"person"}}
	got := b.send(t, b.get(t, "/newsroom/claims/new"), "/newsroom/claims/new", fields)
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "Is it them?") {
		t.Fatalf("got %d, want to be asked: %s", got.status, got.text())
	}
	if filed := b.send(t, got, "/newsroom/claims/new", url.Values{"step": {"file"}, "claimant": {"new"}}); filed.status != http.StatusSeeOther {
		t.Errorf("somebody else of the name: got %d: %s", filed.status, filed.text())
	}
	people, err := d.DB.FindClaimants(t.Context(), d.Checker, "Ann Author", 10)
	if err != nil || len(people) != 2 {
		t.Errorf("got %d people, %v; want two of one name", len(people), err)
	}
}

// TestTheConversation covers what colleagues do around a claim: comments that name somebody, a conflict of interest, an outlet
// that was told, a file.
func TestTheConversation(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	carla, edda := d.carla(t), d.as(t, "edda@desk.example")
	path := carla.file(t, url.Values{"text": {mayorClaim}})
	name := strings.Fields(d.Editor.Name)[0]
	carla.done(t, carla.send(t, carla.get(t, path), path+"/comments", url.Values{"text": {"@" + name + " please look <b>here</b>"}}))
	page := edda.get(t, path)
	if !strings.Contains(page.text(), "1 for you") || strings.Contains(page.body, "<b>here</b>") {
		t.Errorf("the comment does not reach who it names: %s", page.text())
	}
	if page = edda.done(t, edda.send(t, page, path+"/comments/seen", nil)); strings.Contains(page.text(), "for you") {
		t.Error("it is still new after it was seen")
	}
	if got := edda.post(t, path+"/comments/take-back", url.Values{"form_token": {fill(t, page, path+"/comments", nil).Get("form_token")}, "comment": {"1"}}); got.status != http.StatusNotFound {
		t.Errorf("somebody else's comment is taken back: got %d", got.status)
	}
	page = edda.done(t, edda.send(t, page, path+"/interest", url.Values{"in": {"claim"}, "reason": {"my sister works there"}}))
	if !strings.Contains(page.text(), "You have declared a conflict of interest") {
		t.Error("the conflict of interest is not shown")
	}
	got := carla.send(t, carla.get(t, path), path+"/assign", url.Values{"person": {d.Editor.Person.String()}})
	if got.status != http.StatusConflict || !strings.Contains(got.text(), "conflict of interest") {
		t.Errorf("a claim is given to somebody with an interest in it: got %d", got.status)
	}
	if got := carla.send(t, carla.get(t, path), path+"/assign", url.Values{"person": {d.Checker.Person.String()}}); got.status != http.StatusSeeOther {
		t.Errorf("assign: got %d %s", got.status, got.text())
	}
	if got := carla.post(t, path+"/here", url.Values{"form_token": {fill(t, carla.get(t, path), path+"/comments", nil).Get("form_token")}}); got.status != http.StatusOK || got.body != `{"here":[]}` {
		t.Errorf("here: got %d %s", got.status, got.body)
	}
	if page = edda.get(t, path); !strings.Contains(page.text(), "has this open too") {
		t.Error("who is here is not shown")
	}
}

// TestASessionThatEndsWhileWritingLosesNothing sends a verdict after the session ended: all of it stands on the page that asks to
// sign in, and goes on from there.
func TestASessionThatEndsWhileWritingLosesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.file(t, url.Values{"text": {mayorClaim}})
	fields := fill(t, b.get(t, path), path+"/draft", url.Values{"answer": {"An answer that took an hour."}, "body": {strings.Repeat("A long explanation. ", 200)}})
	b.cookies = map[string]string{}
	got := b.post(t, path+"/draft", fields)
	if got.status != http.StatusUnauthorized || !strings.Contains(got.body, "An answer that took an hour.") || strings.Count(got.body, "A long explanation.") != 200 {
		t.Fatalf("got %d, want all that was written", got.status)
	}
	if strings.Contains(got.body, "<textarea") && strings.Contains(got.body, ">Was<") {
		t.Error("the digests are shown as if somebody had written them")
	}
}

// TestAScriptSavesAsSomebodyWrites sends what the script sends.
func TestAScriptSavesAsSomebodyWrites(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b, chen := d.carla(t), d.as(t, "chen@desk.example")
	path := b.file(t, url.Values{"text": {mayorClaim}})
	page := b.get(t, path)
	b.part, chen.part = true, true // its links lead to places on the page that they go into
	got := b.send(t, page, path+"/draft", url.Values{"autosave": {"yes"}, "answer": {"No."}})
	if got.status != http.StatusOK || !strings.Contains(got.body, `data-field="answer">No.<`) || !strings.Contains(got.text(), "A rating") {
		t.Fatalf("got %d: %s", got.status, got.text())
	}
	if bad := b.send(t, b.get(t, path), path+"/draft", url.Values{"autosave": {"yes"}, "valid_from": {"soon"}}); bad.status != http.StatusUnprocessableEntity || !strings.Contains(bad.body, "This is not a date") {
		t.Errorf("a date that is none: got %d %s", bad.status, bad.body)
	}
	hers, his := b.get(t, path), chen.get(t, path)
	b.send(t, hers, path+"/draft", url.Values{"autosave": {"yes"}, "answer": {"No, hers."}})
	clash := chen.send(t, his, path+"/draft", url.Values{"autosave": {"yes"}, "answer": {"No, his."}})
	if clash.status != http.StatusOK || !strings.Contains(clash.body, `data-clash="answer"`) || !strings.Contains(clash.body, "No, hers.") {
		t.Errorf("a clash is not told to the script: %d %s", clash.status, clash.body)
	}
	if md := b.send(t, b.get(t, path), path+"/draft", nil); md.status != http.StatusSeeOther {
		t.Errorf("an idle save: got %d", md.status)
	}
}

// TestFilesAreOnlyEverSaved keeps a file and sends it back in a way no browser shows from here.
func TestFilesAreOnlyEverSaved(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.carla(t)
	path := b.file(t, url.Values{"text": {mayorClaim}})
	token := fill(t, b.get(t, path), path+"/comments", nil).Get("form_token")
	for name, body := range map[string][]byte{"a page": []byte("<!doctype html><script>alert(1)</script>"), "nothing": nil} {
		if got := b.uploadTo(t, path+"/files", url.Values{"form_token": {token}}, map[string][]byte{"file": body}); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: got %d, want it refused", name, got.status)
		}
	}
	page := b.done(t, b.uploadTo(t, path+"/files", url.Values{"form_token": {token}}, map[string][]byte{"file": []byte("%PDF-1.7 hello")}))
	if !strings.Contains(page.text(), "application/pdf") || !strings.Contains(page.body, "our file 1") {
		t.Errorf("the file is not offered as a source: %s", page.text())
	}
	got := b.get(t, path+"/files/1")
	if got.status != http.StatusOK || got.header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment;") || !strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("got %d %v", got.status, got.header)
	}
}
