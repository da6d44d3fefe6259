// Package search is the index in the process: one index for matching, readers' search and the newsroom. It knows no
// database: documents go in, answers come out. An Index is a few immutable segments behind one atomic pointer; batches
// publish a new state, so readers never wait for writers and each answer is of one moment. Scores are exact BM25, counts
// are true counts; an oracle in the tests holds both to a brute-force reading of the same documents.
//
// What is not public stands in an Index of its own (the overlay), with its own statistics: nothing of it reaches the
// counts, suggestions or spelling of the public one. Search merges the two where the newsroom asks.
package search

import (
	"errors"
	"time"
)

// K1 and B are the two constants of BM25 (Robertson and Zaragoza 2009): how soon a repeated word stops counting, and how
// much a long document is held back.
const (
	K1 = 1.2
	B  = 0.75
)

// Limits of what an index takes and answers. Longer input is cut, and where the asker should know, the answer says so.
const (
	// MaxWordRunes is the length of the longest word; the rest of a longer one is ignored.
	MaxWordRunes = 48
	// MaxTextBytes is how much of one text of a document is read.
	MaxTextBytes = 200_000
	// MaxQueryBytes is how much of a query is read.
	MaxQueryBytes = 8_000
	// MaxQueryWords is how many different words of a query are searched: the rarest.
	MaxQueryWords = 32
	// MaxLimit is the most hits of one answer, offset included.
	MaxLimit = 10_000
)

// ErrDamaged says that a snapshot file is not one, is of another version or of other options, or was changed or cut.
// Whoever loads builds anew from the database instead.
var ErrDamaged = errors.New("snapshot file cannot be used")

// ErrInvalid says that a document, filter or option is not acceptable; the text says which and why.
var ErrInvalid = errors.New("invalid")

// ID names a document: the 16 bytes of a claim's UUID.
type ID [16]byte

// Field is the part of a document that a text belongs to. All fields are scored as one text (per-field scores find
// worse), each word counted as often as the field's weight says.
type Field uint8

// The fields of a document. FieldClaim is the wording as claimed, FieldWording its variants and translations, FieldTitle
// headlines, FieldAnswer the short finding, FieldClaimant names of who said it, FieldBody everything else.
const (
	FieldClaim Field = iota
	FieldWording
	FieldTitle
	FieldAnswer
	FieldClaimant
	FieldBody
	Fields // how many there are
)

// fieldNames are what a query writes before the colon, in the order of the constants.
var fieldNames = [Fields]string{"claim", "wording", "title", "answer", "claimant", "body"}

// String returns the name that a query uses, such as claimant in claimant:smith.
func (f Field) String() string {
	if f < Fields {
		return fieldNames[f]
	}
	return "unknown"
}

// Text is one text of a document in one language (a BCP 47 tag; only its first part counts, unknown ones are not stemmed).
type Text struct {
	Field    Field
	Language string
	Text     string
}

// Facet is one property of a document for filters and counts, such as truth=false. Names are short lower-case words;
// a document has any number of values under one name.
type Facet struct {
	Name  string
	Value string
}

// Doc is one document. Seq is the newest change it reflects; a smaller one never replaces a greater one in a build.
type Doc struct {
	ID        ID
	Seq       int64
	Published time.Time
	Texts     []Text
	Facets    []Facet
}

// Options are fixed when an index is built; a snapshot file of other options is refused.
type Options struct {
	// FilterOnly names facets that are filtered by but never counted, such as claimant and outlet: no rankings of people.
	FilterOnly []string
	// Weights is how often a word counts in each field; the zero value means DefaultWeights.
	Weights [Fields]uint8
	// Workers is how many goroutines build, 0 for as many as there are processors, at most 8. Each makes a segment of
	// its own, and large queries are answered by as many goroutines.
	Workers int
}

// DefaultWeights count a word of the claim, its variants and headlines twice.
var DefaultWeights = [Fields]uint8{FieldClaim: 2, FieldWording: 2, FieldTitle: 2, FieldAnswer: 1, FieldClaimant: 1, FieldBody: 1}

// Batch is a set of changes that become visible together. An ID that is put replaces what was there; deleting one that is
// not there does nothing. Nothing old needs to be told: the index keeps the words of every document, so counts are taken
// back exactly.
type Batch struct {
	Put    []Doc
	Delete []ID
	// Seq is the change that the index stands at afterwards; smaller than before leaves it as it is.
	Seq int64
}

// Sort is the order of hits.
type Sort uint8

// SortRelevance is by score, then newest, then id. SortNewest and SortOldest are by date of publication, then score, then id.
const (
	SortRelevance Sort = iota
	SortNewest
	SortOldest
)

// Mode says how many of a query's words a document must have.
type Mode uint8

// ModeAuto wants all of up to five words and at least half of more, as of a pasted sentence. ModeAll and ModeHalf
// say so outright. ModeAny wants one.
const (
	ModeAuto Mode = iota
	ModeAll
	ModeHalf
	ModeAny
)

// Filter keeps documents that have one of the values under the name; with Not, those that have none of them.
type Filter struct {
	Name   string
	Values []string
	Not    bool
}

// Query is one question. Text is as typed: words, "phrases", -exclusions, field:word for the fields, name:value for the
// facets. No text at all asks for every document that passes the filters.
type Query struct {
	Text string
	// Language is a hint that decides which words are too common to search for ("die" in German, not in English).
	// All languages are searched; use a filter on a facet for documents of one.
	Language string
	Filters  []Filter
	// From is the first moment and Until the first moment after, of publication; zero for no bound.
	From, Until time.Time
	Sort        Sort
	Mode        Mode
	Limit       int // 0 means 20
	Offset      int
	// Facets asks for the counts per facet value; they cost time on large result sets.
	Facets bool
	// Exact searches the words as typed, without correcting typos.
	Exact bool
}

// Hit is one document found.
type Hit struct {
	ID        ID
	Score     float64
	Published time.Time
	// Index is which of the merged snapshots it came from, in the order they were given to Search.
	Index int
}

// Correction is a word of the query that no document has and what was searched instead; it is shown to the reader.
type Correction struct {
	From, To string
}

// FacetCount is how many of the documents found have a value.
type FacetCount struct {
	Value string
	Count int
}

// Answer is what a query found. Total and Facets are true counts over all documents found, not only the hits.
type Answer struct {
	Hits  []Hit
	Total int
	// Facets holds counts by facet name, the highest first, then by value; nil when not asked for.
	Facets      map[string][]FacetCount
	Corrections []Correction
	// Ignored are words that were left out because the query has too many.
	Ignored []string
	// Marker marks the words found in texts.
	Marker Marker
}
