package search

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
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

// view writes a segment; arrayReader.view reads it in the same order.
func (a *arrays) view(v *view, h *fileSegment) {
	a.ids(v.ids)
	a.i64s(v.seqs)
	a.i64s(v.dates)
	a.u16s(v.lengths)
	a.u64s(v.packed)
	a.u32s(v.valueEnd)
	a.u32s(v.valueOf)
	a.u32s(v.totals)
	a.bytes(v.terms.blob)
	a.u32s(v.terms.ends)
	p := &v.postings
	a.bytes(p.data)
	a.u32s(p.start)
	a.u32s(p.count)
	a.f32s(p.max)
	a.u32s(p.first)
	a.u32s(p.last)
	a.u32s(p.place)
	a.f32s(p.bound)
	for _, t := range h.Terms {
		a.u32s(v.counts[t])
	}
	a.bytes(v.surfaces.blob)
	a.u32s(v.surfaces.ends)
	a.u32s(v.surfaceOf)
	a.u32s(v.stems)
	a.u32s(v.streamEnd)
	a.bytes(v.stream)
	if !h.Changed {
		return
	}
	a.u64s(v.deleted)
	a.u32s(v.termDF)
	a.u32s(v.surfaceDF)
	a.u32s(v.left)
	for _, t := range h.Terms {
		a.u32s(v.stored[t])
	}
}

// arrayReader reads what arrays wrote. After an error it returns nothing.
type arrayReader struct {
	r   io.Reader
	crc uint32
	err error
}

// raw reads n bytes, some at a time, so that a wrong length takes no more room than there is file.
func (a *arrayReader) raw(n int) []byte {
	var out []byte
	for n > 0 && a.err == nil {
		some := min(n, 1<<22)
		if cap(out)-len(out) < some {
			out = append(make([]byte, 0, max(len(out)+some, min(2*len(out), len(out)+n))), out...)
		}
		part := out[len(out) : len(out)+some]
		if _, a.err = io.ReadFull(a.r, part); a.err != nil {
			return nil
		}
		a.crc = crc32.Update(a.crc, castagnoli, part)
		out, n = out[:len(out)+some], n-some
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
	out := make([]T, 0, min(n, 1<<16))
	for n > 0 && a.err == nil {
		some := min(n, 1<<16)
		b := a.raw(some * size)
		if a.err != nil {
			return nil
		}
		if cap(out)-len(out) < some {
			out = append(make([]T, 0, max(len(out)+some, min(4*len(out), len(out)+n))), out...)
		}
		for i := range some {
			out = append(out, one(b[i*size:]))
		}
		n -= some
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

func (a *arrayReader) view(h *fileSegment) *view {
	s := &segment{counts: make(map[uint32][]uint32), shown: h.Shown}
	s.ids, s.seqs, s.dates, s.lengths = a.ids(), a.i64s(), a.i64s(), a.u16s()
	s.packed, s.valueEnd, s.valueOf, s.totals = a.u64s(), a.u32s(), a.u32s(), a.u32s()
	s.terms.blob, s.terms.ends = a.bytes(), a.u32s()
	p := &s.postings
	p.data, p.start, p.count, p.max, p.first = a.bytes(), a.u32s(), a.u32s(), a.f32s(), a.u32s()
	p.last, p.place, p.bound = a.u32s(), a.u32s(), a.f32s()
	for _, t := range h.Terms {
		s.counts[t] = a.u32s()
	}
	s.surfaces.blob, s.surfaces.ends = a.bytes(), a.u32s()
	s.surfaceOf, s.stems = a.u32s(), a.u32s()
	s.streamEnd, s.stream = a.u32s(), a.bytes()
	v := newView(s, h.Base)
	v.live = h.Live
	if !h.Changed {
		return v
	}
	v.deleted, v.termDF, v.surfaceDF, v.left = a.u64s(), a.u32s(), a.u32s(), a.u32s()
	v.stored = make(map[uint32][]uint32)
	for _, t := range h.Terms {
		v.stored[t] = a.u32s()
	}
	return v
}
