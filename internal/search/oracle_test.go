package search

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"
)

// oracle answers by reading every document for every question. It shares nothing with the index but the analyser
// (Words), which says what the words are: it scores, counts, filters, orders and corrects by itself, in the plainest way.
type oracle struct {
	docs    map[ID]*oracleDoc
	average float64
	// known, df and langs are counted anew after each change.
	known map[string]int
	df    map[[2]string]int
	langs []string
	// broken breaks one rule on purpose, to show that the comparison notices.
	broken string
}

type oracleDoc struct {
	doc    Doc
	texts  []oracleText
	length float64
	tf     map[[2]string]float64 // per language and stem, weighted by field
}

type oracleText struct {
	field Field
	lang  string
	words []Word
}

func newOracle(docs []Doc) *oracle {
	o := &oracle{docs: map[ID]*oracleDoc{}}
	for _, d := range docs {
		o.put(d)
	}
	o.freeze()
	return o
}

// freeze takes the average length, as a build or a compaction does.
func (o *oracle) freeze() {
	sum := 0.0
	for _, d := range o.docs {
		sum += d.length
	}
	o.average = sum / float64(len(o.docs))
}

func (o *oracle) put(d Doc) {
	od := &oracleDoc{doc: d, tf: map[[2]string]float64{}}
	lengths := map[string]float64{}
	for _, t := range d.Texts {
		lang := strings.Split(strings.ToLower(t.Language), "-")[0]
		if languages[lang] == nil {
			lang = "und"
		}
		words := Words(t.Text, lang)
		od.texts = append(od.texts, oracleText{t.Field, lang, words})
		for _, w := range words {
			od.tf[[2]string{lang, w.Term}] += float64(DefaultWeights[t.Field])
			if !w.Stop {
				lengths[lang] += float64(DefaultWeights[t.Field])
			}
		}
	}
	for _, l := range lengths {
		od.length = math.Max(od.length, l)
	}
	o.docs[d.ID] = od
	o.known = nil
}

// count reads all documents for what is asked of all of them: known words, document frequencies, languages.
func (o *oracle) count() {
	if o.known != nil {
		return
	}
	o.known, o.df, o.langs = map[string]int{}, map[[2]string]int{}, nil
	langs := map[string]bool{}
	for _, d := range o.docs {
		of := map[string]bool{}
		for _, t := range d.texts {
			langs[t.lang] = langs[t.lang] || len(t.words) > 0
			for _, w := range t.words {
				of[t.lang+" "+w.Surface] = true
			}
		}
		for k := range of {
			o.known[strings.SplitN(k, " ", 2)[1]]++
		}
		for sense := range d.tf {
			o.df[sense]++
		}
	}
	for l := range langs {
		o.langs = append(o.langs, l)
	}
	sort.Strings(o.langs)
}

func (o *oracle) remove(id ID) {
	o.known = nil
	if o.broken != "deletion" {
		delete(o.docs, id)
	}
}

// oracleQuery is a question before it is written as text: the oracle never parses.
type oracleQuery struct {
	words       []string
	phrases     []string
	fieldWords  map[Field]string
	not         []string
	notPhrase   string
	filters     []Filter
	from, until time.Time
	sort        Sort
	mode        Mode
	limit       int
	offset      int
}

// text writes the question as a person would type it.
func (q oracleQuery) text() string {
	var parts []string
	parts = append(parts, q.words...)
	for _, p := range q.phrases {
		parts = append(parts, `"`+p+`"`)
	}
	for f := range Fields {
		if w := q.fieldWords[f]; w != "" {
			parts = append(parts, f.String()+":"+w)
		}
	}
	for _, w := range q.not {
		parts = append(parts, "-"+w)
	}
	if q.notPhrase != "" {
		parts = append(parts, `-"`+q.notPhrase+`"`)
	}
	return strings.Join(parts, " ")
}

// languages are those of the documents that ever were; the test has documents of all of them at all times.
func (o *oracle) languages() []string {
	o.count()
	return o.langs
}

// senses are a word's terms: language and stem. Where it is a stop word it has none, unless stops says so.
func (o *oracle) senses(word string, stops bool) map[[2]string]bool {
	out := map[[2]string]bool{}
	for _, l := range o.languages() {
		for _, w := range Words(word, l) {
			if !w.Stop || stops {
				out[[2]string{l, w.Term}] = true
			}
		}
	}
	return out
}

func (o *oracle) isStop(word string) bool {
	for _, l := range o.languages() {
		if Words(word, l)[0].Stop {
			return true
		}
	}
	return false
}

// has reports whether a document has one of the senses in a field, or anywhere for Fields.
func (d *oracleDoc) has(senses map[[2]string]bool, field Field) bool {
	if field == Fields {
		for s := range senses {
			if d.tf[s] > 0 {
				return true
			}
		}
		return false
	}
	for _, t := range d.texts {
		for _, w := range t.words {
			if field == t.field && senses[[2]string{t.lang, w.Term}] {
				return true
			}
		}
	}
	return false
}

// hasPhrase reports whether the words stand next to each other in one text.
func (d *oracleDoc) hasPhrase(phrase string) bool {
	want := " " + strings.Join(surfacesOf(Words(phrase, "")), " ") + " "
	for _, t := range d.texts {
		if strings.Contains(" "+strings.Join(surfacesOf(t.words), " ")+" ", want) {
			return true
		}
	}
	return false
}

func surfacesOf(words []Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Surface)
	}
	return out
}

func (d *oracleDoc) hasFacet(f Filter) bool {
	for _, have := range d.doc.Facets {
		for _, v := range f.Values {
			if have == (Facet{f.Name, v}) {
				return true
			}
		}
	}
	return false
}

// oracleWord is a word to be found.
type oracleWord struct {
	senses   map[[2]string]bool
	field    Field
	required bool
	weight   float64
}

// wanted are the words to be found, each once, and the corrections made.
func (o *oracle) wanted(q oracleQuery) ([]*oracleWord, []Correction) {
	var all []*oracleWord
	var corrections []Correction
	type entry struct {
		word     string
		field    Field
		required bool
		quoted   bool
	}
	var entries []entry
	for _, w := range q.words {
		entries = append(entries, entry{w, Fields, false, false})
	}
	for _, p := range q.phrases {
		for _, w := range Words(p, "") {
			entries = append(entries, entry{w.Surface, Fields, true, true})
		}
	}
	for f := range Fields {
		if w := q.fieldWords[f]; w != "" {
			entries = append(entries, entry{w, f, true, false})
		}
	}
	only, searched := true, 0
	for _, e := range entries {
		only = only && o.isStop(e.word)
		if !o.isStop(e.word) {
			searched++
		}
	}
	seen := map[string]*oracleWord{}
	for _, e := range entries {
		if o.isStop(e.word) && !only {
			continue
		}
		if !e.quoted && !o.isStop(e.word) && searched <= 8 {
			if better := o.corrected(e.word); better != e.word {
				c := Correction{e.word, better}
				if len(corrections) == 0 || !strings.Contains(fmt.Sprint(corrections), fmt.Sprint(c)) {
					corrections = append(corrections, c)
				}
				e.word = better
			}
		}
		senses := o.senses(e.word, only)
		key := fmt.Sprint(senses, e.field)
		if w := seen[key]; w != nil {
			w.required = w.required || e.required
			continue
		}
		w := &oracleWord{senses: senses, field: e.field, required: e.required}
		df := 0
		for s := range senses {
			df += o.df[s]
		}
		n := float64(len(o.docs))
		df = min(df, len(o.docs))
		w.weight = math.Log(1 + (n-float64(df)+0.5)/(float64(df)+0.5))
		seen[key] = w
		all = append(all, w)
	}
	return all, corrections
}

// corrected is the nearest known word, see the package's rule: unknown surface, four letters for one edit, eight for two.
func (o *oracle) corrected(word string) string {
	o.count()
	known := o.known
	limit := 0
	switch n := len([]rune(word)); {
	case n >= 8:
		limit = 2
	case n >= 4:
		limit = 1
	}
	if known[word] > 0 || strings.ContainsAny(word, "0123456789") {
		return word
	}
	stems := map[string]string{}
	for _, l := range o.languages() {
		stem := Words(word, l)[0].Term
		if o.df[[2]string{l, stem}] > 0 {
			stems[l] = stem
			limit = min(limit, 1)
		}
	}
	best, bestDistance := "", 99
	for k, n := range known {
		if math.Abs(float64(len([]rune(word))-len([]rune(k)))) > 2 {
			continue
		}
		d := distance(word, k)
		if d > limit {
			continue
		}
		if d < bestDistance || d == bestDistance && (n > known[best] || n == known[best] && k < best) {
			best, bestDistance = k, d
		}
	}
	if best == "" {
		return word
	}
	for l, stem := range stems {
		if Words(best, l)[0].Term == stem {
			return word
		}
	}
	return best
}

// distance is the optimal string alignment by its recursive definition.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	memo := map[[2]int]int{}
	var of func(i, j int) int
	of = func(i, j int) int {
		if i == 0 || j == 0 {
			return i + j
		}
		if d, ok := memo[[2]int{i, j}]; ok {
			return d
		}
		d := of(i-1, j-1)
		if x[i-1] != y[j-1] {
			d++
		}
		d = min(d, of(i-1, j)+1, of(i, j-1)+1)
		if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
			d = min(d, of(i-2, j-2)+1)
		}
		memo[[2]int{i, j}] = d
		return d
	}
	return of(len(x), len(y))
}

// oracleAnswer is what the oracle found, all of it.
type oracleAnswer struct {
	hits        []Hit
	facets      map[string]int
	corrections []Correction
}

func (o *oracle) search(q oracleQuery, filterOnly string) oracleAnswer {
	words, corrections := o.wanted(q)
	free := 0
	for _, w := range words {
		if !w.required {
			free++
		}
	}
	least := free
	switch {
	case q.mode == ModeAny:
		least = min(free, 1)
	case q.mode == ModeHalf, q.mode == ModeAuto && free > 5:
		least = (free + 1) / 2
	}
	a := oracleAnswer{facets: map[string]int{}, corrections: corrections}
	not := make([]map[[2]string]bool, len(q.not))
	for i, w := range q.not {
		not[i] = o.senses(w, true)
	}
	for id, d := range o.docs {
		if !o.matches(d, q, words, not, least) {
			continue
		}
		h := Hit{ID: id, Published: d.doc.Published.UTC()}
		for _, w := range words {
			h.Score += w.weight * o.saturation(d, w.senses)
		}
		a.hits = append(a.hits, h)
		once := map[Facet]bool{}
		for _, f := range d.doc.Facets {
			if f.Name != filterOnly && !once[f] && (o.broken != "facet" || f.Name != "truth" || f.Value != "false") {
				once[f] = true
				a.facets[f.Name+"="+f.Value]++
			}
		}
	}
	sort.Slice(a.hits, func(i, j int) bool { return oracleBefore(q.sort, a.hits[i], a.hits[j]) })
	return a
}

func (o *oracle) saturation(d *oracleDoc, senses map[[2]string]bool) float64 {
	sum := 0.0
	k1 := 1.2
	if o.broken == "scoring" {
		k1 = 1.3
	}
	for s := range senses {
		tf := math.Min(255, d.tf[s])
		sum += tf * (k1 + 1) / (tf + k1*(1-0.75+0.75*d.length/o.average))
	}
	return sum
}

func (o *oracle) matches(d *oracleDoc, q oracleQuery, words []*oracleWord, not []map[[2]string]bool, least int) bool {
	have := 0
	for _, w := range words {
		if ok := d.has(w.senses, w.field); ok && !w.required {
			have++
		} else if !ok && w.required {
			return false
		}
	}
	if have < least {
		return false
	}
	for _, p := range q.phrases {
		if !d.hasPhrase(p) && o.broken != "phrase" {
			return false
		}
	}
	for _, senses := range not {
		if d.has(senses, Fields) && o.broken != "exclusion" {
			return false
		}
	}
	if q.notPhrase != "" && d.hasPhrase(q.notPhrase) {
		return false
	}
	for _, f := range q.filters {
		if d.hasFacet(f) == f.Not {
			return false
		}
	}
	p := d.doc.Published
	if (!q.from.IsZero() || !q.until.IsZero()) && p.IsZero() {
		return false
	}
	return (q.from.IsZero() || !p.Before(q.from)) && (q.until.IsZero() || p.Before(q.until) || o.broken == "date")
}

// oracleBefore is the order of hits; a document without a date comes last in both orders by date.
func oracleBefore(s Sort, a, b Hit) bool {
	byDate := func() (bool, bool) {
		switch {
		case a.Published.Equal(b.Published):
			return false, false
		case a.Published.IsZero() || b.Published.IsZero():
			return b.Published.IsZero(), true
		case s == SortOldest:
			return a.Published.Before(b.Published), true
		}
		return a.Published.After(b.Published), true
	}
	if s != SortRelevance {
		if less, decided := byDate(); decided {
			return less
		}
	}
	if math.Abs(a.Score-b.Score) > 1e-9 {
		return a.Score > b.Score
	}
	if s == SortRelevance {
		if less, decided := byDate(); decided {
			return less
		}
	}
	return string(a.ID[:]) < string(b.ID[:])
}
