package search

import (
	"bytes"
	"math"
	"slices"
)

// Entry is what matching knows of a word of a segment, as written, in the space of one language. Entries are made when a
// segment is, from the snapshot it becomes part of; they weigh and compare, and nothing that is counted depends on them.
type Entry struct {
	Term    uint32 // hash of the stem, the same in every language and segment
	Surface uint32 // hash of the word as written, folded
	grams   uint16 // sum of the squared weights of its n-grams
	weight  uint8  // idf of the stem, in sixteenths
	kind    uint8  // the language's number, and the bits below
}

// What kind says besides the language.
const (
	entryStop   = 1 << 7
	entryNumber = 1 << 6
	entryLang   = entryNumber - 1
)

// Stop reports whether the word is too common in its language to say what a text is about.
func (e *Entry) Stop() bool { return e.kind&entryStop != 0 }

// Number reports whether the word begins with a digit.
func (e *Entry) Number() bool { return e.kind&entryNumber != 0 }

// Language is the number of the word's language, as LanguageNumber gives it.
func (e *Entry) Language() uint8 { return e.kind & entryLang }

// Weight is the idf of the word's stem in the index as it was when the word's segment was made, to a sixteenth.
func (e *Entry) Weight() float32 { return float32(e.weight) / 16 }

// Grams is the sum of the squared weights of the word's character n-grams: its share of the length of a text's vector.
func (e *Entry) Grams() float32 { return float32(e.grams) }

// HashWord is the hash under which a folded word or its stem stands in Entry.
func HashWord[T ~[]byte | ~string](w T) uint32 { return hash32(w) }

// languageCodes are the codes of all languages with rules of their own, sorted; "und" stands for every other.
var languageCodes = func() []string {
	codes := []string{unknown.code}
	for _, l := range languages {
		codes = append(codes, l.code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}()

// LanguageNumber numbers the language of a BCP 47 tag; tags without rules of their own share one number.
func LanguageNumber(tag string) uint8 { return numberOf(languageOf(tag).code) }

func numberOf(code string) uint8 {
	i, _ := slices.BinarySearch(languageCodes, code)
	return uint8(i)
}

// entries returns the entries of a vocabulary's words, by number. They are made when it becomes part of a snapshot; making
// them here is for one that nobody prepared.
func (s *Snapshot) entries(v *vocabulary) []Entry {
	if made := v.made.Load(); made != nil {
		return *made
	}
	made := s.makeEntries(v)
	v.made.CompareAndSwap(nil, &made)
	return *v.made.Load()
}

// prepare makes the entries of the vocabularies that have none.
func (s *Snapshot) prepare() {
	for _, v := range s.views {
		s.entries(v.vocabulary)
	}
}

// makeEntries looks each stem up in the whole snapshot.
func (s *Snapshot) makeEntries(v *vocabulary) []Entry {
	weights := make([]uint8, v.terms.len())
	hashes := make([]uint32, v.terms.len())
	for t := range weights {
		key := v.terms.word(uint32(t))
		if key[0] == 1 { // a facet
			continue
		}
		weights[t] = uint8(min(255, math.Round(16*idf(s.documents(v, uint32(t), key), max(s.docs, 1)))))
		hashes[t] = hash32(key[bytes.IndexByte(key, 0)+1:])
	}
	out := make([]Entry, v.surfaces.len())
	var scratch gramScratch
	for at, code := range v.langs {
		for n := v.spaces[at]; n < v.spaces[at+1]; n++ {
			word, stem := v.surfaceWord(n), v.stems[n]
			e := Entry{Term: hashes[stem&^stopBit], Surface: hash32(word), weight: weights[stem&^stopBit], kind: numberOf(code)}
			if stem&stopBit != 0 {
				e.kind |= entryStop
			}
			if len(word) > 0 && word[0] >= '0' && word[0] <= '9' {
				e.kind |= entryNumber
			}
			square := 0.0
			for _, gram := range scratch.of(word) {
				square += s.grams.of(gram)
			}
			e.grams = uint16(min(math.MaxUint16, square/gramUnit))
			out[n] = e
		}
	}
	return out
}

// documents is how many documents have a term of a vocabulary, in all views.
func (s *Snapshot) documents(v *vocabulary, t uint32, key []byte) int {
	n := 0
	var last *vocabulary // the one in which other is the term's number
	other, ok := uint32(0), false
	for _, w := range s.views {
		switch {
		case w.vocabulary == v:
			n += int(w.termDF.at(t))
			continue
		case w.vocabulary != last:
			last = w.vocabulary
			other, ok = last.terms.findKey(key)
		}
		if ok {
			n += int(w.termDF.at(other))
		}
	}
	return n
}

// findKey is find for a key that is bytes.
func (d *dict) findKey(key []byte) (uint32, bool) {
	if len(d.table) == 0 {
		return 0, false
	}
	mask := uint32(len(d.table) - 1)
	for slot := hash32(key) & mask; ; slot = (slot + 1) & mask {
		i := d.table[slot]
		if i == 0 {
			return 0, false
		}
		if bytes.Equal(d.word(i-1), key) {
			return i - 1, true
		}
	}
}
