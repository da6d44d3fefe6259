package main

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// TestNothingUnpublishedLeaves walks every public way out, from the router's list, for everything that is not public: what never
// was, and what was until a moment ago, which caches may still have. No answer holds its words, counts it, or differs from the
// answer for what never was.
func TestNothingUnpublishedLeaves(t *testing.T) {
	t.Parallel()
	w := &walk{gate: newGate(t, nil), table: leakTable(), hidden: map[string][]string{}, shown: map[string][]string{}, seen: map[string]bool{}, kept: map[string]answer{}, read: map[string]bool{}, turns: map[string]bool{}}
	_, w.reader = w.key(t, factcheck.ScopeRead)
	w.askAPI(t)
	open := w.public(t)
	w.hide(t, open, open.Claim)
	w.round(t, inside, secret) // nothing is followed: the store answers, the search in SQL among it

	w.follow(t)
	before := maps.Clone(w.shown)
	out := w.publish(t)
	for kind, names := range w.shown {
		for _, name := range names[len(before[kind]):] {
			w.turns[name] = true
		}
	}
	w.caughtUp(t)
	w.round(t, inside, secret) // the index answers, and caches are filled
	w.sawEnough(t)
	w.hashes(t)
	if !w.exports(t, inside, secret) {
		t.Error("no export tells what is public")
	}
	if !w.edition(t, inside, secret) {
		t.Error("no edition tells what is public")
	}

	w.suspended = w.slug(t, out.suspended.Claim)
	w.turn(t, out)
	if got := w.send(asked{method: http.MethodGet, address: editionAt}); got.status != http.StatusServiceUnavailable {
		t.Errorf("got %d of an edition that tells what is hidden now, want none until it was made again", got.status)
	}
	w.edition(t, inside, secret, turned)
	w.caughtUp(t)
	w.round(t, inside, secret, turned)
	w.revalidate(t)
	w.cards(t)
	w.exports(t, inside, secret, turned)
	w.hashes(t)
	w.outlets(t)
	w.marks(t)
}

// sawEnough reports routes that told nothing of what was public: the walk does not reach what they show.
func (w *walk) sawEnough(t *testing.T) {
	t.Helper()
	for _, r := range w.routes(t) {
		if line := lineOf(r); w.table[line].tells != w.seen[line] && r.Method == http.MethodGet {
			t.Errorf("%s: tells of what is public: got %v, want %v by its line in leak_table_test.go", line, w.seen[line], w.table[line].tells)
		}
	}
}

// revalidate asks again for every page that told what is hidden now, as browsers and caches do that have it: they must not be told
// that it still holds, nor have been allowed to show it without asking for longer than a second.
func (w *walk) revalidate(t *testing.T) {
	t.Helper()
	for address, was := range w.kept {
		got := w.send(asked{method: http.MethodGet, address: address, head: map[string]string{"If-None-Match": was.etag, "Authorization": "Bearer " + w.reader}})
		if got.status == http.StatusNotModified {
			t.Errorf("GET %s: got 304 for a page that told what is hidden now", address)
		}
		w.silently(t, "GET "+address+" again", got, []string{inside, secret, turned})
		if !asksAgain(was.lifetime) {
			t.Errorf("GET %s: got Cache-Control %q, want nothing that shows a finding for longer than a second", address, was.lifetime)
		}
	}
	for _, slug := range w.moved {
		for _, rest := range []string{"", "/history", "/v/1", "/feed.atom", "/cite.bib", "/report", "/card-0.png"} {
			got := w.send(asked{method: http.MethodGet, address: "/claims/" + slug + rest})
			w.silently(t, "GET /claims/"+slug+rest, got, []string{inside, secret, turned})
			if got.status != http.StatusMovedPermanently && got.status != http.StatusFound && got.status != http.StatusPermanentRedirect {
				t.Errorf("GET /claims/%s%s: got %d, want it lead to where the claim is now", slug, rest, got.status)
			}
		}
	}
	if len(w.kept) < 60 || strings.Contains(strings.Join(w.shown["claims"], " "), turned) {
		t.Errorf("looked at %d pages again only", len(w.kept))
	}
}

// cards asks again for the share cards of pages that told what is hidden now, which posts elsewhere still name: none of a claim that
// is under review, redacted, or no more where it was is drawn as it was.
func (w *walk) cards(t *testing.T) {
	t.Helper()
	gone := append(slices.Clone(w.moved), w.hidden["claims"]...)
	asks := 0
	for _, was := range w.kept {
		for _, address := range cardAddress.FindAllString(was.body, -1) {
			slug := strings.Split(address, "/")[2]
			if !slices.Contains(gone, slug) && slug != w.suspended {
				continue
			}
			asks++
			if got := w.send(asked{method: http.MethodGet, address: address}); got.status != http.StatusFound && got.status != http.StatusNotFound {
				t.Errorf("GET %s: got %d for the card of what is hidden now", address, got.status)
			}
		}
	}
	if asks < 20 {
		t.Errorf("asked for %d cards only", asks)
	}
}

var cardAddress = regexp.MustCompile(`/claims/[^/" ]+/card-[0-9a-z]+\.png`) //nolint:gochecknoglobals // a constant

// asksAgain reports whether caches ask before they show an answer again, but for the second that they may ask while they answer.
func asksAgain(lifetime string) bool {
	fresh := false
	for directive := range strings.SplitSeq(lifetime, ",") {
		switch strings.TrimSpace(directive) {
		case "no-store", "no-cache", "max-age=0":
			fresh = true
		case "public", "private", "must-revalidate", "stale-while-revalidate=1":
		default:
			return false
		}
	}
	return fresh
}
