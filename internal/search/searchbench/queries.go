package searchbench

import (
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Query is a question of one kind. Prefix asks for suggestions instead of hits.
type Query struct {
	Kind   string
	Search search.Query
	Prefix string
}

// Kinds are the kinds of questions, five of each in sixty.
func Kinds() []string {
	return []string{"common word", "rare word", "two words", "three words", "exclusion", "phrase", "filters", "browse", "newest", "typo", "pasted text", "prefix"}
}

// queryMaker draws questions about the first n claims.
type queryMaker struct {
	*Claims
	*rand.Rand
	n int
}

// Sixty makes sixty questions about the first n claims, five of each kind in turn; each round has others. All ask for
// twenty hits and all facets, in English.
func (c *Claims) Sixty(round, n int) []Query {
	m := &queryMaker{c, rand.New(rand.NewPCG(c.seed, uint64(round))), n} //nolint:gosec // a benchmark wants the same claims every time
	kinds := Kinds()
	all := make([]Query, 60)
	for i := range all {
		all[i] = m.query(kinds[i%len(kinds)], i/len(kinds))
	}
	return all
}

// word returns a word of about a rank: from rank to twice that.
func (m *queryMaker) word(rank int) string { return m.words[rank+m.IntN(rank+1)] }

func (m *queryMaker) query(kind string, i int) Query {
	q := search.Query{Facets: true, Language: "en"}
	switch kind {
	case "common word":
		q.Text = m.word(5)
	case "rare word":
		q.Text = m.word(20_000)
	case "two words":
		q.Text = m.word(30) + " " + m.word(300)
	case "three words":
		q.Text = m.word(10) + " " + m.word(60) + " " + m.word(200)
	case "exclusion":
		q.Text = m.word(50) + " -" + m.word(100)
	case "phrase":
		q.Text = m.phrase(i)
	case "filters":
		q.Text, q.Filters = m.word(40), m.filters(i)
	case "browse":
		q.Sort, q.Filters = search.SortNewest, m.filters(i)[:1]
	case "newest":
		q.Text, q.From, q.Sort = m.word(100), firstDay.AddDate(1, 0, 0), search.SortNewest
	case "typo":
		q.Text = m.typo(i) + " " + m.word(100)
	case "pasted text":
		q.Text = m.text(m.Rand, "en", 20+15*(i%3))
	case "prefix":
		w := m.word(2000)
		return Query{Kind: kind, Prefix: w[:1+i%4]}
	}
	return Query{Kind: kind, Search: q}
}

// phrase is of two common words, or of three words out of a claim.
func (m *queryMaker) phrase(i int) string {
	if i%2 == 0 {
		return `"` + m.word(3) + " " + m.word(3) + `"`
	}
	words := strings.Fields(m.Claim(m.IntN(m.n), 0).Texts[0].Text)
	at := m.IntN(len(words) - 3)
	return `"` + strings.Join(words[at:at+3], " ") + `"`
}

func (m *queryMaker) filters(i int) []search.Filter {
	one := func(name, value string) search.Filter { return search.Filter{Name: name, Values: []string{value}} }
	switch i % 3 {
	case 0:
		return []search.Filter{one("topic", "topic-3"), one("truth", "false")}
	case 1:
		return []search.Filter{one("claimant", "claimant-"+strconv.Itoa(m.IntN(m.n)/3*7)), one("house", "false")}
	}
	return []search.Filter{one("outlet", "outlet-"+strconv.Itoa(m.IntN(40))+".example"), one("language", "en")}
}

// typo is a word with one letter left out, or a longer one with two exchanged and one changed.
func (m *queryMaker) typo(i int) string {
	if i%2 == 0 {
		return m.word(3000)[1:]
	}
	w := []byte(m.word(20_000))
	w[2], w[3], w[5] = w[3], w[2], 'y'
	return string(w)
}
