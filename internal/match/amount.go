package match

import (
	"slices"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// numberWords are the words of numbers, with their values, by language and hash of the folded word; from a hundred on they
// multiply what stands before them. "One" and what else is said without counting is left out.
var numberWords = func() map[uint8]map[uint32]float64 {
	out := make(map[uint8]map[uint32]float64)
	for code, list := range map[string]string{
		"en": `two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11 twelve=12 thirteen=13 fourteen=14 fifteen=15
			sixteen=16 seventeen=17 eighteen=18 nineteen=19 twenty=20 thirty=30 forty=40 fifty=50 sixty=60 seventy=70 eighty=80 ninety=90
			hundred=100 hundreds=100 thousand=1e3 thousands=1e3 million=1e6 millions=1e6 billion=1e9 billions=1e9 trillion=1e12`,
		"es": `dos=2 tres=3 cuatro=4 cinco=5 seis=6 siete=7 ocho=8 nueve=9 diez=10 once=11 doce=12 quince=15 veinte=20 treinta=30
			cuarenta=40 cincuenta=50 sesenta=60 setenta=70 ochenta=80 noventa=90 cien=100 mil=1e3 miles=1e3 millón=1e6 millones=1e6`,
		//nolint:misspell // French
		"fr": `deux=2 trois=3 quatre=4 cinq=5 six=6 sept=7 huit=8 dix=10 onze=11 douze=12 quinze=15 vingt=20 trente=30 quarante=40
			cinquante=50 soixante=60 cent=100 cents=100 mille=1e3 milliers=1e3 million=1e6 millions=1e6 milliard=1e9 milliards=1e9`,
		"de": `zwei=2 drei=3 vier=4 fünf=5 sechs=6 sieben=7 acht=8 neun=9 zehn=10 elf=11 zwölf=12 zwanzig=20 dreißig=30 vierzig=40 fünfzig=50
			sechzig=60 siebzig=70 achtzig=80 neunzig=90 hundert=100 tausend=1e3 million=1e6 millionen=1e6 milliarde=1e9 milliarden=1e9`,
		"pt": `dois=2 duas=2 três=3 quatro=4 cinco=5 seis=6 sete=7 oito=8 nove=9 dez=10 onze=11 doze=12 quinze=15 vinte=20 trinta=30
			quarenta=40 cinquenta=50 sessenta=60 setenta=70 oitenta=80 noventa=90 cem=100 mil=1e3 milhão=1e6 milhões=1e6 bilhão=1e9 bilhões=1e9`,
		"ar": `اثنان=2 ثلاثة=3 أربعة=4 خمسة=5 ستة=6 سبعة=7 ثمانية=8 تسعة=9 عشرة=10 عشرون=20 ثلاثون=30 أربعون=40 خمسون=50 مئة=100 مائة=100
			ألف=1e3 آلاف=1e3 مليون=1e6 ملايين=1e6 مليار=1e9`,
		"hi": `तीन=3 चार=4 पांच=5 पाँच=5 छह=6 सात=7 आठ=8 नौ=9 दस=10 बीस=20 तीस=30 चालीस=40 पचास=50 सौ=100 हजार=1e3 हज़ार=1e3 लाख=1e5 करोड़=1e7`,
	} {
		set := make(map[uint32]float64)
		for pair := range strings.FieldsSeq(list) {
			word, value, _ := strings.Cut(pair, "=")
			v, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue // the list above is read in a test
			}
			search.EachWord(word, code, func(surface []byte, _, _ int) { set[search.HashWord(surface)] = v })
		}
		out[search.LanguageNumber(code)] = set
	}
	return out
}()

// covid is the word whose number says nothing: COVID-19.
var covid = search.HashWord("covid")

// hundred is the least number that multiplies what stands before it.
const hundred = 100

// amounts collects the numbers of a text, however they are written, word by word: "45,000", "forty-five thousand" and
// "45 thousand" are the same.
type amounts struct {
	all    []string
	sum    float64 // of finished groups: two thousand
	group  float64 // three hundred
	digits string  // the group, if it is written in digits and nothing multiplied it
	last   float64 // the word before, 0 if it was no number
	open   bool
	skip   bool // the word before was covid
}

// reset forgets a text.
func (a *amounts) reset() { *a = amounts{all: a.all[:0]} }

// number takes a word that begins with a digit.
func (a *amounts) number(word string) {
	if a.skip {
		a.skip = false
		a.end()
		return
	}
	a.end()
	a.digits, a.open = word, true
	a.group, _ = strconv.ParseFloat(word, 64) // "4th" stays as it is written
}

// word takes any other word.
func (a *amounts) word(language uint8, surface uint32) {
	a.skip = surface == covid
	v, ok := numberWords[language][surface]
	if !ok {
		a.end()
		return
	}
	switch {
	case v >= hundred && !a.open: // "millions of people" is no number, and "a million" hardly
		return
	case v >= hundred:
		a.multiply(v)
	case a.open && a.last >= 20 && a.last < hundred && v < 10: // forty-five
		a.group += v
	case a.open && a.last >= hundred: // two thousand three
		a.sum += a.group
		a.group = v
	default:
		a.end()
		a.group = v
	}
	a.open, a.last = true, v
}

// multiply takes a hundred, a thousand and so on after a number.
func (a *amounts) multiply(v float64) {
	if a.digits != "" && a.group == 0 {
		a.end()
		a.group = 1
	}
	a.group *= v
	a.digits = ""
}

// end closes the number at hand.
func (a *amounts) end() {
	if !a.open {
		return
	}
	s := a.digits
	if s == "" {
		s = strconv.FormatFloat(a.sum+a.group, 'f', -1, 64)
	}
	if !slices.Contains(a.all, s) && len(a.all) < maxAmounts {
		a.all = append(a.all, s)
	}
	a.sum, a.group, a.digits, a.last, a.open = 0, 0, "", 0, false
}

// maxAmounts is how many numbers of one text are compared.
const maxAmounts = 32
