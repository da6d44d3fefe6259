package main

import (
	"net/http"
	"strings"

	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// who says which of the cast inside the newsroom may use an address.
type who string

const (
	anyone  who = "anyone"    // readers too
	machine who = "machine"   // readers and partners: a key that is no key any more is refused
	keyed   who = "keyed"     // partners: who sends no key is refused
	local   who = "local"     // programs of this machine that send no key
	crew    who = "crew"      // every colleague
	editors who = "editors"   // editors and admins
	admins  who = "admins"    // admins
	others  who = "others"    // editors and admins who did not write what it is about
	author  who = "author"    // the author alone, whose it is
	keeper  who = "keeper"    // the author, and admins
	another who = "colleague" // editors and admins, of what the author proposed
)

// may reports whether somebody of the cast is among them.
func (w who) may(name string) bool {
	switch w {
	case editors, another:
		return name == "another editor" || name == "an author who is an editor" || name == "an admin"
	case others:
		return name == "another editor" || name == "an admin"
	case admins:
		return name == "an admin"
	case author:
		return name == "the author"
	case keeper:
		return name == "the author" || name == "an admin"
	}
	return true
}

// open reports whether readers are among them.
func (w who) open() bool { return w == anyone || w == machine || w == keyed || w == local }

// entry is a line of the table: who may use an address, and what it answers them.
type entry struct {
	who   who
	ok    int    // what those who may get for what is there; 0 for a form that nobody sends here
	kind  string // what is made for it; empty: what everything shares
	form  string // does it: sent by all who may not, and at last by one who may
	crew  int    // what colleagues get of what is open to all, if it is something else
	query string // of the address, for what is open to all
	// without is what those get who send no key where one is needed.
	without int
	// managing is what a key that may manage gets, if it is something else.
	managing int
	// filing is what a key that may file gets, if it is something else.
	filing int
	noted  bool // asking leaves something behind: a line of the audit log, or a tip
	quick  bool // it is there for any name in its path: nothing is looked up
}

// page is a page: page(crew).
func page(w who) entry { return entry{who: w, ok: http.StatusOK} }

// leads is an address that leads elsewhere: leads(crew).
func leads(w who) entry { return entry{who: w, ok: http.StatusSeeOther} }

// answers is an address with an answer of its own: answers(crew, http.StatusBadRequest).
func answers(w who, status int) entry { return entry{who: w, ok: status} }

// takes is a form: takes(crew). With on it is tried in earnest.
func takes(w who) entry { return entry{who: w} }

// on is a form that does what it is for, on something made for it: it is refused to those who may not, whatever else is right
// about it, and then done by one who may, or else the refusals would prove nothing.
func (e entry) on(kind, form string) entry {
	e.kind, e.form, e.ok = kind, form, http.StatusSeeOther
	return e
}

// shows says that the form is answered with a page.
func (e entry) shows() entry {
	e.ok = http.StatusOK
	return e
}

// butCrew says what colleagues get of what is open to all.
func (e entry) butCrew(status int) entry {
	e.crew = status
	return e
}

// asked gives the address a query; zymurgy is a word that stands in what is not public alone.
func (e entry) asked(query string) entry {
	e.query = query
	return e
}

// refuses says what those get who send no key.
func (e entry) refuses(status int) entry {
	e.without = status
	return e
}

// butManaging says what a key that may manage gets.
func (e entry) butManaging(status int) entry {
	e.managing = status
	return e
}

// butFiling says what a key that may file gets, and one that may manage, which may file too.
func (e entry) butFiling(status int) entry {
	e.managing, e.filing = status, status
	return e
}

// inTheNewsroom is what a key that may file gets where it reads what is not public: the tests of the API look at that.
const inTheNewsroom = -1

// isNoted says that asking leaves something behind.
func (e entry) isNoted() entry {
	e.noted = true
	return e
}

// anyName says that the address does not look up what its path names.
func (e entry) anyName() entry {
	e.quick = true
	return e
}

// gateTable has a line for every address of the server.
func gateTable() map[string]entry {
	table := map[string]entry{}
	for _, part := range []map[string]entry{readerTable(), publicTable(), accountTable(), claimTable(), decisionTable(), articleTable(), deskTable(), houseTable(), doorTable()} {
		for route, e := range part {
			table[route] = e
		}
	}
	return table
}

// readerTable is the pages of readers, which are there in every language of the interface, under its prefix. What stands for
// :slug is tried public, unpublished and missing.
func readerTable() map[string]entry {
	pages := map[string]entry{
		"GET /": page(anyone), "GET /search": page(anyone).asked("?q=zymurgy"), "POST /search": takes(anyone), "GET /search/suggest": page(anyone).asked("?q=zymur"),
		"GET /claims/:slug": page(anyone), "GET /claims/:slug/v/:n": page(anyone), "GET /claims/:slug/history": page(anyone), "GET /claims/:slug/cite.bib": page(anyone), "GET /claims/:slug/cite.json": page(anyone), "GET /articles/:slug": page(anyone),
		"GET /claimants/:slug": page(anyone), "GET /outlets/:slug": page(anyone), "GET /topics/:slug": page(anyone), "GET /corrections": page(anyone),
		"GET /claimants": page(anyone), "GET /outlets": page(anyone), "GET /topics": page(anyone),
		"GET /about": page(anyone), "GET /about/scales": page(anyone), "GET /about/:slug": page(anyone), "GET /about/:slug/v/:n": page(anyone), "GET /about/:slug/history": page(anyone), "GET /feeds": page(anyone), "GET /developers": page(anyone),
		"GET /developers/guides/:slug": page(anyone), "GET /developers/changelog": page(anyone), "GET /developers/reference/:slug": page(anyone),
		"GET /data": page(anyone), "GET /data/counts": page(anyone),
		// Development mode alone.
		"GET /developers/components": answers(anyone, http.StatusNotFound), "GET /developers/components/:slug": answers(anyone, http.StatusNotFound),
		"GET /embed/claims/:id": page(anyone), "GET /tips/new": page(anyone), "POST /tips/new": takes(anyone).isNoted(), "GET /complaints/new": page(anyone), "POST /complaints/new": takes(anyone).isNoted(),
	}
	for _, form := range []string{"report", "dispute", "sighting"} {
		pages["GET /claims/:slug/"+form], pages["POST /claims/:slug/"+form] = page(anyone), takes(anyone)
	}
	pages["GET /claims/:slug/follow"], pages["POST /claims/:slug/follow"] = page(anyone), takes(anyone)
	pages["GET /follow"], pages["POST /follow"] = answers(anyone, http.StatusGone), takes(anyone)
	pages["GET /follow/leave"], pages["POST /follow/leave"] = page(anyone), takes(anyone)
	t := map[string]entry{"GET /claims/:slug/card-:hash.png": answers(anyone, http.StatusFound)}
	for _, file := range []string{"/feed.atom", "/feed.rss", "/feed.json"} {
		for _, of := range []string{"", "/corrections", "/topics/:slug", "/claimants/:slug", "/claims/:slug"} {
			pages["GET "+of+file] = page(anyone)
		}
	}
	for route, e := range pages {
		t[route] = e
		for _, lang := range text.Languages() {
			if lang != text.Default {
				t[strings.Replace(route, " /", " /"+lang+"/", 1)] = e
				t["GET /"+lang] = answers(anyone, http.StatusMovedPermanently)
			}
		}
	}
	return t
}

// publicTable is what machines and partners reach, and the way in. What stands for :id is tried public, unpublished and missing.
func publicTable() map[string]entry {
	return map[string]entry{
		"GET /oembed": answers(anyone, http.StatusBadRequest), "GET /claimreview.json": page(anyone), "GET /sitemap.xml": page(anyone), "GET /sitemaps/pages.xml": page(anyone), "GET /sitemaps/news.xml": page(anyone),
		"GET /sitemaps/articles-:part.xml": page(anyone), "GET /sitemaps/claimants-:part.xml": page(anyone), "GET /sitemaps/outlets-:part.xml": page(anyone), "GET /sitemaps/topics-:part.xml": page(anyone),
		"GET /sitemaps/claims-:part.xml": page(anyone), "GET /robots.txt": page(anyone), "GET /.well-known/security.txt": page(anyone), "GET /manifest.webmanifest": page(anyone), "GET /favicon.ico": answers(anyone, http.StatusFound),
		"GET /openapi.json":     page(anyone),
		"GET /data/counts.json": page(anyone), "GET /data/counts.csv": page(anyone),
		"GET /data/:month/datapackage.json": answers(anyone, http.StatusNotFound), "GET /data/:month/claims.ndjson.gz": answers(anyone, http.StatusNotFound), "GET /data/:month/claims.csv.gz": answers(anyone, http.StatusNotFound), "GET /api/v1/exports": page(machine), // no edition was made
		"GET /api/v1/changes": page(machine), "GET /api/v1/changes/stream": page(machine), "GET /api/v1/export": page(machine).asked("?format=ndjson"), "GET /api/v1/claims": page(machine).asked("?query=zymurgy&publisher=any"), "GET /api/v1/claims/:id": page(machine),
		"GET /api/v1/claims/:id/versions": page(machine), "GET /api/v1/status": page(machine),
		"GET /api/v1/articles": page(machine).asked("?url=https://news.example/zymurgy"), "GET /api/v1/articles/:id": page(machine),
		"GET /api/v1/url-hashes/:prefix": page(machine), "POST /api/v1/lookup": takes(machine), "POST /api/v1/tips": takes(machine), "GET /developers/canonical-url.txt": page(anyone),
		"GET /developers/client/canonical-url.json": page(anyone), "GET /developers/client/lookup-go.zip": page(anyone), "GET /developers/client/lookup.mjs": page(anyone),
		"GET /developers/client/canonical-url.mjs": page(anyone), "GET /developers/client/canonical-url-sites.mjs": page(anyone), "GET /developers/client/canonical-url-wrappers.mjs": page(anyone),
		"GET /api/v1/claimants": page(machine), "GET /api/v1/topics": page(machine), "GET /api/v1/publishers": page(machine), "GET /api/v1/scales": page(machine),
		"GET /healthz": page(anyone), "GET /readyz": page(anyone), "GET /metrics": page(local), "GET /static/*": answers(anyone, http.StatusNotFound),
		"GET /sign-in": page(anyone).butCrew(http.StatusSeeOther), "POST /sign-in": takes(anyone), "GET /sign-in/second": leads(anyone), "POST /sign-in/second": takes(anyone),
		"GET /sign-in/link": answers(anyone, http.StatusGone), "POST /sign-in/link": takes(anyone),
		"GET /logo-:hash": answers(anyone, http.StatusNotFound), // the house of these tests has none
	}
}

// doorTable is what programs made for others' interfaces reach.
func doorTable() map[string]entry {
	t := map[string]entry{
		"POST /mcp":            takes(keyed),
		"GET /api/v1/webhooks": answers(keyed, http.StatusForbidden).refuses(http.StatusUnauthorized).butManaging(http.StatusOK), "POST /api/v1/webhooks": takes(keyed),
	}
	t["PATCH /api/v1/webhooks/:id"] = answers(keyed, http.StatusForbidden).refuses(http.StatusUnauthorized).butManaging(http.StatusUnsupportedMediaType).anyName() // it is sent nothing
	for _, route := range []string{"GET /api/v1/webhooks/:id", "DELETE /api/v1/webhooks/:id", "GET /api/v1/webhooks/:id/deliveries"} {
		t[route] = answers(keyed, http.StatusForbidden).refuses(http.StatusUnauthorized).butManaging(http.StatusNotFound).anyName()
	}
	for _, what := range []string{"claims", "articles", "appearances", "verdicts"} {
		t["POST /api/v1/"+what] = takes(keyed)
		t["PATCH /api/v1/"+what+"/:id"] = answers(keyed, http.StatusForbidden).refuses(http.StatusUnauthorized).butFiling(http.StatusUnsupportedMediaType).anyName() // it is sent nothing
	}
	t["POST /api/v1/batch"] = takes(keyed)
	t["GET /api/v1/drafts/:id"] = answers(keyed, http.StatusForbidden).refuses(http.StatusUnauthorized).butFiling(inTheNewsroom).anyName()
	for _, act := range []string{"rotate", "test", "replay", "deliveries/:delivery/replay"} {
		t["POST /api/v1/webhooks/:id/"+act] = takes(keyed).anyName()
	}
	for _, colon := range []string{`\:`, "%3A"} {
		t["GET /v1alpha1/claims"+colon+"search"] = page(keyed).asked("?query=zymurgy").refuses(http.StatusForbidden)
		t["GET /v1alpha1/claims"+colon+"imageSearch"] = answers(anyone, http.StatusNotImplemented)
	}
	for _, method := range []string{"GET /v1alpha1/pages", "POST /v1alpha1/pages", "GET /v1alpha1/pages/:id", "PUT /v1alpha1/pages/:id", "DELETE /v1alpha1/pages/:id"} {
		t[method] = answers(anyone, http.StatusNotImplemented).anyName()
	}
	return t
}

// accountTable is everybody's own, and people.
func accountTable() map[string]entry {
	t := map[string]entry{
		"GET /sign-out": page(crew), "POST /sign-out": takes(crew),
		"GET /newsroom/sign-ins": page(crew), "POST /newsroom/sign-ins/others/end": takes(crew), "POST /newsroom/sign-ins/:session/end": takes(author).on("", ""),
		"POST /newsroom/confirm": takes(crew), "GET /newsroom/confirm": leads(crew), "GET /newsroom/account": page(crew), "GET /newsroom/permissions": page(crew),
		"GET /newsroom/people": page(admins), "GET /newsroom/people/:person": page(admins),
		"POST /newsroom/account/password": takes(crew), "GET /newsroom/account/password": leads(crew),
		"GET /newsroom/account/second-factor": page(crew), "POST /newsroom/account/second-factor": takes(crew),
		"POST /newsroom/account/second-factor/remove": takes(crew), "GET /newsroom/account/second-factor/remove": leads(crew),
		"POST /newsroom/account/recovery-codes": takes(crew), "GET /newsroom/account/recovery-codes": leads(crew),
		"GET /newsroom/account/passkeys/new": page(crew), "POST /newsroom/account/passkeys/new": takes(crew),
		"POST /newsroom/account/passkeys/:passkey/rename": takes(author).on("", "name=Mine"), "GET /newsroom/account/passkeys/:passkey/rename": leads(crew).anyName(),
		"POST /newsroom/account/passkeys/:passkey/remove": takes(author).on("", ""), "GET /newsroom/account/passkeys/:passkey/remove": leads(crew).anyName(),
	}
	for _, at := range []string{"invite", "rules", "links/:entry/revoke"} {
		t["POST /newsroom/people/"+at], t["GET /newsroom/people/"+at] = takes(admins), leads(admins).anyName()
	}
	for _, at := range []string{"name", "email", "role", "byline", "reset", "disable", "enable"} {
		t["POST /newsroom/people/:person/"+at], t["GET /newsroom/people/:person/"+at] = takes(admins), leads(admins).anyName()
	}
	return t
}

// claimTable is the page on which a claim is worked. An address of a form leads back to the claim.
func claimTable() map[string]entry {
	const at = "/newsroom/claims/:claim"
	t := map[string]entry{
		"GET /newsroom/claims/new": page(crew), "POST /newsroom/claims/new": takes(crew), "POST /newsroom/claims/near": takes(crew),
		"GET " + at: page(crew), "GET " + at + "/preview": page(crew), "GET " + at + "/preview/data": page(crew), "GET " + at + "/preview/card.png": page(crew), "GET " + at + "/compare": answers(crew, http.StatusNotFound),
		"GET " + at + "/files/:file": page(crew),
	}
	forms := map[string]entry{
		"comments/take-back": takes(author).on("draft", "comment={comment}"), "confidence/read": takes(author).on("draft", "confidence={confidence}").shows(),
		"confidence/forget": takes(keeper).on("draft", "confidence={confidence}"), "interest/end": takes(author).on("draft", "interest={interest}"),
		"files/take-down": takes(editors).on("draft", "file={file}"),
	}
	for _, form := range []string{
		"details", "wordings", "media", "media/remove", "assign", "check", "decline", "reopen", "draft", "draft/take-back", "draft/discard", "draft/waive", "draft/wordings",
		"evidence", "evidence/read", "evidence/edit", "evidence/move", "evidence/remove", "replies", "files", "comments", "comments/seen", "told", "interest", "here", "naming",
	} {
		forms[form] = takes(crew)
	}
	forms["markdown"] = takes(crew).anyName()
	for form, e := range forms {
		t["POST "+at+"/"+form], t["GET "+at+"/"+form] = e, leads(crew)
	}
	return t
}

// decisionTable is what two people decide, and what comes after publication.
func decisionTable() map[string]entry {
	const at = "/newsroom/claims/:claim"
	const approved = "version={version}&hash={hash}"
	return map[string]entry{
		"GET " + at + "/approval": page(crew), "POST " + at + "/approval": takes(others).on("submitted", approved+"&when=now"),
		"POST " + at + "/approval/back": takes(editors).on("submitted", approved+"&note=Not+yet"), "POST " + at + "/approval/call": takes(crew),
		"POST " + at + "/approval/unschedule": takes(editors).on("scheduled", approved), "POST " + at + "/approval/sensitive": takes(editors).on("submitted", "sensitive=yes"),
		"GET " + at + "/approval/back": leads(crew), "GET " + at + "/approval/call": leads(crew), "GET " + at + "/approval/unschedule": leads(crew), "GET " + at + "/approval/sensitive": leads(crew),
		"GET " + at + "/correction": page(crew), "GET " + at + "/suspension": page(crew), "GET " + at + "/retraction": page(crew), "GET " + at + "/review": leads(crew),
		"GET " + at + "/suspension/restore": leads(crew), "GET " + at + "/redaction": page(crew), "GET " + at + "/merge": page(editors),
		"POST " + at + "/correction": takes(crew), "POST " + at + "/suspension": takes(editors).on("published", "notice="), "POST " + at + "/suspension/restore": takes(crew),
		"POST " + at + "/retraction": takes(crew), "POST " + at + "/review": takes(crew), "POST " + at + "/redaction": takes(crew),
		"POST " + at + "/merge":   takes(editors).on("bare", "into={other}&note=The+same"),
		"GET /newsroom/proposals": page(crew), "POST /newsroom/proposals/on-call": takes(editors).on("person", "person={editor}"), "GET /newsroom/proposals/on-call": leads(crew),
		"GET /newsroom/proposals/:proposal": page(crew), "POST /newsroom/proposals/:proposal": takes(another).on("suspended", "decision=refuse"),
		"GET /newsroom/notices": page(crew), "POST /newsroom/notices": takes(crew),
		"GET /newsroom/complaints": page(crew), "GET /newsroom/complaints/new": page(crew), "POST /newsroom/complaints/new": takes(crew), "GET /newsroom/complaints/:complaint": page(crew),
		"POST /newsroom/complaints/:complaint":          takes(editors).on("complaint", "revision=1&state=rejected&answer=It+was+right"),
		"POST /newsroom/complaints/:complaint/postpone": takes(editors).on("complaint", "revision=1&due_on=2025-07-01"), "GET /newsroom/complaints/:complaint/postpone": leads(crew),
	}
}

// articleTable is articles, what they may claim, and tips.
func articleTable() map[string]entry {
	const at = "/newsroom/articles/:article"
	t := map[string]entry{
		"GET /newsroom/articles": page(crew), "GET /newsroom/articles/new": page(crew), "POST /newsroom/articles/new": takes(crew), "GET " + at: page(crew),
		"GET /newsroom/snapshots/:snapshot": page(crew), "GET /newsroom/suggestions": page(crew),
		"GET /newsroom/tips": page(crew), "GET /newsroom/tips/:tip": page(crew),
	}
	for _, form := range []string{"details", "refresh", "links", "links/:link/stance", "links/:link/mark", "links/:link/first", "links/:link/undo", "links/:link/unlink", "suggestions", "suggestions/undo", "suggestions/look"} {
		t["POST "+at+"/"+form], t["GET "+at+"/"+form] = takes(crew), leads(crew)
	}
	const check, snapshot = at + "/checks/:check/accept", at + "/snapshots/:snapshot/take-down"
	t["POST "+check], t["GET "+check] = takes(editors), leads(crew)
	t["POST "+snapshot], t["GET "+snapshot] = takes(editors).on("article", "reason=It+names+a+child"), leads(crew)
	for _, form := range []string{"claim", "attach", "decline"} {
		t["POST /newsroom/tips/:tip/"+form], t["GET /newsroom/tips/:tip/"+form] = takes(crew), leads(crew).anyName()
	}
	return t
}

// deskTable is the desk and what is on every page.
func deskTable() map[string]entry {
	return map[string]entry{
		"GET /newsroom": page(crew), "GET /newsroom/claims": page(crew), "POST /newsroom/desk/claims": takes(crew), "GET /newsroom/desk/claims": leads(crew),
		"GET /newsroom/desk/moved": answers(crew, http.StatusBadRequest), "GET /newsroom/find": leads(crew), "GET /newsroom/palette": page(crew), "GET /newsroom/palette/find": page(crew),
	}
}

// houseTable is what the house says of itself, its keys and its imports.
func houseTable() map[string]entry {
	t := map[string]entry{
		"GET /newsroom/house": page(crew), "GET /newsroom/house/bookmarklet": page(crew), "GET /newsroom/house/publishers": page(crew), "POST /newsroom/house/publishers": takes(admins),
		"GET /newsroom/house/keys": page(admins), "POST /newsroom/house/keys": takes(admins),
		"GET /newsroom/house/keys/:key": page(admins),
		"GET /newsroom/partners":        page(crew), "GET /newsroom/partners/:key": page(editors), "GET /newsroom/partners/:key/usage.csv": page(editors),
		"GET /newsroom/house/topics": page(crew), "POST /newsroom/house/topics": takes(editors),
		"GET /newsroom/house/scales": page(crew), "GET /newsroom/house/scales/:scale": page(admins), "POST /newsroom/house/scales/:scale": takes(admins),
		"GET /newsroom/house/policies": page(crew), "GET /newsroom/house/policies/new": page(admins), "POST /newsroom/house/policies/new": takes(admins),
		"GET /newsroom/house/policies/:slug/:language": page(crew), "POST /newsroom/house/policies/:slug/:language": takes(admins),
		"GET /newsroom/audit": page(admins), "GET /newsroom/audit/export": page(admins).isNoted(),
		"GET /newsroom/imports": page(admins), "POST /newsroom/imports": takes(admins), "GET /newsroom/imports/published": page(crew), "POST /newsroom/imports/published": takes(crew),
		"GET /newsroom/imports/:import": page(admins), "GET /newsroom/imports/:import/state": page(admins),
	}
	for _, form := range []string{"names", "rules", "articles", "desk", "tips", "logo", "logo/remove"} {
		t["POST /newsroom/house/"+form], t["GET /newsroom/house/"+form] = takes(admins), leads(crew)
	}
	for _, form := range []string{"revoke", "change", "rotate", "end-old"} {
		t["POST /newsroom/house/keys/:key/"+form], t["GET /newsroom/house/keys/:key/"+form] = takes(admins), leads(admins).anyName()
	}
	const hook = "/newsroom/house/webhooks/:webhook"
	t["GET /newsroom/house/webhooks"], t["POST /newsroom/house/webhooks"], t["GET "+hook] = page(admins), takes(admins), page(admins)
	for _, form := range []string{"change", "state", "rotate", "move", "delete", "test", "replay", "deliveries/:delivery/replay"} {
		t["POST "+hook+"/"+form], t["GET "+hook+"/"+form] = takes(admins), leads(admins).anyName()
	}
	t["POST "+hook+"/test"] = takes(admins).on("webhook", "")
	for _, form := range []string{"stop", "resume", "again"} {
		t["POST /newsroom/imports/:import/"+form], t["GET /newsroom/imports/:import/"+form] = takes(admins), leads(admins).anyName()
	}
	return t
}
