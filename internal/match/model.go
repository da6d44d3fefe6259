package match

import (
	"bytes"
	_ "embed" // the committed weights
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
)

//go:embed weights.bin
var committed []byte

// ErrWeights says that a file of weights is not one, is damaged, or was made for other features.
var ErrWeights = errors.New("weights cannot be used")

// Model is what was learnt: word vectors by the hash of the stem, the linear re-ranker, and the calibration. It does not
// change once made.
type Model struct {
	vectors map[uint64]*termVector
	mean    []float32 // per feature
	spread  []float32
	weight  []float32
	cal     calibration
}

// vectorOf returns what is known of a stem, nil if nothing.
func (m *Model) vectorOf(s string) *termVector { return m.vectors[hashOf(s)] }

// Default returns the committed model. It is read once.
func Default() (*Model, error) { return defaultModel() }

var defaultModel = sync.OnceValues(func() (*Model, error) { return ReadModel(bytes.NewReader(committed)) })

// magic begins a file of weights; the last character is its version.
const magic = "TSMATCH1"

// Write writes the model: magic, number of features, mean, spread and weight of each, the calibration, then one record per
// word: hash, weight, strength and 64 rounded numbers. Little-endian.
func (m *Model) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(magic)
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer takes everything
	put(uint32(len(m.weight)))
	put(m.mean)
	put(m.spread)
	put(m.weight)
	put(m.cal)
	hashes := make([]uint64, 0, len(m.vectors))
	for h := range m.vectors {
		hashes = append(hashes, h)
	}
	slices.Sort(hashes)
	put(uint32(len(hashes)))
	for _, h := range hashes {
		t := m.vectors[h]
		p := pack(&t.unit)
		put(h)
		put(t.weight)
		put(t.strength)
		put(p.scale)
		put(p.v)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write weights: %w", err)
	}
	return nil
}

// maxModelBytes is the largest file of weights that is read.
const maxModelBytes = 64 << 20

// ReadModel reads what Write wrote. The error is ErrWeights for anything else.
func ReadModel(r io.Reader) (*Model, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxModelBytes))
	if err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	body, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, fmt.Errorf("%w: not a file of weights", ErrWeights)
	}
	in := bytes.NewReader(body)
	get := func(v any) {
		if err == nil {
			err = binary.Read(in, binary.LittleEndian, v)
		}
	}
	var n uint32
	get(&n)
	if err != nil || int(n) != len(featureNames()) {
		return nil, fmt.Errorf("%w: made for %d features, there are %d", ErrWeights, n, len(featureNames()))
	}
	m := &Model{mean: make([]float32, n), spread: make([]float32, n), weight: make([]float32, n)}
	get(m.mean)
	get(m.spread)
	get(m.weight)
	get(&m.cal)
	var terms uint32
	get(&terms)
	if err != nil || int(terms)*wordRecord != in.Len() {
		return nil, fmt.Errorf("%w: cut or longer than it says", ErrWeights)
	}
	m.vectors = readVectors(body[len(body)-in.Len():])
	return m, nil
}

// wordRecord is the length of one word's record in bytes.
const wordRecord = 8 + 4 + 4 + 4 + dims

// readVectors reads the records of words. The caller has checked their length.
func readVectors(data []byte) map[uint64]*termVector {
	n := len(data) / wordRecord
	out := make(map[uint64]*termVector, n)
	all := make([]termVector, n)
	f := func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) }
	for i := range all {
		rec := data[i*wordRecord:]
		t := &all[i]
		t.weight, t.strength = f(rec[8:]), f(rec[12:])
		scale := f(rec[16:])
		for k := range t.unit {
			t.unit[k] = float32(int8(rec[20+k])) * scale
		}
		out[binary.LittleEndian.Uint64(rec)] = t
	}
	return out
}

// score returns what the linear model says of a row of features; only differences between rows of one text mean something.
func (m *Model) score(row []float32) float32 {
	var s float32
	for i, v := range row {
		s += m.weight[i] * m.standard(i, v)
	}
	return s
}

// standard returns a feature in units of its spread, cut at four of them so that a strange text cannot run away.
func (m *Model) standard(i int, v float32) float32 {
	return min(4, max(-4, (v-m.mean[i])/m.spread[i]))
}
