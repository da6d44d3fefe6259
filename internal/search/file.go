package search

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// A snapshot file is: the magic line, a JSON header with its length before it, the segments as arrays each with its
// length before it, and the CRC-32C of all before. Numbers are little-endian.
const (
	fileMagic   = "touchstone search index\n"
	fileVersion = 3
)

// fileHeader says what a file holds. A file whose Version, Analyser, Weights or FilterOnly differ from the program's is
// of no use to it.
type fileHeader struct {
	Version    int
	Analyser   uint32
	Weights    [Fields]uint8
	FilterOnly []string
	Seq        int64
	Average    float64
	GramDocs   int
	Values     []Facet
	Languages  [][]string // per vocabulary
	Segments   []fileSegment
}

// fileSegment is what of a segment is no array.
type fileSegment struct {
	Vocabulary int
	Base       bool
	Live       int
	Changed    bool // documents were deleted: the arrays of what is left follow
	Terms      []uint32
}

// fingerprint changes when the analyser does: with another one, the words of a file would not be those of a query.
var fingerprint = sync.OnceValue(func() uint32 {
	codes := make([]string, 0, len(languages))
	for code := range languages {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	var b bytes.Buffer
	for _, code := range append(codes, "und") {
		sample := "Vaccinations' l’eau 1,000 3.5 1 000 1\u00a0000 1’000 12,34,567 ١٬٠٠٠ naïve Straße أَحْمَد लड़कियाँ 疫苗接种 вакцины eleições vacunación running " + stopWords[code]
		for _, w := range Words(sample, code) {
			fmt.Fprintf(&b, "%s %s %s %t\n", code, w.Surface, w.Term, w.Stop)
		}
	}
	return hash32(b.Bytes())
})

// Save writes the index as it is now; changes go on meanwhile.
func (x *Index) Save(w io.Writer) error {
	s := x.Snapshot()
	buffered := bufio.NewWriterSize(w, 1<<20)
	out := &arrays{w: buffered}
	h := fileHeader{
		Version: fileVersion, Analyser: fingerprint(), Weights: s.opts.Weights, FilterOnly: s.opts.FilterOnly,
		Seq: s.seq, Average: s.norms.average, GramDocs: s.grams.docs, Values: s.values.all,
	}
	var vocabularies []*vocabulary
	for _, v := range s.views {
		at := slices.Index(vocabularies, v.vocabulary)
		if at < 0 {
			at = len(vocabularies)
			vocabularies, h.Languages = append(vocabularies, v.vocabulary), append(h.Languages, v.langs)
		}
		fs := fileSegment{Vocabulary: at, Base: v.base, Live: v.live, Changed: v.deleted != nil}
		for t := range v.counts {
			fs.Terms = append(fs.Terms, t)
		}
		slices.Sort(fs.Terms)
		h.Segments = append(h.Segments, fs)
	}
	header, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("write the search index: %w", err)
	}
	out.raw([]byte(fileMagic))
	out.bytes(header)
	out.u32s(s.grams.count)
	for _, v := range vocabularies {
		out.vocabulary(v)
	}
	for i, v := range s.views {
		out.view(v, &h.Segments[i])
	}
	out.sum()
	if out.err == nil {
		out.err = buffered.Flush()
	}
	if out.err != nil {
		return fmt.Errorf("write the search index: %w", out.err)
	}
	return nil
}

// Load reads what Save wrote. What is not such a file, or is damaged, cut, of another version, analyser or other options,
// is refused with ErrDamaged; nothing of it is used. Workers may differ.
func Load(r io.Reader, opts Options) (*Index, error) {
	x, err := New(opts)
	if err != nil {
		return nil, err
	}
	in := &arrayReader{r: bufio.NewReaderSize(r, 1<<20), left: sizeOf(r)}
	if magic := in.raw(len(fileMagic)); string(magic) != fileMagic {
		return nil, fmt.Errorf("%w: it is no index of this program", ErrDamaged)
	}
	var h fileHeader
	if err := json.Unmarshal(in.bytes(), &h); err != nil || in.err != nil {
		return nil, fmt.Errorf("%w: the header cannot be read", ErrDamaged)
	}
	switch {
	case h.Version != fileVersion:
		return nil, fmt.Errorf("%w: version %d, want %d", ErrDamaged, h.Version, fileVersion)
	case h.Analyser != fingerprint():
		return nil, fmt.Errorf("%w: its words were made by other rules", ErrDamaged)
	case h.Weights != x.opts.Weights || !slices.Equal(h.FilterOnly, x.opts.FilterOnly):
		return nil, fmt.Errorf("%w: it has other options", ErrDamaged)
	}
	s := &Snapshot{opts: &x.opts, seq: h.Seq, norms: newNorms(h.Average), values: &values{all: h.Values, number: make(map[Facet]uint32)}}
	for i, f := range h.Values {
		s.values.number[f] = uint32(i)
	}
	s.grams = &gramWeights{docs: h.GramDocs, count: in.u32s()}
	vocabularies := make([]*vocabulary, 0, len(h.Languages))
	for _, langs := range h.Languages {
		vocabularies = append(vocabularies, in.vocabulary(langs))
	}
	for i := range h.Segments {
		if at := h.Segments[i].Vocabulary; at < 0 || at >= len(vocabularies) {
			return nil, fmt.Errorf("%w: a segment has no words", ErrDamaged)
		}
		s.views = append(s.views, in.view(&h.Segments[i], vocabularies[h.Segments[i].Vocabulary]))
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	if err := s.settle(); err != nil {
		return nil, err
	}
	x.current.Store(s)
	return x, nil
}

// settle derives what is not in the file. The sum was right, so the arrays are as they were written; that they belong
// together is checked all the same, because a wrong file must not end the program.
func (s *Snapshot) settle() (err error) {
	defer func() {
		// Lists that lead nowhere have no check of their own: only who writes a sum that fits can make them.
		if wrong := recover(); wrong != nil {
			err = fmt.Errorf("%w: %v", ErrDamaged, wrong)
		}
	}()
	if len(s.grams.count) != gramBuckets {
		return fmt.Errorf("%w: the weights of grams are incomplete", ErrDamaged)
	}
	s.grams.weigh()
	var group errgroup.Group
	seen := make(map[*vocabulary]bool)
	for _, v := range s.views {
		if !v.vocabulary.consistent() || !v.consistent(len(s.values.all)) {
			return fmt.Errorf("%w: a segment does not fit together", ErrDamaged)
		}
		group.Go(func() error {
			v.hash()
			return nil
		})
		if w := v.vocabulary; !seen[w] {
			seen[w] = true
			group.Go(func() error {
				w.settle()
				return nil
			})
		}
	}
	_ = group.Wait() // none of them returns an error
	s.docs = s.count()
	s.prepare()
	return nil
}

// ends reports whether ends that go with n bytes or entries rise and end there.
func ends(at []uint32, n int) bool {
	return slices.IsSorted(at) && (len(at) == 0 && n == 0 || len(at) > 0 && int(at[len(at)-1]) == n)
}

// below reports whether all numbers are below n.
func below(numbers []uint32, n int) bool {
	return !slices.ContainsFunc(numbers, func(i uint32) bool { return int(i) >= n })
}

func (d *dict) consistent() bool { return ends(d.ends, len(d.blob)) }

// consistent reports whether arrays that go together are of one length and end where what they point into ends, as far as
// nothing that is derived of them can go wrong.
func (v *vocabulary) consistent() bool {
	surfaces, terms := v.surfaces.len(), v.terms.len()
	if !v.terms.consistent() || !v.surfaces.consistent() || !v.shown.text.consistent() || !ends(v.spaces, surfaces) {
		return false
	}
	for i, lang := range v.langs {
		if i+1 >= len(v.spaces) || v.spaces[0] != 0 || languageOf(lang).code != lang {
			return false
		}
		for n := v.spaces[i]; n < v.spaces[i+1]; n++ {
			if word := v.surfaces.word(n); len(word) <= len(lang) || string(word[:len(lang)]) != lang || word[len(lang)] != 0 {
				return false
			}
		}
	}
	return len(v.spaces) == len(v.langs)+1 && len(v.stems) == surfaces && len(v.sorted) == surfaces && below(v.sorted, surfaces) &&
		len(v.shown.of) == v.shown.text.len() && below(v.shown.of, surfaces) && slices.IsSorted(v.shown.of) &&
		len(v.tops) == (surfaces+topBlock-1)/topBlock && !slices.ContainsFunc(v.stems, func(s uint32) bool { return int(s&^stopBit) >= terms })
}

func (v *view) consistent(values int) bool {
	docs, terms, surfaces := len(v.ids), v.terms.len(), v.surfaces.len()
	return len(v.dates) == docs && len(v.lengths) == docs && len(v.packed) == docs && len(v.byDate) == docs && v.live >= 0 && v.live <= docs &&
		len(v.valueEnd) == docs && len(v.streamEnd) == docs && ends(v.valueEnd, len(v.valueOf)) && ends(v.streamEnd, len(v.stream)) &&
		v.postings.consistent(terms) && v.termDF.len() == terms && v.pairs.lists.consistent(len(v.pairs.keys)) &&
		len(v.surfaceOf) == surfaces && v.surfaceDF.len() == surfaces && len(v.totals) <= values && len(v.left) == len(v.totals) &&
		below(v.mixed, docs) && slices.IsSorted(v.mixed) && below(v.byDate, docs) && below(v.valueOf, values) &&
		(v.deleted == nil || len(v.deleted) == (docs+63)/64)
}

func (p *postings) consistent(lists int) bool {
	return len(p.start) == lists && len(p.count) == lists && len(p.max) == lists && (lists == 0 || len(p.data) >= overhang) &&
		len(p.last) == len(p.place) && len(p.last) == len(p.bound)
}

// SaveFile writes the index to a file: beside it first, and in its place only when all is on the disk.
func (x *Index) SaveFile(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("write the search index: %w", err)
	}
	err = x.Save(f)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write the search index to %s: %w", path, err), os.Remove(f.Name()))
	}
	return nil
}

// LoadFile reads a file that SaveFile wrote. A missing one is an error that wraps os.ErrNotExist.
func LoadFile(path string, opts Options) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the search index: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	x, err := Load(f, opts)
	if err != nil {
		return nil, fmt.Errorf("read the search index from %s: %w", path, err)
	}
	return x, nil
}
