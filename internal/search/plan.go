package search

import (
	"slices"
	"strings"
	"time"
)

// plan is a query made ready for one snapshot.
type plan struct {
	snap    *Snapshot
	must    []group
	should  []group
	least   int // how many of should
	not     []group
	phrases []phrase
	filters []filter
	from    int64
	until   int64
	bounded bool // by date
	sort    Sort
	keep    int // hits to keep
	counts  bool
}

// group is a word of the query: its terms in all languages, any of which will do. It weighs as one word that as many
// documents have as all its terms together.
type group struct {
	word  string // surface
	terms []string
	df    int
	idf   float64
	field Field // the field it must stand in, Fields for any
}

// phrase is a run of surfaces within one text.
type phrase struct {
	words []string
	field Field
	not   bool
}

// question is what all snapshots of a search share.
type question struct {
	query       Query
	parsed      parsed
	lang        *language
	langs       []string // of all snapshots
	hinted      bool
	corrections []Correction
	ignored     []string
	correct     func(word string) string
}

// languagesOf returns the language spaces of some snapshots.
func languagesOf(snaps []*Snapshot) []string {
	var all []string
	for _, s := range snaps {
		for _, v := range s.views {
			all = append(all, v.langs...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ask takes a query apart for all snapshots alike.
func ask(q Query, snaps []*Snapshot) *question {
	names := make(map[string]bool)
	for _, s := range snaps {
		for _, f := range s.values.all {
			names[f.Name] = true
		}
		for _, n := range s.opts.FilterOnly {
			names[n] = true
		}
	}
	k := &question{query: q, lang: languageOf(q.Language), hinted: q.Language != "", langs: languagesOf(snaps)}
	k.parsed = parse(q.Text, func(n string) bool { return names[n] })
	k.correct = func(word string) string { return word }
	if !q.Exact {
		k.correct = (&speller{snaps: snaps, langs: k.langs}).correct
	}
	return k
}

// asked is a word of the query before it is looked up.
type asked struct {
	surface string
	field   Field
	phrase  bool // required, because it stands in a phrase or belongs to a field
	quoted  bool
	stop    bool
}

// words returns the words of all clauses that are to be found.
func (k *question) words() []asked {
	var out []asked
	searched := 0
	for _, c := range k.parsed.clauses {
		if c.not || c.facet != "" {
			continue
		}
		for _, w := range Words(c.text, k.lang.code) {
			a := asked{surface: w.Surface, field: c.field, phrase: c.phrase || c.field < Fields, stop: k.common(w.Surface)}
			a.quoted = c.phrase
			if !a.stop {
				searched++
			}
			out = append(out, a)
		}
	}
	if searched <= spelledWords {
		k.respell(out)
	}
	return out
}

// respell corrects typos and notes what it did. Quoted words are meant as they are.
func (k *question) respell(words []asked) {
	for i, a := range words {
		if a.quoted || a.stop {
			continue
		}
		better := k.correct(a.surface)
		if better == a.surface {
			continue
		}
		words[i].surface = better
		if to := (Correction{From: a.surface, To: better}); !slices.Contains(k.corrections, to) {
			k.corrections = append(k.corrections, to)
		}
	}
}

// common reports whether a word is not searched for: the language of the query, or without a hint any language of the
// index, has it as a stop word, or all languages of the index have.
func (k *question) common(word string) bool {
	if k.hinted && k.lang.stops[word] {
		return true
	}
	n := 0
	for _, l := range k.langs {
		if languageOf(l).stops[word] {
			n++
		}
	}
	return n > 0 && (!k.hinted || n == len(k.langs))
}

// group makes a group of a word in all languages: those in which it is a stop word only if stops says so.
func (k *question) group(word string, field Field, stops bool) group {
	g := group{word: word, field: field}
	var st stemmer
	for _, code := range k.langs {
		l := languageOf(code)
		if l.stops[word] && !stops {
			continue
		}
		g.terms = append(g.terms, termKey(code, st.stem(l, word)))
	}
	return g
}

// groups returns the words of the query as groups, each once. Stop words are left out unless there is nothing else.
func (k *question) groups() (must, should []group) {
	words := k.words()
	only := !slices.ContainsFunc(words, func(a asked) bool { return !a.stop })
	place := make(map[string]int)
	var all []group
	var required []bool
	for _, a := range words {
		if a.stop && !only {
			continue
		}
		g := k.group(a.surface, a.field, only)
		key := strings.Join(g.terms, "\x02") + "\x02" + a.field.String()
		if i, ok := place[key]; ok {
			required[i] = required[i] || a.phrase
			continue
		}
		place[key] = len(all)
		all, required = append(all, g), append(required, a.phrase)
	}
	for i, g := range all {
		if required[i] {
			must = append(must, g)
		} else {
			should = append(should, g)
		}
	}
	return must, should
}

// plan makes the question ready for a snapshot.
func (k *question) plan(s *Snapshot, must, should []group, keep int) *plan {
	p := &plan{snap: s, must: slices.Clone(must), should: slices.Clone(should), sort: k.query.Sort, keep: keep, counts: k.query.Facets}
	for i := range p.must {
		s.weigh(&p.must[i])
	}
	for i := range p.should {
		s.weigh(&p.should[i])
	}
	p.least = leastOf(k.query.Mode, len(p.should))
	if p.least == len(p.should) {
		p.must, p.should, p.least = append(p.must, p.should...), nil, 0
	}
	k.rest(p)
	from, until := k.query.From, k.query.Until
	if t := k.parsed.from; t.After(from) {
		from = t
	}
	if t := k.parsed.until; !t.IsZero() && (until.IsZero() || t.Before(until)) {
		until = t
	}
	p.from, p.until, p.bounded = secondsOf(from), unixOr(until, 1<<62), !from.IsZero() || !until.IsZero()
	for _, f := range k.query.Filters {
		p.filters = append(p.filters, s.filter(f))
	}
	return p
}

func unixOr(t time.Time, none int64) int64 {
	if t.IsZero() {
		return none
	}
	return t.Unix()
}

// leastOf is how many of n words a document must have.
func leastOf(m Mode, n int) int {
	switch {
	case m == ModeAll, m == ModeAuto && n <= 5:
		return n
	case m == ModeAny:
		return min(n, 1)
	}
	return (n + 1) / 2
}

// rest adds the phrases, exclusions and typed filters to a plan.
func (k *question) rest(p *plan) {
	for _, c := range k.parsed.clauses {
		if c.facet != "" {
			p.filters = append(p.filters, p.snap.filter(Filter{Name: c.facet, Values: []string{c.text}, Not: c.not}))
			continue
		}
		words := Words(c.text, k.lang.code)
		if c.phrase && len(words) > 1 || c.not && len(words) > 1 {
			ph := phrase{field: c.field, not: c.not}
			for _, w := range words {
				ph.words = append(ph.words, w.Surface)
			}
			p.phrases = append(p.phrases, ph)
			continue
		}
		if c.not && len(words) == 1 {
			p.not = append(p.not, k.group(words[0].Surface, c.field, true))
		}
		if c.phrase && !c.not && len(words) == 1 { // one quoted word: as written, not its stem
			p.phrases = append(p.phrases, phrase{words: []string{words[0].Surface}, field: c.field})
		}
	}
}

// weigh sets a group's document frequency and weight.
func (s *Snapshot) weigh(g *group) {
	g.df = 0
	for _, key := range g.terms {
		g.df += s.df(key)
	}
	g.idf = idf(g.df, s.docs)
}

// df is how many documents have a term.
func (s *Snapshot) df(key string) int {
	n := 0
	for _, v := range s.views {
		if t, ok := v.terms.find(key); ok {
			n += int(v.termDF.at(t))
		}
	}
	return n
}
