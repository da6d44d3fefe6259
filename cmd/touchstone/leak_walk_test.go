package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/server"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// lastRound is the round after everything was hidden, in which each address is asked in every way.
const lastRound = 3

// routes returns the public routes of the server that have a line, and reports those that have none.
func (w *walk) routes(t *testing.T) []server.Route {
	t.Helper()
	var out []server.Route
	var lacking []string
	gate, used := gateTable(), map[string]bool{}
	for _, r := range w.server.Routes() {
		line := lineOf(r)
		if !gate[r.Method+" "+r.Path].who.open() || used[line+" is lacking"] {
			continue
		}
		if _, ok := w.table[line]; !ok {
			lacking, used[line+" is lacking"] = append(lacking, line), true
			continue
		}
		used[line] = true
		out = append(out, r)
	}
	if len(lacking) > 0 {
		t.Errorf(`these are public and have no line in leak_table_test.go, so nothing looks whether they tell what is not published:
	%[1]s
Add one for each, such as
	%[2]q: shows(),                        what shows claims: it must be seen to tell what is public, and never anything else
	%[2]q: bare(),                         what never does
	%[2]q: shows("?topic={topics}"),       with what else to ask for; {kind} stands for each name of something hidden, kinds are in leak_things_test.go
	%[2]q: shows().sent("text={words}"),   what takes a form or, beginning with a brace, JSON`, strings.Join(lacking, "\n\t"), lacking[0])
	}
	for line := range w.table {
		if !used[line] {
			t.Errorf("%q has a line in leak_table_test.go and is not there: take the line away", line)
		}
	}
	return out
}

// lineOf returns how the table names a route: pages are there in every language under one name.
func lineOf(r server.Route) string {
	_, bare := ui.SplitLanguage(r.Path)
	return r.Method + " " + bare
}

// round walks every public way out: with the names of what is public and what is not, for the words of what is not. What it
// finds of what is turned is noted, unless it is forbidden.
func (w *walk) round(t *testing.T, forbidden ...string) {
	t.Helper()
	w.rounds++
	for i, r := range w.routes(t) {
		for _, one := range w.requests(t, r, i+w.rounds) {
			if w.table[lineOf(r)].keyed {
				one.head = maps.Clone(one.head)
				if one.head == nil {
					one.head = map[string]string{}
				}
				one.head["Authorization"] = "Bearer " + w.reader
			}
			got := w.look(t, r.Method+" "+r.Path, one, forbidden)
			if strings.Contains(one.address, inside) || slices.Contains(forbidden, turned) || !strings.Contains(got.body, turned) || strings.Contains(one.address+one.body, turned) && !w.named(one.address) {
				continue
			}
			w.seen[lineOf(r)] = true
			if one.method == http.MethodGet {
				w.kept[one.address] = got
			}
		}
	}
}

// named reports whether an address holds something turned only as the name of what is public now.
func (w *walk) named(address string) bool {
	for _, names := range w.shown {
		for _, name := range names {
			address = strings.ReplaceAll(address, name, "")
			address = strings.ReplaceAll(address, url.QueryEscape(name), "")
		}
	}
	return !strings.Contains(address, turned)
}

// requests returns what is asked of a route in a round. The other languages take their turn with a name or two: it is the same
// code in other words.
func (w *walk) requests(t *testing.T, r server.Route, turn int) []asked {
	t.Helper()
	line := w.table[lineOf(r)]
	if line.indexed && !w.service.finder.State().Ready {
		return nil
	}
	lang, _ := ui.SplitLanguage(r.Path)
	few := lang != text.Default
	if lang != text.Default && w.rounds == 1 {
		return nil // the same code asks the same store
	}
	shown, hidden := w.paths(t, r, few, turn)
	var out []asked
	if r.Method != http.MethodGet {
		for _, path := range append(shown, hidden...) {
			if len(line.bodies) == 0 {
				out = append(out, asked{method: r.Method, address: path})
			}
			for _, body := range line.bodies {
				for _, b := range w.filled(body, few || !strings.HasPrefix(body, "{") && r.Path != "/search", turn) {
					out = append(out, asked{method: r.Method, address: path, body: b})
				}
			}
		}
		return out
	}
	for i, path := range shown {
		out = append(out, asked{method: r.Method, address: path})
		for j, query := range line.queries {
			if few && (turn+j)%4 > 0 {
				continue // they take turns
			}
			if i > 0 && kindName.MatchString(query) {
				continue // once is enough for each name
			}
			for _, q := range w.filled(query, few, turn) {
				out = append(out, asked{method: r.Method, address: path + q})
			}
		}
	}
	for i, path := range hidden {
		out = append(out, asked{method: r.Method, address: path})
		for _, query := range line.queries {
			if i == 0 && !kindName.MatchString(query) {
				out = append(out, asked{method: r.Method, address: path + query})
			}
		}
	}
	if lang == text.Default && w.rounds == lastRound {
		out = append(out, otherwise(shown[0])...)
		for _, path := range hidden[:min(1, len(hidden))] {
			out = append(out, otherwise(path)...)
		}
	}
	return out
}

// otherwise returns the requests that other clients send: without the body, for a part, as a document, and by methods that are not
// served.
func otherwise(address string) []asked {
	with := func(method, name, value string) asked {
		return asked{method: method, address: address, head: map[string]string{name: value}}
	}
	return []asked{
		with(http.MethodHead, "Accept", "*/*"), with(http.MethodGet, "Range", "bytes=0-99"), with(http.MethodGet, "Accept", "application/json"),
		with(http.MethodGet, "If-Modified-Since", "Mon, 02 Jan 2006 15:04:05 GMT"), with(http.MethodOptions, "Origin", "https://evil.example"), with(http.MethodPut, "Accept", "text/html"),
	}
}

// paths returns the addresses of a route: with the names of what is public, and of what is not.
func (w *walk) paths(t *testing.T, r server.Route, few bool, turn int) (shown, hidden []string) {
	t.Helper()
	line, name := w.table[lineOf(r)], pathName.FindString(strings.ReplaceAll(r.Path, `\:`, ""))
	kind := map[string]string{":id": "ids", ":part": "parts"}[name]
	if strings.HasSuffix(r.Path, "/articles/:id") {
		kind = "article ids"
	}
	if before, _, ok := strings.Cut(r.Path, "/:slug"); ok && !strings.HasSuffix(before, "/components") {
		kind, name = before[strings.LastIndex(before, "/")+1:], ":slug"
	}
	if kind == "" && name != ":prefix" {
		return numbered(strings.NewReplacer(":month", "2025-06", ":hash", "0", ":slug", "claim", `\:`, ":").Replace(r.Path)), nil
	}
	lists := [][]string{w.shown[kind], w.hidden[kind]}
	if name == ":prefix" {
		lists = [][]string{append(hashPrefixes(w.shown["article urls"]), "000"), hashPrefixes(w.hidden["article urls"])}
	}
	for i, list := range lists {
		if len(list) == 0 {
			if i == 0 {
				t.Errorf("nothing public stands for %s in %s; name it in leak_things_test.go", kind, r.Path)
			}
			continue
		}
		if one := []string{list[turn%len(list)]}; few || (i == 1 || w.rounds == 1) && !line.closely {
			list = one
		} else if i == 0 && !line.closely {
			list = append(slices.DeleteFunc(slices.Clone(list), func(name string) bool { return !w.turns[name] }), one...)
		}
		for _, one := range list {
			for _, path := range numbered(strings.ReplaceAll(strings.Replace(r.Path, name, url.PathEscape(one), 1), ":hash", "0")) {
				if i == 0 {
					shown = append(shown, path)
				} else {
					hidden = append(hidden, path)
				}
			}
		}
	}
	return shown, hidden
}

// hashPrefixes returns how a private look-up asks for addresses.
func hashPrefixes(addresses []string) []string {
	var out []string
	for _, one := range addresses {
		if a, err := canonurl.Parse(one); err == nil {
			out = append(out, a.Prefix(5))
		}
	}
	return out
}

var pathName = regexp.MustCompile(`:[a-z]+`) //nolint:gochecknoglobals // a constant

// numbered returns a path with each of the first numbers that states and versions have.
func numbered(path string) []string {
	if !strings.Contains(path, ":n") {
		return []string{path}
	}
	var out []string
	for _, n := range []string{"1", "2", "3"} {
		out = append(out, strings.Replace(path, ":n", n, 1))
	}
	return out
}

// filled returns a query or body with each name of what is hidden in the place of {kind}, or of what is public in that of
// {public kind}; with {one kind} they take turns. In JSON they stand as they are.
func (w *walk) filled(s string, few bool, turn int) []string {
	found := kindName.FindStringSubmatch(s)
	if found == nil {
		return []string{s}
	}
	kind, one := strings.CutPrefix(found[1], "one ")
	list := w.hidden[kind]
	if public, ok := strings.CutPrefix(kind, "public "); ok {
		list = w.shown[public]
	}
	if (few || one || w.rounds < lastRound && kind == "words" && !strings.HasPrefix(s, "?query=")) && len(list) > 0 {
		list = []string{list[turn%len(list)]}
	}
	var out []string
	for _, name := range list {
		if strings.HasPrefix(s, "{") {
			quoted, err := json.Marshal(name)
			if err != nil {
				panic(err) // a string is JSON
			}
			name = string(quoted[1 : len(quoted)-1])
		} else {
			name = url.QueryEscape(name)
		}
		out = append(out, strings.ReplaceAll(s, found[0], name))
	}
	return out
}

// kindName is a kind of names in a query or a body.
var kindName = regexp.MustCompile(`\{([a-z][a-z ]*)\}`) //nolint:gochecknoglobals // a constant
