package httpcache

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Piece is a part of a long body, compressed by itself. Pieces in any order make one gzip body (RFC 1952) without being
// compressed again: each ends at a whole byte and refers to nothing before it.
type Piece struct {
	deflate []byte
	sum     uint32 // CRC-32 of what it holds
	size    int
}

// Pack compresses a part of a body. It costs some 15 ms for a megabyte of JSON.
func Pack(body []byte) (*Piece, error) {
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("compress a piece: %w", err)
	}
	if _, err := w.Write(body); err != nil {
		return nil, fmt.Errorf("compress a piece: %w", err)
	}
	if err := w.Flush(); err != nil { // not closed: the last piece is not known
		return nil, fmt.Errorf("compress a piece: %w", err)
	}
	return &Piece{deflate: bytes.Clone(out.Bytes()), sum: crc32.ChecksumIEEE(body), size: len(body)}, nil
}

// Empty reports whether there is nothing in the piece.
func (p *Piece) Empty() bool { return p.size == 0 }

// Size returns how many bytes the piece takes in memory.
func (p *Piece) Size() int { return len(p.deflate) }

// Joint makes one body of pieces: as gzip, or plain. The zero value makes a plain one.
type Joint struct {
	Gzip  bool
	begun bool
	sum   uint32
	size  uint32
}

// Append appends a piece to a body.
func (j *Joint) Append(dst []byte, p *Piece) ([]byte, error) {
	if !j.Gzip {
		start := len(dst)
		dst = append(dst, make([]byte, p.size)...)
		if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(p.deflate)), dst[start:]); err != nil {
			return dst[:start], fmt.Errorf("unpack a piece: %w", err)
		}
		return dst, nil
	}
	dst = j.begin(dst)
	j.sum = joinSums(j.sum, p.sum, p.size)
	j.size += uint32(p.size) // modulo 2³², as RFC 1952 wants it
	return append(dst, p.deflate...), nil
}

// End appends what ends the body.
func (j *Joint) End(dst []byte) []byte {
	if !j.Gzip {
		return dst
	}
	dst = append(j.begin(dst), 0x03, 0x00) // an empty last block
	return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(dst, j.sum), j.size)
}

func (j *Joint) begin(dst []byte) []byte {
	if j.begun {
		return dst
	}
	j.begun = true
	return append(dst, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255) // no name, no time, no system: the same bytes everywhere
}

// joinSums returns the CRC-32 of two texts in a row from theirs and the length of the second: the first one's is moved on by
// as many zero bytes, by squaring the step of one bit in GF(2).
func joinSums(first, second uint32, length int) uint32 {
	if length == 0 {
		return first
	}
	var step, square [32]uint32
	step[0] = crc32.IEEE // one zero bit
	for i := 1; i < 32; i++ {
		step[i] = 1 << (i - 1)
	}
	squared(&square, &step) // two
	squared(&step, &square) // four
	for n := length; n > 0; n >>= 1 {
		squared(&square, &step)
		step, square = square, step
		if n&1 == 1 {
			first = times(&step, first)
		}
	}
	return first ^ second
}

func times(m *[32]uint32, v uint32) (sum uint32) {
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 == 1 {
			sum ^= m[i]
		}
	}
	return sum
}

func squared(out, m *[32]uint32) {
	for i := range m {
		out[i] = times(m, m[i])
	}
}
