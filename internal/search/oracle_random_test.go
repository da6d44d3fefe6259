package search

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// randomness makes documents and questions that meet often: few words, of which some are common and most rare.
type randomness struct {
	*rand.Rand
	words map[string][]string
}

func newRandomness(seed uint64) *randomness {
	r := &randomness{Rand: rand.New(rand.NewPCG(seed, 7)), words: map[string][]string{
		"en": strings.Fields(`the vaccine vaccines vaccinated claim claims claimed of and not president election elections fraud video shows
			photo photos old new war hospital water mask masks climate change hillary hilarious hilarity minister police 2020 2021 1,000
			covid virus government secret money tax taxes school children doctor doctors study says said immigration border oil gas`),
		"es": strings.Fields(`la vacuna vacunas de vacunación presidente elección fraude vídeo muestra foto guerra hospital agua mascarilla
			clima cambio ministro policía gobierno 2020 dinero impuestos escuela niños médico estudio petróleo virus covid`),
		"fr":    strings.Fields(`le vaccin vaccinée de président élection fraude vidéo montre guerre hôpital eau masque climat ministre virus covid 2021`),
		"zz":    strings.Fields(`vaksin presiden pemilu video foto perang air masker iklim menteri polisi 2020 covid virus`),
		"pt-BR": strings.Fields(`a vacina vacinas eleição eleições presidente fraude água guerra ministro polícia`),
	}}
	for i := range 60 {
		r.words["en"] = append(r.words["en"], fmt.Sprintf("rare%cword%c", 'a'+i%26, 'a'+i/26))
	}
	return r
}

// word is skewed towards the beginning of the list.
func (r *randomness) word(lang string) string {
	list := r.words[lang]
	f := r.Float64()
	return list[int(f*f*float64(len(list)))]
}

func (r *randomness) text(lang string, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString([]string{" ", " ", " ", ", ", "-", ". "}[r.IntN(6)])
		}
		b.WriteString(r.word(lang))
	}
	return b.String()
}

func (r *randomness) lang() string {
	return []string{"en", "en", "en", "en", "es", "es", "fr", "zz", "pt-BR"}[r.IntN(9)]
}

// onlyWord is a word that only one document has: when that goes, nobody knows the word any more.
func onlyWord(n int) string {
	return "zo" + strings.Map(func(r rune) rune { return rune("bdfgklmnpr"[r-'0']) }, fmt.Sprint(n)) + "qu"
}

func docID(n int) ID {
	var id ID
	binary.BigEndian.PutUint64(id[8:], uint64(n)*0x9e3779b97f4a7c15)
	return id
}

var randomDay = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *randomness) doc(n int) Doc {
	lang := r.lang()
	d := Doc{ID: docID(n), Seq: int64(n)}
	if r.IntN(20) > 0 {
		d.Published = randomDay.AddDate(0, 0, r.IntN(400))
	}
	d.Texts = append(d.Texts, Text{FieldClaim, lang, r.text(lang, 3+r.IntN(9))})
	if r.IntN(3) == 0 {
		other := r.lang()
		d.Texts = append(d.Texts, Text{FieldWording, other, r.text(other, 3+r.IntN(6))})
	}
	d.Texts = append(d.Texts, Text{FieldTitle, lang, r.text(lang, r.IntN(8))}, Text{FieldBody, lang, r.text(lang, r.IntN(60))})
	if n%2 == 0 {
		d.Texts = append(d.Texts, Text{FieldTitle, lang, onlyWord(n)})
	}
	if r.IntN(200) == 0 {
		d.Texts = append(d.Texts, Text{FieldBody, lang, strings.Repeat("virus ", 300)})
	}
	d.Texts = append(d.Texts, Text{FieldClaimant, lang, []string{"Hillary Border", "Old Minister", "secret"}[r.IntN(3)]})
	add := func(name, value string) { d.Facets = append(d.Facets, Facet{name, value}) }
	add("truth", []string{"false", "false", "false", "mixed", "true"}[r.IntN(5)])
	add("language", lang)
	add("publisher", fmt.Sprintf("publisher %d", r.IntN(90)))
	for range r.IntN(3) {
		add("topic", fmt.Sprintf("topic-%d", r.IntN(12)))
	}
	add("claimant", fmt.Sprintf("person-%d", r.IntN(40)))
	return d
}

// typo edits a word once.
func (r *randomness) typo(w string) string {
	runes := []rune(w)
	i := r.IntN(len(runes) - 1)
	switch r.IntN(4) {
	case 0:
		runes = append(runes[:i:i], runes[i+1:]...)
	case 1:
		runes[i] = 'x'
	case 2:
		runes[i], runes[i+1] = runes[i+1], runes[i]
	default:
		runes = append(runes[:i:i], append([]rune{'e'}, runes[i:]...)...)
	}
	return string(runes)
}

// plainWord is one that the analyser takes as one word.
func (r *randomness) plainWord() string {
	for {
		if w := r.word(r.lang()); !strings.ContainsAny(w, ",") {
			return w
		}
	}
}

func (r *randomness) filter() Filter {
	switch r.IntN(5) {
	case 0:
		return Filter{Name: "truth", Values: []string{"false"}, Not: r.IntN(3) == 0}
	case 1:
		return Filter{Name: "publisher", Values: []string{fmt.Sprintf("publisher %d", r.IntN(95)), "publisher 3"}}
	case 2:
		return Filter{Name: "claimant", Values: []string{fmt.Sprintf("person-%d", r.IntN(40))}, Not: r.IntN(2) == 0}
	case 3:
		return Filter{Name: "language", Values: []string{"en", "fr"}}
	}
	return Filter{Name: "topic", Values: []string{fmt.Sprintf("topic-%d", r.IntN(13))}, Not: r.IntN(3) == 0}
}

// query makes a question of any kind.
func (r *randomness) query(texts []string) oracleQuery {
	q := oracleQuery{sort: Sort(r.IntN(3) * r.IntN(2)), limit: 20, offset: r.IntN(2) * r.IntN(15)}
	switch r.IntN(8) {
	case 0: // browse
	case 1: // one word, the common case
		q.words = []string{r.plainWord()}
	case 2: // pasted
		q.mode = []Mode{ModeAuto, ModeAuto, ModeHalf, ModeAny}[r.IntN(4)]
		for range 3 + r.IntN(12) {
			q.words = append(q.words, r.plainWord())
		}
	case 3: // typo
		if w := []rune(r.plainWord()); len(w) > 3 {
			q.words = []string{strings.Join(surfacesOf(Words(r.typo(string(w)), "")), "")}
		}
		if r.IntN(2) == 0 {
			q.words = []string{r.typo(onlyWord(r.IntN(1600)))}
		} else {
			q.words = append(q.words, r.plainWord())
		}
	case 4: // phrase out of a text
		words := surfacesOf(Words(texts[r.IntN(len(texts))], ""))
		if len(words) > 3 {
			at := r.IntN(len(words) - 2)
			q.phrases = []string{strings.Join(words[at:at+1+r.IntN(2)+r.IntN(2)], " ")}
		}
	case 5: // field
		q.fieldWords = map[Field]string{Field(r.IntN(int(Fields))): r.plainWord()}
		q.words = []string{r.plainWord()}
	default:
		for range 1 + r.IntN(3) {
			q.words = append(q.words, r.plainWord())
		}
	}
	if r.IntN(3) == 0 {
		q.not = append(q.not, r.plainWord())
		if r.IntN(2) == 0 {
			q.not = append(q.not, r.plainWord())
		}
	}
	if r.IntN(10) == 0 {
		q.notPhrase = r.plainWord() + " " + r.plainWord()
	}
	for range r.IntN(2) * r.IntN(3) {
		q.filters = append(q.filters, r.filter())
	}
	if r.IntN(4) == 0 {
		q.from = randomDay.AddDate(0, 0, r.IntN(300))
	}
	if r.IntN(4) == 0 {
		q.until = randomDay.AddDate(0, 0, r.IntN(400))
	}
	return q
}
