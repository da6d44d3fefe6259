package canonurl

import (
	"slices"
	"strings"
)

// param is one name=value of a query, still encoded.
type param struct {
	name, value string
	equals      bool // written with "="
}

// params takes a query apart. Empty pieces are left out, and "amp;" before a name,
// the trace of a query copied from HTML source, is cut.
func params(query string) []param {
	if query == "" {
		return nil
	}
	list := make([]param, 0, strings.Count(query, "&")+1)
	for piece := range strings.SplitSeq(query, "&") {
		for strings.HasPrefix(piece, "amp;") {
			piece = piece[len("amp;"):]
		}
		name, value, equals := strings.Cut(piece, "=")
		if name != "" || value != "" {
			list = append(list, param{name, value, equals})
		}
	}
	return list
}

func joinParams(list []param) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		if p.equals {
			b.WriteByte('=')
			b.WriteString(p.value)
		}
	}
	return b.String()
}

// keyParams brings parameters to their form in the key: spaces as %20, marks
// without meaning plain, no "=" before an empty value, sorted by name; values of
// one name keep their order, as it can matter.
func keyParams(list []param) []param {
	for i, p := range list {
		name, value := keyText(p.name), keyText(p.value)
		list[i] = param{name, value, value != ""}
	}
	slices.SortStableFunc(list, func(a, b param) int { return strings.Compare(a.name, b.name) })
	return list
}

func keyText(s string) string {
	return resolve(strings.ReplaceAll(s, "+", "%20"), keyQueryPlain)
}

// value returns the first value of a parameter, decoded once.
func value(list []param, name string) (string, bool) {
	for _, p := range list {
		if p.name == name {
			return unescape(p.value), true
		}
	}
	return "", false
}

// contentFragment returns the fragment if it says which content is meant: "!…"
// (hashbang) and "/…" (the route of a single-page application). Any other is a
// place within the page, or tracking. ":~:" and what follows is an instruction
// to the browser (WICG scroll-to-text fragment), never part of the address.
func contentFragment(fragment string) string {
	fragment, _, _ = strings.Cut(fragment, ":~:")
	if strings.HasPrefix(fragment, "!") || strings.HasPrefix(fragment, "/") {
		if strings.Trim(fragment, "!/") != "" {
			return fragment
		}
	}
	return ""
}
