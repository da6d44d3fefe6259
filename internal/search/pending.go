package search

import (
	"context"
	"io"
	"iter"
)

type Index struct{}
type Snapshot struct{}
type Stats struct{ Docs int }
type Marker struct{}
type Word struct {
	Surface, Term string
	Start, End    int
	Stop          bool
}

func Words(text, language string) []Word { return nil }
func Grams(word string) []uint32         { return nil }
func Build(ctx context.Context, opts Options, docs iter.Seq2[Doc, error]) (*Index, error) {
	return nil, nil
}
func (x *Index) Apply(b Batch) error                             { return nil }
func (x *Index) Compact(ctx context.Context) error               { return nil }
func (x *Index) Replace(y *Index)                                {}
func (x *Index) Snapshot() *Snapshot                             { return nil }
func (x *Index) Stats() Stats                                    { return Stats{} }
func (x *Index) Save(w io.Writer) error                          { return nil }
func Load(r io.Reader, opts Options) (*Index, error)             { return nil, nil }
func (s *Snapshot) Search(q Query) (Answer, error)               { return Answer{}, nil }
func Search(q Query, snaps ...*Snapshot) (Answer, error)         { return Answer{}, nil }
func (s *Snapshot) Suggest(prefix string, n int) []string        { return nil }
func (s *Snapshot) IDF(language, term string) float64            { return 0 }
func (s *Snapshot) Docs() int                                    { return 0 }
func (m Marker) Snippet(text, language string, runes int) string { return "" }
