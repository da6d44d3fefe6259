// Package searchbench measures internal/search with made-up claims: how long it takes to build, save, load and compact an
// index, what memory it takes, how fast it answers, alone and while it changes. It is behind the search parts of make
// bench and make soak, and behind the benchmark of internal/search.
package searchbench

import (
	"encoding/binary"
	"iter"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// FilterOnly are the facets of the claims that are filtered by and never counted.
func FilterOnly() []string { return []string{"claimant", "house", "outlet"} }

// vocabulary is how many different words each language of the claims has, function words apart.
const vocabulary = 400_000

// firstDay is the earliest day of publication.
var firstDay = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// Claims makes claims of about 1.3 KB each, a third of the words function words of five languages, the others as frequent
// as in real text (Zipf and Mandelbrot), and the facets of published claims. The claim of a number is always the same. It
// is safe for concurrent use.
type Claims struct {
	seed  uint64
	words []string
	// The words' frequencies as an alias table (Walker 1977): a word is drawn with one number and one comparison.
	limit []float32
	other []uint32
}

// syllables spell a number as a word, so that words look and stem like words.
var syllables = strings.Fields("ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu")

// function words, by language.
var functionWords = map[string][]string{
	"en": strings.Fields("the of and to in a is that for it was on are as with his they at be this"),
	"es": strings.Fields("de la que el en y a los del se las por un para con una su al es lo"),
	"fr": strings.Fields("de la le et les des en un du une que est pour qui dans a par plus au"),
	"pt": strings.Fields("de a o que e do da em um para com uma os no se na por mais as dos"),
	"hi": strings.Fields("के में की है और से का को पर यह कि ने भी एक"),
}

// NewClaims readies the claims of a seed; it takes a tenth of a second.
func NewClaims(seed uint64) *Claims {
	c := &Claims{seed: seed, words: make([]string, vocabulary), limit: make([]float32, vocabulary), other: make([]uint32, vocabulary)}
	weights, sum := make([]float64, vocabulary), 0.0
	for i := range c.words {
		c.words[i] = spelled(i)
		weights[i] = math.Pow(float64(i+80), -1.4)
		sum += weights[i]
	}
	var small, large []uint32
	for i := range weights {
		weights[i] *= vocabulary / sum
		if weights[i] < 1 {
			small = append(small, uint32(i))
		} else {
			large = append(large, uint32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		c.limit[s], c.other[s] = float32(weights[s]), l
		if weights[l] -= 1 - weights[s]; weights[l] < 1 {
			large, small = large[:len(large)-1], append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		c.limit[i] = 1
	}
	return c
}

// spelled is the word of a rank, the most frequent first.
func spelled(n int) string {
	var b strings.Builder
	for n += 20; n > 0; n /= 20 {
		b.WriteString(syllables[n%20])
	}
	return b.String()
}

// draw returns a word as often as its rank says.
func (c *Claims) draw(r *rand.Rand) string {
	i := r.IntN(vocabulary)
	if r.Float32() >= c.limit[i] {
		i = int(c.other[i])
	}
	return c.words[i]
}

// text makes so many words of a language.
func (c *Claims) text(r *rand.Rand, lang string, n int) string {
	common := functionWords[lang]
	b := make([]byte, 0, 8*n)
	for i := range n {
		if i > 0 {
			b = append(b, ' ')
		}
		if r.IntN(3) == 0 {
			f := r.Float64()
			b = append(b, common[int(f*f*float64(len(common)))]...)
			continue
		}
		b = append(b, c.draw(r)...)
	}
	return string(b)
}

// id is a claim's id: its number, spread over the last eight bytes.
func id(n int) search.ID {
	var out search.ID
	binary.BigEndian.PutUint64(out[8:], uint64(n)*0x9e3779b97f4a7c15)
	return out
}

// Claim makes the n-th claim; other revisions of it are other texts with the same id.
func (c *Claims) Claim(n, revision int) search.Doc {
	r := rand.New(rand.NewPCG(c.seed+uint64(revision)<<32, uint64(n))) //nolint:gosec // a benchmark wants the same claims every time
	lang := []string{"en", "en", "en", "en", "es", "fr", "pt", "hi"}[r.IntN(8)]
	d := search.Doc{ID: id(n), Seq: int64(n), Published: firstDay.Add(time.Duration(r.IntN(4*365*24)) * time.Hour)}
	d.Texts = []search.Text{
		{Field: search.FieldClaim, Language: lang, Text: c.text(r, lang, 14+r.IntN(12))},
		{Field: search.FieldTitle, Language: lang, Text: c.text(r, lang, 11)},
		{Field: search.FieldAnswer, Language: lang, Text: c.text(r, lang, 35)},
		{Field: search.FieldClaimant, Language: lang, Text: c.draw(r) + " " + c.draw(r)},
		{Field: search.FieldBody, Language: lang, Text: c.text(r, lang, 115+r.IntN(110))},
	}
	skew := func(n int) string { f := r.Float64(); return strconv.Itoa(int(f * f * float64(n))) }
	add := func(name, value string) { d.Facets = append(d.Facets, search.Facet{Name: name, Value: value}) }
	add("truth", []string{"false", "false", "false", "mostly_false", "mixed", "mostly_true", "true"}[r.IntN(7)])
	add("language", lang)
	add("publisher", "publisher-"+skew(150))
	add("topic", "topic-"+skew(60))
	add("topic", "topic-"+skew(60))
	if r.IntN(3) == 0 {
		add("reason", "reason-"+skew(9))
	}
	add("house", strconv.FormatBool(r.IntN(50) == 0))
	add("claimant", "claimant-"+strconv.Itoa(n/3*7))
	for range 1 + r.IntN(3) {
		add("outlet", "outlet-"+skew(5_000)+".example")
	}
	return d
}

// Stream yields the first n claims, made by two goroutines ahead of who reads.
func (c *Claims) Stream(n int) iter.Seq2[search.Doc, error] {
	const handful = 256
	return func(yield func(search.Doc, error) bool) {
		stop := make(chan struct{})
		defer close(stop)
		var lanes [2]chan []search.Doc
		for lane := range lanes {
			lanes[lane] = make(chan []search.Doc, 4)
			go func() {
				defer close(lanes[lane])
				for at := lane * handful; at < n; at += len(lanes) * handful {
					some := make([]search.Doc, 0, handful)
					for i := at; i < min(at+handful, n); i++ {
						some = append(some, c.Claim(i, 0))
					}
					select {
					case lanes[lane] <- some:
					case <-stop:
						return
					}
				}
			}()
		}
		for turn := 0; ; turn++ {
			some, open := <-lanes[turn%len(lanes)]
			if !open {
				return
			}
			for _, d := range some {
				if !yield(d, nil) {
					return
				}
			}
		}
	}
}
