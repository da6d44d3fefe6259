package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/bench"
)

// TestEveryPageAsksTheSameHoweverMuchThereIs counts the statements of every page of the newsroom, from the router's list: with
// forty claims, articles, tips and so on, and with six times as many, they are the same. What 100,000 of them cost is measured
// by make bench ARGS='-only newsroom'.
func TestEveryPageAsksTheSameHoweverMuchThereIs(t *testing.T) {
	t.Parallel()
	counter := &bench.Statements{}
	g := newGate(t, counter)
	g.put(t, "person", "house", "import", "key", "webhook", "tip", "complaint", "article", "suspended", "published", "session", "passkey", "draft")
	busy := bench.Busy{Claim: claimOf(t, g.things["claim"]), Person: g.Admin.Person}
	if err := busy.Article.UnmarshalText([]byte(g.things["article"])); err != nil {
		t.Fatal(err)
	}
	grow := func(from, to int) {
		t.Helper()
		if err := bench.FillNewsroom(t.Context(), g.OwnerURL, from, to, busy); err != nil {
			t.Fatal(err)
		}
	}
	grow(1, 40)
	few := g.statements(t, counter)
	grow(41, 240)
	many := g.statements(t, counter)
	for page, asked := range few {
		if now := many[page]; len(now) != len(asked) {
			t.Errorf("%s: %d statements with 40 of everything, %d with 240; among the many:\n%s", page, len(asked), len(now), strings.Join(often(now), "\n"))
		}
	}
	if len(few) < 60 {
		t.Errorf("looked at %d pages only", len(few))
	}
}

// statements returns what each page asks of the database, as an admin and as a checker.
func (g *gate) statements(t *testing.T, counter *bench.Statements) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, as := range []string{"an admin", "another checker"} {
		for _, r := range g.server.Routes() {
			e := gateTable()[r.Method+" "+r.Path]
			if r.Method != http.MethodGet || !strings.HasPrefix(r.Path, "/newsroom") || !e.who.may(as) {
				continue
			}
			address := fillPath(t, r.Path, g.things)
			g.ask(r.Method, address, *g.insiders[as], nil) // what is remembered of the house, and of types, is asked once
			counter.Take()
			if got := g.ask(r.Method, address, *g.insiders[as], nil); got.status != e.ok {
				t.Errorf("GET %s: got %d, want %d", r.Path, got.status, e.ok)
			}
			first := counter.Take()
			g.ask(r.Method, address, *g.insiders[as], nil)
			out[r.Path+" as "+as] = fewer(first, counter.Take()) // what the server does by the clock meanwhile is counted too
		}
	}
	return out
}

// fewer returns the shorter list.
func fewer(a, b []string) []string {
	if len(b) < len(a) {
		return b
	}
	return a
}

// often returns the statements that were asked more than once, with how often.
func often(asked []string) []string {
	times := map[string]int{}
	for _, q := range asked {
		times[q]++
	}
	maps.DeleteFunc(times, func(_ string, n int) bool { return n < 2 })
	out := slices.Collect(maps.Keys(times))
	slices.SortFunc(out, func(a, b string) int { return times[b] - times[a] })
	return out
}
