package main

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// way says how a public route is asked for by the walk that looks for leaks. In a query or a body {kind} stands for each name of
// something hidden, {public kind} for each of something public, {one kind} for one of them by turns. The kinds are in leak_things_test.go: claims, articles,
// claimants, topics and outlets (slugs), ids (of claims), claimant ids, article urls, sites (of publishers) and words.
type way struct {
	queries []string // asked beside the bare address
	bodies  []string // of a form, or JSON
	closely bool     // each name of something hidden is tried each time; they take turns otherwise
	indexed bool     // it waits for the index, so it is asked while there is one
	keyed   bool     // it is asked with a key that may read
	tells   bool     // it shows what is public, and so would show a leak: a route of which the walk never sees that is not walked well
}

// shows is a route that shows claims, or what belongs to them.
func shows(queries ...string) way { return way{queries: queries, tells: true} }

// bare is a route that shows nothing of claims.
func bare(queries ...string) way { return way{queries: queries} }

// sent is what is sent to a route that takes something.
func (w way) sent(bodies ...string) way {
	w.bodies = bodies
	return w
}

// each tries each name of something hidden in the path.
func (w way) each() way {
	w.closely = true
	return w
}

// needsIndex asks while there is an index.
func (w way) needsIndex() way {
	w.indexed = true
	return w
}

// byKey asks with a key that may read.
func (w way) byKey() way {
	w.keyed = true
	return w
}

// leakTable has a line for every public route; pages have one for all languages.
func leakTable() map[string]way {
	table := map[string]way{
		"GET /": shows("?after=x"),
		"GET /search": shows("?q=causeway", "?q=causeway&sort=newest", "?q=causeway&sort=oldest", "?q={one words}", "?q={one words}&exact=1", "?q=%22{one words}%22", "?q=-{one words}+causeway", "?q=quillfeathre", "?q=quillf",
			"?q=causeway+{one words}", "?topic={topics}", "?publisher={sites}", "?q=causeway&topic={topics}", "?rating=false", "?year=2025&language=en", "?q={article urls}", "?q={outlets}", "?q=claimant:{one words}", "?q=answer:{one words}",
			"?q=The+{one words}+said+that+the+causeway+of+Exampleville+has+fallen+into+the+sea+and+nobody+was+told"),
		"POST /search":        bare().sent("q={one words}", "q=The+{one words}+said+that+the+causeway+of+Exampleville+has+fallen+into+the+sea+and+nobody+was+told&state=topic%3D{topics}"),
		"GET /search/suggest": shows("?q=quillf", "?q=marmal", "?q=causeway+quil", "?q=nightj", "?q=ma", "?q={words}"),

		"GET /claims/:slug": shows("?as_of=2999", "?as_of=2025-06-07", "?as_of=1999").each(), "GET /claims/:slug/v/:n": shows(), "GET /claims/:slug/history": shows("?from=1&to=2", "?from=1", "?to=1").each(),
		"GET /claims/:slug/cite.bib": shows(), "GET /claims/:slug/cite.json": shows(), "GET /embed/claims/:id": shows().each(), "GET /claims/:slug/card-:hash.png": bare(),
		"GET /articles/:slug": shows().each(), "GET /claimants/:slug": shows("?rating=false", "?rating=review").each(), "GET /topics/:slug": shows("?rating=false", "?rating=review", "?sort=repeated", "?sort=rating").each(), "GET /outlets/:slug": shows("?show=listed", "?show=corrected", "?sort=published").each(),
		"GET /claimants": shows("?sort=newest"), "GET /topics": shows("?sort=checks", "?sort=newest"), "GET /outlets": shows("?sort=newest"),
		"GET /corrections": shows("?kind=correction", "?kind=retraction"), "GET /about": bare(), "GET /about/scales": shows(), "GET /about/:slug": bare("?lang=es"), "GET /about/:slug/history": bare(), "GET /about/:slug/v/:n": bare(),
		"GET /developers": bare(), "GET /developers/guides/:slug": bare(), "GET /developers/changelog": bare(), "GET /developers/reference/:slug": bare(), "GET /tips/new": bare("?text={one words}", "?sent=1"), "POST /tips/new": bare().sent("text={words}&contact={words}%40reader.example"),

		"GET /complaints/new": bare("?text={one words}"), "POST /complaints/new": bare().sent("text={words}&kind=complaint&from=reader"),
		"GET /claimreview.json": shows(),
		"GET /data":             bare(), "GET /data/counts": bare(), "GET /data/counts.json": bare(), "GET /data/counts.csv": bare(), "GET /data/:month/datapackage.json": bare(), "GET /data/:month/claims.ndjson.gz": bare(), "GET /data/:month/claims.csv.gz": bare(), "GET /api/v1/exports": bare(),
		"GET /oembed":      shows("?url=http://localhost:8080/claims/{claims}", "?url=http://localhost:8080/claims/{public claims}&format=xml", "?url=http://localhost:8080/es/claims/{public claims}", "?url=http://localhost:8080/articles/{articles}"),
		"GET /sitemap.xml": bare(), "GET /sitemaps/pages.xml": bare(), "GET /sitemaps/news.xml": shows(),
		"GET /robots.txt": bare(), "GET /.well-known/security.txt": bare(), "GET /manifest.webmanifest": bare(), "GET /favicon.ico": bare(), "GET /logo-:hash": bare(), "GET /static/*": bare(),
		"GET /healthz": bare(), "GET /readyz": bare(), "GET /metrics": bare(),
		"GET /sign-in": bare("?next=/newsroom/claims/{one ids}"), "POST /sign-in": bare().sent("email={mails}&password=x", "email={words}%40reader.example&password=x"), "GET /sign-in/second": bare(), "POST /sign-in/second": bare().sent("code={words}"),
		"GET /sign-in/link": bare("?token={one words}"), "POST /sign-in/link": bare().sent("token={words}&password=correct-horse"),

		"GET /openapi.json": bare(), "GET /api/v1/status": bare(), "GET /api/v1/claims": shows("?publisher=any&limit=100", "?publisher=any&sort=updated", "?query=causeway&publisher=any", "?query=quillfeathre&publisher=any", "?stance=makes&publisher=any"),
		"GET /api/v1/claims/:id": shows("?as_of=2999-01-01").each(), "GET /api/v1/claims/:id/versions": shows(), "GET /api/v1/changes": shows("?after=0&limit=1000"), "GET /api/v1/changes/stream": shows("?after=5"), "GET /api/v1/export": shows("?format=ndjson", "?format=claimreview", "?format=csv"),
		"GET /api/v1/articles": shows("?url=https://wire.example/causeway&expand=claims", "?url={public article urls}"), "GET /api/v1/articles/:id": shows("?expand=claims").each(), "GET /api/v1/claimants": shows("?limit=100"), "GET /api/v1/topics": shows("?limit=100"),
		"GET /api/v1/publishers": shows(), "GET /api/v1/scales": bare(),

		"POST /api/v1/lookup": shows().needsIndex().sent(`{"texts":["{one words}"]}`, `{"urls":["{article urls}"]}`, `{"urls":["{public article urls}"]}`, `{"texts":["The {one words} said that the causeway of Exampleville has fallen into the sea."]}`, `{"texts":["The causeway of Exampleville is open."],"publisher":"{one sites}"}`),
		"POST /api/v1/tips":   bare().sent(`{"text":"{one words} was seen","about":"{ids}"}`), "GET /api/v1/url-hashes/:prefix": shows().each(),
		"GET /developers/canonical-url.txt": bare(),

		"POST /mcp": shows().needsIndex().byKey().sent(tool("search_claims", `{"query":"causeway","limit":25}`), tool("search_claims", `{"query":"{one words}"}`), tool("search_claims", `{"query":"causeway","publisher":"{sites}"}`), tool("get_claim", `{"claim":"{public ids}"}`), tool("look_up", `{"url":"{article urls}"}`),
			tool("look_up", `{"text":"The {one words} said that the causeway of Exampleville has fallen into the sea."}`), tool("get_claim", `{"claim":"{ids}"}`), tool("get_claim", `{"claim":"{one claims}","as_of":"2999-01-01"}`),
			tool("what_changed", `{"since":"2000-01-01","limit":50}`)),
	}
	for _, form := range []string{"report", "dispute", "sighting"} {
		table["GET /claims/:slug/"+form] = shows("?sent=1")
		table["POST /claims/:slug/"+form] = bare().sent("text={words}&kind=dispute&from=reader")
	}
	table["GET /feeds"], table["GET /claims/:slug/follow"], table["POST /claims/:slug/follow"] = shows(), shows(), bare().sent("address={one words}%40reader.example")
	table["GET /follow"], table["POST /follow"], table["GET /follow/leave"], table["POST /follow/leave"] = bare("?token={one words}"), bare().sent("token={one words}"), bare("?token={one words}"), bare().sent("token={one words}")
	for _, kind := range []string{"claims", "articles", "claimants", "outlets", "topics"} {
		table["GET /sitemaps/"+kind+"-:part.xml"] = shows()
	}
	table["GET /developers/components"], table["GET /developers/components/:slug"] = bare(), bare()
	for _, colon := range []string{`\:`, "%3A"} {
		table["GET /v1alpha1/claims"+colon+"search"] = shows("?query=causeway&pageSize=50", "?query={one words}", "?reviewPublisherSiteFilter={sites}", "?query=causeway&reviewPublisherSiteFilter={sites}", "?query={one words}&fields=claims.text").byKey()
		table["GET /v1alpha1/claims"+colon+"imageSearch"] = bare()
	}
	for _, route := range []string{"GET /v1alpha1/pages", "POST /v1alpha1/pages", "GET /v1alpha1/pages/:id", "PUT /v1alpha1/pages/:id", "DELETE /v1alpha1/pages/:id"} {
		table[route] = bare()
	}
	for _, file := range []string{"canonical-url.json", "lookup-go.zip", "lookup.mjs", "canonical-url.mjs", "canonical-url-sites.mjs", "canonical-url-wrappers.mjs"} {
		table["GET /developers/client/"+file] = bare()
	}
	for _, route := range []string{"GET /api/v1/webhooks", "POST /api/v1/webhooks", "GET /api/v1/webhooks/:id", "PATCH /api/v1/webhooks/:id", "DELETE /api/v1/webhooks/:id", "GET /api/v1/webhooks/:id/deliveries",
		"POST /api/v1/webhooks/:id/rotate", "POST /api/v1/webhooks/:id/test", "POST /api/v1/webhooks/:id/replay", "POST /api/v1/webhooks/:id/deliveries/:delivery/replay"} {
		table[route] = bare()
	}
	for _, what := range []string{"claims", "articles", "appearances", "verdicts"} {
		table["POST /api/v1/"+what], table["PATCH /api/v1/"+what+"/:id"] = bare().sent("{}").byKey(), bare().sent("{}").each().byKey()
	}
	table["POST /api/v1/batch"], table["GET /api/v1/drafts/:id"] = bare().sent("{}").byKey(), bare().each().byKey()
	for _, file := range []string{"/feed.atom", "/feed.rss", "/feed.json"} {
		for _, of := range []string{"", "/corrections", "/topics/:slug", "/claimants/:slug", "/claims/:slug"} {
			table["GET "+of+file] = shows("?cursor=x")
		}
	}
	for _, lang := range text.Languages() {
		if lang != text.Default {
			table["GET /"+lang] = bare()
		}
	}
	return table
}

// tool is the body of a call of a tool of MCP.
func tool(name, arguments string) string {
	return `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"` + name + `","arguments":` + arguments + `}}`
}

// askAPI adds to the lines of the API what its own description says can be asked: every parameter that takes a text, with the
// names of what is hidden.
func (w *walk) askAPI(t *testing.T) {
	t.Helper()
	var doc struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name, In string
					Schema   struct {
						Type string
						Enum []string
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(w.send(asked{method: http.MethodGet, address: "/openapi.json"}).body), &doc); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]string{"query": "words", "publisher": "sites", "url": "article urls", "claimant": "claimant ids", "topic": "topics", "article_url": "article urls"}
	for path, item := range doc.Paths {
		name := "GET " + strings.NewReplacer("{", ":", "}", "").Replace(path)
		line, ok := w.table[name]
		if !ok {
			continue // the router knows it too, and says so
		}
		for _, p := range item.Get.Parameters {
			if p.In != "query" || p.Schema.Type != "string" || len(p.Schema.Enum) > 0 {
				continue
			}
			kind := cmp.Or(kinds[p.Name], "one words")
			query := "?" + p.Name + "={" + kind + "}"
			if p.Name != "publisher" && strings.HasSuffix(path, "/claims") {
				query += "&publisher=any"
			}
			line.queries = append(line.queries, query)
		}
		w.table[name] = line
	}
}
