package match

import (
	"bytes"
	_ "embed" // the committed weights
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"
)

//go:embed weights.bin
var committed []byte

// ErrWeights says that a file of weights is not one, is damaged, or was made for other features.
var ErrWeights = errors.New("weights cannot be used")

// Model is what was learnt: which words mean nearly the same, by hash of the stem, the linear re-ranker, and the calibration.
// It does not change once made.
type Model struct {
	words  wordList
	mean   []float32 // per feature
	spread []float32
	weight []float32
	cal    calibration
}

// Default returns the committed model. It is read once.
func Default() (*Model, error) { return defaultModel() }

var defaultModel = sync.OnceValues(func() (*Model, error) { return ReadModel(bytes.NewReader(committed)) })

// magic begins a file of weights; the last character is its version.
const magic = "TSMATCH2"

// Write writes the model: magic, number of features, mean, spread and weight of each, the calibration, then the words: hash,
// how much each matters, and its neighbours. Little-endian.
func (m *Model) Write(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(magic)
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer takes everything
	put(uint32(len(m.weight)))
	put(m.mean)
	put(m.spread)
	put(m.weight)
	put(m.cal)
	put(uint32(len(m.words.hashes)))
	put(m.words.hashes)
	put(m.words.matters)
	put(m.words.ends)
	put(uint32(len(m.words.near)))
	put(m.words.near)
	put(m.words.like)
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
	if err != nil || int(n) != len(layout.names) {
		return nil, fmt.Errorf("%w: made for %d features, there are %d", ErrWeights, n, len(layout.names))
	}
	m := &Model{mean: make([]float32, n), spread: make([]float32, n), weight: make([]float32, n)}
	get(m.mean)
	get(m.spread)
	get(m.weight)
	get(&m.cal)
	var words, near uint32
	get(&words)
	if err != nil || int(words)*wordBytes > in.Len() {
		return nil, fmt.Errorf("%w: cut short", ErrWeights)
	}
	l := &m.words
	l.hashes, l.matters, l.ends = make([]uint32, words), make([]uint8, words), make([]uint32, words)
	get(l.hashes)
	get(l.matters)
	get(l.ends)
	get(&near)
	if err != nil || int(near)*nearBytes != in.Len() {
		return nil, fmt.Errorf("%w: cut or longer than it says", ErrWeights)
	}
	l.near, l.like = make([]uint16, near), make([]uint8, near)
	get(l.near)
	get(l.like)
	if err != nil || !l.consistent() {
		return nil, fmt.Errorf("%w: its parts do not fit together", ErrWeights)
	}
	l.index()
	return m, nil
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
