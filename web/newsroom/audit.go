package newsroom

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"
)

// AuditPage lists who did what and when.
type AuditPage struct {
	Shell
	Filter       AuditFilter
	People       []Choice
	Entries      []AuditItem
	Next         string
	Error, Field string
}

// AuditFilter is what the address asks for, as it was typed.
type AuditFilter struct{ Person, Kind, Action, Object, From, Until, Before string }

// AuditItem is an act.
type AuditItem struct {
	At                                        time.Time
	Kind, Who, Owner, Action, Object, Request string
	Details                                   []AuditDetail
}

// AuditDetail is something that was noted of an act. Before is empty unless it was changed from that.
type AuditDetail struct{ Name, Before, Value string }

// AuditDetails returns the notes of an act in order: what was before beside what is after.
func AuditDetails(details map[string]any) []AuditDetail {
	before, hasBefore := details["before"]
	after, hasAfter := details["after"]
	if hasBefore && hasAfter {
		return changed(before, after)
	}
	var out []AuditDetail
	for name, value := range details {
		if name != "before" {
			out = append(out, AuditDetail{Name: name, Value: plain(value)})
		}
	}
	slices.SortFunc(out, func(a, b AuditDetail) int { return strings.Compare(a.Name, b.Name) })
	if hasBefore {
		if len(out) == 1 {
			out[0].Before = plain(before)
		} else {
			out = append(out, AuditDetail{Name: "before", Value: plain(before)})
		}
	}
	return out
}

// changed compares what was with what is, member by member where both have members.
func changed(before, after any) []AuditDetail {
	was, ok1 := before.(map[string]any)
	is, ok2 := after.(map[string]any)
	if !ok1 || !ok2 {
		return []AuditDetail{{Name: "now", Before: plain(before), Value: plain(after)}}
	}
	var out []AuditDetail
	for name, value := range is {
		if old := plain(was[name]); old != plain(value) {
			out = append(out, AuditDetail{Name: name, Before: old, Value: plain(value)})
		}
	}
	slices.SortFunc(out, func(a, b AuditDetail) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return "nothing"
	case string:
		if v == "" {
			return "nothing"
		}
		return v
	case []any:
		if len(v) == 0 {
			return "nothing"
		}
		words := make([]string, len(v))
		for i, w := range v {
			words[i] = plain(w)
		}
		return strings.Join(words, ", ")
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(raw)
}

func (f AuditFilter) query() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"person": f.Person, "kind": f.Kind, "act": f.Action, "about": f.Object, "from": f.From, "until": f.Until} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (p AuditPage) nextURL() string {
	v := p.Filter.query()
	v.Set("before", p.Next)
	return "/newsroom/audit?" + v.Encode()
}

func (p AuditPage) topURL() string { return "/newsroom/audit?" + p.Filter.query().Encode() }

func (p AuditPage) exportURL(as string) string {
	v := p.Filter.query()
	v.Set("as", as)
	return "/newsroom/audit/export?" + v.Encode()
}

func (p AuditPage) kinds() []option {
	return options(p.Filter.Kind, "", "Anybody", "person", "People", "key", "API keys", "operator", "Command line", "system", "The program")
}

// auditNouns are what acts are about.
func auditNouns() []string {
	return []string{"appearance", "approval", "article", "audit", "check", "claim", "claimant", "comment", "complaint", "database", "house", "import", "key", "outlet", "people", "policy", "proposal", "publisher", "scale", "session", "snapshot", "suggestion", "tip", "topic", "verdict"}
}

// who names who acted.
func (it AuditItem) who() string {
	switch {
	case it.Kind == "operator":
		return "Command line"
	case it.Kind == "system":
		return "The program"
	case it.Kind == "key" && it.Owner != "":
		return "Key " + it.Who + " for " + it.Owner
	case it.Kind == "key":
		return "Key " + it.Who
	}
	return it.Who
}

// objectURL is where what was acted on stands; empty if it has no page of its own.
func (it AuditItem) objectURL() string {
	kind, _, _ := strings.Cut(it.Object, "_")
	switch kind {
	case "claim":
		return ClaimPath(it.Object)
	case "article":
		return articlePath(it.Object)
	case "tip":
		return "/newsroom/tips/" + it.Object
	case "person":
		return "/newsroom/people/" + it.Object
	}
	return ""
}
