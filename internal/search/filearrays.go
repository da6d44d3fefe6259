package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math"
	"slices"
)

// castagnoli is the polynomial of CRC-32C, which processors compute.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// arrays writes arrays with their lengths and sums up what it wrote. After an error it writes nothing more.
type arrays struct {
	w       io.Writer
	crc     uint32
	err     error
	scratch []byte
}

func (a *arrays) raw(b []byte) {
	if a.err == nil {
		a.crc = crc32.Update(a.crc, castagnoli, b)
		_, a.err = a.w.Write(b)
	}
}

func (a *arrays) sum() { a.raw(binary.LittleEndian.AppendUint32(nil, a.crc)) }

func (a *arrays) bytes(b []byte) {
	a.raw(binary.LittleEndian.AppendUint64(nil, uint64(len(b))))
	a.raw(b)
}

// writeEach writes a slice of numbers, some at a time.
func writeEach[T any](a *arrays, s []T, appendOne func([]byte, T) []byte) {
	a.raw(binary.LittleEndian.AppendUint64(nil, uint64(len(s))))
	for len(s) > 0 {
		n := min(len(s), 1<<14)
		a.scratch = a.scratch[:0]
		for _, v := range s[:n] {
			a.scratch = appendOne(a.scratch, v)
		}
		a.raw(a.scratch)
		s = s[n:]
	}
}

func (a *arrays) u16s(s []uint16) { writeEach(a, s, binary.LittleEndian.AppendUint16) }
func (a *arrays) u32s(s []uint32) { writeEach(a, s, binary.LittleEndian.AppendUint32) }
func (a *arrays) u64s(s []uint64) { writeEach(a, s, binary.LittleEndian.AppendUint64) }
func (a *arrays) ids(s []ID) {
	writeEach(a, s, func(b []byte, id ID) []byte { return append(b, id[:]...) })
}
func (a *arrays) i64s(s []int64) {
	writeEach(a, s, func(b []byte, n int64) []byte { return binary.LittleEndian.AppendUint64(b, uint64(n)) })
}
func (a *arrays) f32s(s []float32) {
	writeEach(a, s, func(b []byte, f float32) []byte { return binary.LittleEndian.AppendUint32(b, math.Float32bits(f)) })
}

// vocabulary writes words; arrayReader.vocabulary reads them in the same order.
func (a *arrays) vocabulary(v *vocabulary) {
	a.bytes(v.terms.blob)
	a.u32s(v.terms.ends)
	a.bytes(v.surfaces.blob)
	a.u32s(v.surfaces.ends)
	a.u32s(v.stems)
	a.u32s(v.spaces)
	a.u32s(v.shown.of)
	a.bytes(v.shown.text.blob)
	a.u32s(v.shown.text.ends)
	a.u32s(v.sorted)
	a.u32s(v.tops)
}

func (a *arrays) postings(p *postings) {
	a.bytes(p.data)
	a.u32s(p.start)
	a.u32s(p.count)
	a.f32s(p.max)
	a.u32s(p.last)
	a.u32s(p.place)
	a.f32s(p.bound)
}

// view writes a segment; arrayReader.view reads it in the same order.
func (a *arrays) view(v *view, h *fileSegment) {
	a.ids(v.ids)
	a.i64s(v.dates)
	a.u16s(v.lengths)
	a.u64s(v.packed)
	a.u32s(v.valueEnd)
	a.u32s(v.valueOf)
	a.u32s(v.totals)
	a.postings(&v.postings)
	a.u64s(v.pairs.keys)
	a.postings(&v.pairs.lists)
	for _, t := range h.Terms {
		a.u32s(v.counts[t])
	}
	a.u32s(v.surfaceOf)
	a.u32s(v.streamEnd)
	a.bytes(v.stream)
	a.u32s(v.mixed)
	a.u32s(v.byDate)
	if !h.Changed {
		return
	}
	a.u64s(v.deleted)
	a.u32s(v.termDF.all())
	a.u32s(v.surfaceDF.all())
	a.u32s(v.left)
	for _, t := range h.Terms {
		a.u32s(v.stored[t])
	}
}

// arrayReader reads what arrays wrote. After an error it returns nothing.
type arrayReader struct {
	r    io.Reader
	left int64 // bytes that follow, -1 if nobody knows
	crc  uint32
	err  error

	scratch []byte
}

// sizeOf returns how much a reader has, if it is a file or a buffer.
func sizeOf(r io.Reader) int64 {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len())
	case interface{ Stat() (fs.FileInfo, error) }:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return info.Size()
		}
	}
	return -1
}

// room makes a slice for n entries of some bytes, as far as there are so many: a wrong length takes no more room than
// there is file.
func room[T any](a *arrayReader, n, size int) []T {
	switch {
	case a.left < 0:
		n = min(n, 1<<16)
	case a.left/int64(size) < int64(n):
		a.err = io.ErrUnexpectedEOF
		return nil
	}
	return make([]T, 0, n)
}

// into reads the next bytes.
func (a *arrayReader) into(b []byte) {
	if a.err != nil {
		return
	}
	if _, a.err = io.ReadFull(a.r, b); a.err != nil {
		return
	}
	a.crc = crc32.Update(a.crc, castagnoli, b)
	if a.left >= 0 {
		a.left -= int64(len(b))
	}
}

// raw reads n bytes.
func (a *arrayReader) raw(n int) []byte {
	out := room[byte](a, n, 1)
	for n > 0 && a.err == nil {
		some := min(n, 1<<22)
		out = slices.Grow(out, some)
		part := out[len(out) : len(out)+some]
		a.into(part)
		out, n = out[:len(out)+some], n-some
	}
	if a.err != nil {
		return nil
	}
	return out
}

func (a *arrayReader) length() int {
	b := a.raw(8)
	if a.err != nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > 1<<36 {
		a.err = fmt.Errorf("an array of %d", n)
		return 0
	}
	return int(n)
}

func (a *arrayReader) bytes() []byte { return a.raw(a.length()) }

// readEach reads a slice of numbers of some bytes each.
func readEach[T any](a *arrayReader, size int, one func([]byte) T) []T {
	n := a.length()
	out := room[T](a, n, size)
	for n > 0 && a.err == nil {
		some := min(n, 1<<14)
		if a.scratch == nil {
			a.scratch = make([]byte, 16<<14)
		}
		b := a.scratch[:some*size]
		a.into(b)
		if a.err != nil {
			return nil
		}
		for i := range some {
			out = append(out, one(b[i*size:]))
		}
		n -= some
	}
	if a.err != nil {
		return nil
	}
	return out
}

func (a *arrayReader) u16s() []uint16 { return readEach(a, 2, binary.LittleEndian.Uint16) }
func (a *arrayReader) u32s() []uint32 { return readEach(a, 4, binary.LittleEndian.Uint32) }
func (a *arrayReader) u64s() []uint64 { return readEach(a, 8, binary.LittleEndian.Uint64) }
func (a *arrayReader) ids() []ID      { return readEach(a, 16, func(b []byte) ID { return ID(b[:16]) }) }
func (a *arrayReader) i64s() []int64 {
	return readEach(a, 8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
}
func (a *arrayReader) f32s() []float32 {
	return readEach(a, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
}

// check compares the sum and sees to it that nothing follows.
func (a *arrayReader) check() error {
	want := a.crc
	got := a.raw(4)
	switch {
	case a.err != nil:
		return fmt.Errorf("%w: it is cut short", ErrDamaged)
	case binary.LittleEndian.Uint32(got) != want:
		return fmt.Errorf("%w: the checksum is wrong", ErrDamaged)
	}
	if n, err := a.r.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		return fmt.Errorf("%w: something follows the end", ErrDamaged)
	}
	return nil
}

func (a *arrayReader) vocabulary(langs []string) *vocabulary {
	v := &vocabulary{langs: langs}
	v.terms.blob, v.terms.ends = a.bytes(), a.u32s()
	v.surfaces.blob, v.surfaces.ends = a.bytes(), a.u32s()
	v.stems, v.spaces = a.u32s(), a.u32s()
	v.shown.of, v.shown.text.blob, v.shown.text.ends = a.u32s(), a.bytes(), a.u32s()
	v.sorted, v.tops = a.u32s(), a.u32s()
	return v
}

func (a *arrayReader) postings() (p postings) {
	p.data, p.start, p.count, p.max = a.bytes(), a.u32s(), a.u32s(), a.f32s()
	p.last, p.place, p.bound = a.u32s(), a.u32s(), a.f32s()
	return p
}

func (a *arrayReader) view(h *fileSegment, words *vocabulary) *view {
	s := &segment{vocabulary: words, counts: make(map[uint32][]uint32)}
	s.ids, s.dates, s.lengths = a.ids(), a.i64s(), a.u16s()
	s.packed, s.valueEnd, s.valueOf, s.totals = a.u64s(), a.u32s(), a.u32s(), a.u32s()
	s.postings = a.postings()
	s.pairs.keys = a.u64s()
	s.pairs.lists = a.postings()
	for _, t := range h.Terms {
		s.counts[t] = a.u32s()
	}
	s.surfaceOf = a.u32s()
	s.streamEnd, s.stream = a.u32s(), a.bytes()
	s.mixed, s.byDate = a.u32s(), a.u32s()
	v := newView(s, h.Base)
	v.live = h.Live
	if !h.Changed {
		return v
	}
	v.deleted = a.u64s()
	v.termDF, v.surfaceDF, v.left = counters{base: a.u32s()}, counters{base: a.u32s()}, a.u32s()
	v.stored = make(map[uint32][]uint32)
	for _, t := range h.Terms {
		v.stored[t] = a.u32s()
	}
	return v
}
