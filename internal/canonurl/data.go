package canonurl

import (
	_ "embed" // the data files
	"iter"
	"strings"
)

//go:embed data/tracking.txt
var trackingText string

//go:embed data/wrappers.txt
var wrappersText string

// ruleSet is one section of data/tracking.txt.
type ruleSet struct {
	exact    map[string]bool // "fbclid"
	keyOnly  map[string]bool // "gift" for ~gift
	prefixes []string        // "utm_" for utm_*
}

var (
	tracking = readTracking(trackingText)
	wrappers = readWrappers(wrappersText)
)

// readTracking reads data/tracking.txt, whose form is described at its top.
func readTracking(text string) map[string]*ruleSet {
	sets := map[string]*ruleSet{}
	var current []*ruleSet
	for line := range dataLines(text) {
		if names, ok := strings.CutPrefix(line, "["); ok {
			current = current[:0]
			for host := range strings.FieldsSeq(strings.TrimSuffix(names, "]")) {
				if sets[host] == nil {
					sets[host] = &ruleSet{exact: map[string]bool{}, keyOnly: map[string]bool{}}
				}
				current = append(current, sets[host])
			}
			continue
		}
		for word := range strings.FieldsSeq(strings.ToLower(line)) {
			for _, set := range current {
				set.add(word)
			}
		}
	}
	return sets
}

func (s *ruleSet) add(word string) {
	if prefix, ok := strings.CutSuffix(word, "*"); ok {
		s.prefixes = append(s.prefixes, prefix)
		return
	}
	if name, ok := strings.CutPrefix(word, "~"); ok {
		s.keyOnly[name] = true
		return
	}
	s.exact[word] = true
}

func (s *ruleSet) match(name string, key bool) bool {
	if s.exact[name] || key && s.keyOnly[name] {
		return true
	}
	for _, prefix := range s.prefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// dataLines yields the lines of a data file without comments and blank lines.
func dataLines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(text, "\n") {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !yield(line) {
				return
			}
		}
	}
}

// untracked leaves the tracking parameters of a host out, in place. The host is
// the one of the key; a section holds for its host and all names below it. With key,
// tokens that let one reader in go too.
func untracked(host string, list []param, key bool) []param {
	var sets [8]*ruleSet
	n := 0
	add := func(set *ruleSet) {
		if set != nil && n < len(sets) {
			sets[n], n = set, n+1
		}
	}
	add(tracking["*"])
	add(tracking[worldwide(host)])
	for rest, ok := host, true; ok; _, rest, ok = strings.Cut(rest, ".") {
		add(tracking[rest])
	}
	kept := list[:0]
	for _, p := range list {
		name := strings.ToLower(unescape(p.name))
		tracks := false
		for _, set := range sets[:n] {
			tracks = tracks || set.match(name, key)
		}
		if !tracks {
			kept = append(kept, p)
		}
	}
	return kept
}

// wrapperRule is one line of data/wrappers.txt.
type wrapperRule struct {
	path  string   // "" for any
	names []string // parameters, the first that holds an address wins
	how   string   // "param", "path", "query", "a1" or "base64"
}

func readWrappers(text string) map[string][]wrapperRule {
	rules := map[string][]wrapperRule{}
	for line := range dataLines(text) {
		f := strings.Fields(line)
		rule := wrapperRule{how: f[2], names: f[3:]}
		if f[1] != "*" {
			rule.path = f[1]
		}
		rules[f[0]] = append(rules[f[0]], rule)
	}
	return rules
}
