package browsertest

import (
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/newsroom"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// at returns the states of a page that it has at these addresses.
func at(paths ...string) []pageState {
	out := make([]pageState, len(paths))
	for i, p := range paths {
		out[i].path = p
	}
	return out
}

// with adds the state in which a form of the page comes back because of what was typed.
func (s pageState) wrong(form, with string) pageState {
	return pageState{name: wrong, path: s.path, form: form, with: with}
}

// statesBefore are the pages that are seen before somebody has signed in.
func statesBefore(t *testing.T, env *storetest.Env, h house) []pageState {
	t.Helper()
	_, token, err := env.DB.Invite(t.Context(), env.Admin, store.PersonInput{Email: "nick@desk.example", Name: "Nick", Role: factcheck.RoleEditor})
	if err != nil {
		t.Fatal(err)
	}
	invitation := newsroom.LinkURL(h.origin, token)[len(h.origin):]
	return []pageState{
		{name: "signed out", path: "/newsroom"},
		{name: wrong, path: "/sign-in", form: "/sign-in", with: `f.elements.email.value = "ada@desk.example"; f.elements.password.value = "no"`},
		{path: invitation},
		{name: wrong, path: invitation, form: "/sign-in/link", with: `f.elements.password.value = "short"`},
		{name: "used", path: invitation[:len(invitation)-4] + "AAAA"},
		{name: "refused", path: "/newsroom/articles/x/links"},
	}
}

// emptyStates are the pages that have other words while there is nothing, by route.
func emptyStates() map[string][]pageState {
	out := map[string][]pageState{}
	for _, path := range []string{
		"/newsroom", "/newsroom/claims", "/newsroom/articles", "/newsroom/suggestions", "/newsroom/tips", "/newsroom/proposals", "/newsroom/complaints", "/newsroom/notices",
		"/newsroom/house/policies", "/newsroom/house/publishers", "/newsroom/house/keys", "/newsroom/house/webhooks", "/newsroom/partners", "/newsroom/house/topics", "/newsroom/imports",
	} {
		out[path] = []pageState{{name: "empty", path: path}}
	}
	return out
}

// key presses a key that the whole page hears.
const (
	palette = `(document.querySelector("dialog") || document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true, bubbles: true})), document.querySelectorAll("#golist li").length > 3)`
	keys    = `(document.querySelector("dialog") || window.asked || (window.asked = true, document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "?", bubbles: true}))), document.querySelectorAll("dialog[open] .keystable tr").length > 5)`
)

// fullStates are the pages by route, with the states they are looked at in when the house is full.
func fullStates() map[string][]pageState {
	out := map[string][]pageState{
		"/sign-in":      nil, // these two are looked at before anybody has signed in
		"/sign-in/link": nil,
		"/sign-out":     at("/sign-out"),
		"/newsroom":     {{path: "/newsroom"}, {name: "palette", path: "/newsroom", do: palette}, {name: "keys", path: "/newsroom", do: keys}},
		"/newsroom/claims": append(at("/newsroom/claims?stage=any&order=newest", "/newsroom/claims?q=zzzz", "/newsroom/claims?lang=de&stage=any"),
			pageState{name: "nothing ticked", path: "/newsroom/claims", form: "/desk/claims", with: act("decline")},
			pageState{name: "ticked, without a reason", path: "/newsroom/claims", form: "/desk/claims", with: act("decline") + `; f.elements.claim[0].checked = true`}),
		"/newsroom/articles":    at("/newsroom/articles", "/newsroom/articles?q=zzzz"),
		"/newsroom/suggestions": at("/newsroom/suggestions"),
		"/newsroom/articles/new": {
			{path: "/newsroom/articles/new"}, {path: "/newsroom/articles/new?by=file"}, {path: "/newsroom/articles/new?by=text"},
			{name: wrong, path: "/newsroom/articles/new", form: "/articles/new", with: `f.elements.url.value = "no address"`},
			{name: wrong, path: "/newsroom/articles/new?by=post", form: "/articles/new", with: `f.elements.text.value = "A post."; f.elements.published.value = "yesterday"`},
		},
		"/newsroom/articles/:article": append(at("/newsroom/articles/:article", "/newsroom/articles/:bare", "/newsroom/articles/:post"),
			pageState{name: wrong, path: "/newsroom/articles/:article", form: "/links", with: `f.elements.passage.value = "words that are not there"`},
			pageState{name: wrong, path: "/newsroom/articles/:article", form: "/details", with: `f.elements.language.value = "no language"`}),
		"/newsroom/snapshots/:snapshot": nil, // a copy, to be saved
		"/newsroom/desk/moved":          nil, // an answer to a script
		"/newsroom/tips":                at("/newsroom/tips", "/newsroom/tips?state=declined"),
		"/newsroom/tips/:tip": {
			{path: "/newsroom/tips/:tip"}, {path: "/newsroom/tips/:tip?q=mayor"},
			{name: wrong, path: "/newsroom/tips/:tip", form: "/claim", with: `f.elements.text.value = ""`},
		},
		"/newsroom/palette": at("/newsroom/palette"),
	}
	for _, more := range []map[string][]pageState{claimStates(), decisionStates(), houseStates(), peopleStates()} {
		for path, states := range more {
			out[path] = states
		}
	}
	return out
}

// act sets which button a form is sent by.
func act(value string) string {
	return `const by = document.createElement("input"); by.type = "hidden"; by.name = "act"; by.value = "` + value + `"; f.append(by)`
}

func claimStates() map[string][]pageState {
	const claim = "/newsroom/claims/:claim"
	return map[string][]pageState{
		"/newsroom/claims/new": {
			{path: "/newsroom/claims/new"},
			{name: wrong, path: "/newsroom/claims/new", form: "/claims/new", with: `f.elements.text.value = ""`},
			{name: "nearly the same", path: "/newsroom/claims/new", form: "/claims/new", with: `f.elements.text.value = "` + deskClaim + `"`},
		},
		claim: {
			{path: claim}, {name: "nothing yet", path: "/newsroom/claims/:other"}, {name: "waits", path: "/newsroom/claims/:waiting"}, {name: "suspended", path: "/newsroom/claims/:suspended"}, {name: "long", path: "/newsroom/claims/:long"},
			pageState{path: claim}.wrong("/draft", `f.elements.answer.value = "x".repeat(9000)`),
			pageState{path: claim}.wrong("/evidence", `f.elements.url.value = "no address"`),
			pageState{path: claim}.wrong("/comments", `f.elements.text.value = ""`),
			pageState{path: claim}.wrong("/details", `f.elements.text.value = ""`),
			{name: "sent without a valid token", path: claim, form: "/comments", with: `f.elements.text.value = "mine"; f.elements.form_token.value = "x"`},
		},
		claim + "/preview":          at(claim + "/preview"),
		claim + "/preview/data":     at(claim + "/preview/data"),
		claim + "/preview/card.png": nil, // a picture
		claim + "/compare":          at(claim+"/compare", "/newsroom/claims/:public/compare"),
		claim + "/files/:file":      nil, // a file, to be saved
	}
}

func decisionStates() map[string][]pageState {
	const claim = "/newsroom/claims/:claim"
	return map[string][]pageState{
		claim + "/approval": {
			{path: "/newsroom/claims/:waiting/approval"}, {name: "nothing waits", path: claim + "/approval"},
			pageState{path: "/newsroom/claims/:waiting/approval"}.wrong("/back", `[...f.elements].forEach(e => { if (e.type !== "hidden") e.value = "" })`),
		},
		claim + "/correction": {
			{path: "/newsroom/claims/:public/correction"}, {name: "not published", path: claim + "/correction"},
			pageState{path: "/newsroom/claims/:free/correction"}.wrong("/correction", ""),
		},
		claim + "/suspension": {
			{path: "/newsroom/claims/:suspended/suspension"},
			pageState{path: "/newsroom/claims/:free/suspension"}.wrong("/suspension", `f.elements.notice.value = "x".repeat(5000)`),
		},
		claim + "/retraction": {{path: "/newsroom/claims/:free/retraction"}, pageState{path: "/newsroom/claims/:free/retraction"}.wrong("/retraction", "")},
		claim + "/redaction": {
			{path: "/newsroom/claims/:public/redaction"}, {path: "/newsroom/claims/:public/redaction?passage=Exampleville"},
			pageState{path: "/newsroom/claims/:public/redaction"}.wrong("/redaction", `f.elements.passage.value = "words that stand nowhere"`),
		},
		claim + "/merge":                  at("/newsroom/claims/:other/merge", "/newsroom/claims/:other/merge?q=mayor", "/newsroom/claims/:other/merge?q=zzzz", "/newsroom/claims/:other/merge?into=:public"),
		"/newsroom/proposals":             at("/newsroom/proposals"),
		"/newsroom/notices":               at("/newsroom/notices"),
		"/newsroom/complaints":            at("/newsroom/complaints", "/newsroom/complaints?decided=yes"),
		"/newsroom/complaints/:complaint": {{path: "/newsroom/complaints/:complaint"}, pageState{path: "/newsroom/complaints/:complaint"}.wrong("/complaints/:complaint", "")},
		"/newsroom/complaints/new":        {{path: "/newsroom/complaints/new?claim=:public"}, pageState{path: "/newsroom/complaints/new"}.wrong("/complaints/new", "")},
		"/newsroom/proposals/:proposal":   at("/newsroom/proposals/:proposal", "/newsroom/proposals/:naming"),
	}
}

func houseStates() map[string][]pageState {
	return map[string][]pageState{
		"/newsroom/house": {
			{path: "/newsroom/house"},
			pageState{path: "/newsroom/house"}.wrong("/names", `f.elements.name.value = ""`),
			pageState{path: "/newsroom/house"}.wrong("/rules", `f.elements.independent_origins.value = "99"`),
			pageState{path: "/newsroom/house"}.wrong("/house/logo", ""),
		},
		"/newsroom/house/topics":                   at("/newsroom/house/topics"),
		"/newsroom/house/scales":                   at("/newsroom/house/scales"),
		"/newsroom/house/scales/:scale":            {{path: "/newsroom/house/scales/:scale"}, pageState{path: "/newsroom/house/scales/:scale"}.wrong("/scales/:scale", `[...f.elements].forEach(e => { if (e.type === "text" && e.name !== "name") e.value = "" })`)},
		"/newsroom/house/policies":                 at("/newsroom/house/policies"),
		"/newsroom/house/policies/new":             {{path: "/newsroom/house/policies/new"}, pageState{path: "/newsroom/house/policies/new"}.wrong("/policies/new", "")},
		"/newsroom/house/policies/:slug/:language": at("/newsroom/house/policies/:slug/:language"),
		"/newsroom/house/publishers":               at("/newsroom/house/publishers"),
		"/newsroom/house/keys":                     {{path: "/newsroom/house/keys"}, pageState{path: "/newsroom/house/keys"}.wrong("/house/keys", "")},
		"/newsroom/house/keys/:key":                {{path: "/newsroom/house/keys/:key"}, pageState{path: "/newsroom/house/keys/:key"}.wrong("/change", `f.elements.burst.value = "many"`)},
		"/newsroom/partners":                       at("/newsroom/partners"),
		"/newsroom/partners/:key":                  at("/newsroom/partners/:key?range=month", "/newsroom/partners/:key?from=yesterday"),
		"/newsroom/partners/:key/usage.csv":        nil, // a file
		"/newsroom/house/webhooks":                 {{path: "/newsroom/house/webhooks"}, pageState{path: "/newsroom/house/webhooks"}.wrong("/house/webhooks", `f.elements.claims.value = "no id"`)},
		"/newsroom/house/webhooks/:webhook":        {{path: "/newsroom/house/webhooks/:webhook"}, pageState{path: "/newsroom/house/webhooks/:webhook"}.wrong("/webhooks/:webhook/replay", `f.elements.after.value = "many"`)},
		"/newsroom/house/bookmarklet":              at("/newsroom/house/bookmarklet"),
		"/newsroom/imports":                        {{path: "/newsroom/imports"}, pageState{path: "/newsroom/imports"}.wrong("/imports", "")},
		"/newsroom/imports/:import":                at("/newsroom/imports/:import"),
		"/newsroom/imports/published":              {{path: "/newsroom/imports/published"}, pageState{path: "/newsroom/imports/published"}.wrong("/published", `f.elements.url.value = "no address"`)},
		"/newsroom/audit":                          at("/newsroom/audit", "/newsroom/audit?act=nothing", "/newsroom/audit?from=yesterday"),
		"/newsroom/permissions":                    at("/newsroom/permissions"),
	}
}

func peopleStates() map[string][]pageState {
	return map[string][]pageState{
		"/newsroom/people":         {{path: "/newsroom/people"}, pageState{path: "/newsroom/people"}.wrong("/invite", `f.elements.email.value = "no address"`)},
		"/newsroom/people/:person": {{path: "/newsroom/people/:person"}, pageState{path: "/newsroom/people/:person"}.wrong("/email", `f.elements.email.value = "no address"`)},
		"/newsroom/account":        {{path: "/newsroom/account"}, pageState{path: "/newsroom/account"}.wrong("/password", "")},
		"/newsroom/account/second-factor": {
			{path: "/newsroom/account/second-factor"}, pageState{path: "/newsroom/account/second-factor"}.wrong("/second-factor", `f.elements.code.value = "000000"`),
		},
		"/newsroom/account/passkeys/new": at("/newsroom/account/passkeys/new"),
		"/newsroom/sign-ins":             at("/newsroom/sign-ins"),
	}
}

// lastStates are what stands in the place of a page, and what changes the house.
func lastStates() []pageState {
	return []pageState{
		{name: "nothing", path: "/newsroom/nothing"},
		{name: "two saved", path: "/newsroom/claims/:claim", form: "/draft", with: `f.elements.answer.value = "Mine."; f.elements.revision && (f.elements.revision.value = "0")`},
		{name: "a link for somebody", path: "/newsroom/people", form: "/invite", with: `f.elements.email.value = "carla2@desk.example"; f.elements.name.value = "Carla"`},
		{name: "a key was made", path: "/newsroom/house/keys", form: "/house/keys", with: `f.elements.name.value = "Another partner"`},
		{name: "filed", path: "/newsroom/claims/new", form: "/claims/new", with: `f.elements.text.value = "The lighthouse of Sampleton is dark since Sunday."`},
	}
}
