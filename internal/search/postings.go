package search

import (
	"encoding/binary"
	"math"
)

// blockSize is how many documents are packed and skipped together.
const blockSize = 128

// noDoc is past the last document of a list.
const noDoc = math.MaxUint32

// postings hold, for each term of a segment, the documents that have it and how often. A list is cut into blocks of 128;
// each block has its distances in 1, 2 or 4 bytes, whatever the widest needs, and its counts as one byte each, or one for
// all where they are the same. For each block the last document, its place and the most that any of its documents can
// score are kept apart, so that blocks can be skipped unread. Lists of one block need no such entry.
type postings struct {
	data  []byte
	start []uint32  // where the list of a term begins in data
	count []uint32  // documents in the list, deleted ones too
	max   []float32 // the most the term can add in any document, rounded up
	first []uint32  // the term's first entry in last, place and bound, if it has more than one block
	last  []uint32
	place []uint32
	bound []float32
}

// posting is one document of a list.
type posting struct {
	doc uint32
	tf  uint8
}

// add appends the list of the next term; sat is what a document adds to the score per unit of weight.
func (p *postings) add(list []posting, sat func(posting) float64) {
	p.start = append(p.start, uint32(len(p.data)))
	p.count = append(p.count, uint32(len(list)))
	p.first = append(p.first, uint32(len(p.last)))
	before, best := uint32(0), float32(0)
	for i := 0; i < len(list); i += blockSize {
		block := list[i:min(i+blockSize, len(list))]
		place, most := uint32(len(p.data)), 0.0
		for _, e := range block {
			most = max(most, sat(e))
		}
		bound := roundUp(most)
		best = max(best, bound)
		p.data = appendBlock(p.data, block, before)
		before = block[len(block)-1].doc
		if len(list) > blockSize {
			p.last, p.place, p.bound = append(p.last, before), append(p.place, place), append(p.bound, bound)
		}
	}
	p.max = append(p.max, best)
}

// roundUp returns a float32 that is not below x.
func roundUp(x float64) float32 {
	f := float32(x)
	if float64(f) < x {
		f = math.Nextafter32(f, math.MaxFloat32)
	}
	return f
}

// A block begins with a byte: the width of a distance in the low bits, and sameCount if one count stands for all.
const sameCount = 0x80

func appendBlock(data []byte, block []posting, before uint32) []byte {
	widest, same := uint32(0), true
	prev := before
	for _, e := range block {
		widest, prev = max(widest, e.doc-prev), e.doc
		same = same && e.tf == block[0].tf
	}
	width := byte(1)
	switch {
	case widest >= 1<<16:
		width = 4
	case widest >= 1<<8:
		width = 2
	}
	head := width
	if same {
		head |= sameCount
	}
	data = append(data, head)
	prev = before
	for _, e := range block {
		switch d := e.doc - prev; width {
		case 1:
			data = append(data, byte(d))
		case 2:
			data = binary.LittleEndian.AppendUint16(data, uint16(d))
		default:
			data = binary.LittleEndian.AppendUint32(data, d)
		}
		prev = e.doc
	}
	if same {
		return append(data, block[0].tf)
	}
	for _, e := range block {
		data = append(data, e.tf)
	}
	return data
}

// readBlock decodes n entries at data, of which the one before the first is before.
func readBlock(data []byte, n int, before uint32, docs *[blockSize]uint32, tfs *[blockSize]uint8) {
	head := data[0]
	data = data[1:]
	prev := before
	switch head &^ sameCount {
	case 1:
		for i, d := range data[:n] {
			prev += uint32(d)
			docs[i&(blockSize-1)] = prev
		}
		data = data[n:]
	case 2:
		for i := range n {
			prev += uint32(binary.LittleEndian.Uint16(data[2*i:]))
			docs[i&(blockSize-1)] = prev
		}
		data = data[2*n:]
	default:
		for i := range n {
			prev += binary.LittleEndian.Uint32(data[4*i:])
			docs[i&(blockSize-1)] = prev
		}
		data = data[4*n:]
	}
	if head&sameCount == 0 {
		copy(tfs[:n], data)
		return
	}
	for i := range tfs[:n] {
		tfs[i] = data[0]
	}
}

// bytes is the heap the postings take.
func (p *postings) bytes() int {
	return cap(p.data) + 4*(cap(p.start)+cap(p.count)+cap(p.max)+cap(p.first)+cap(p.last)+cap(p.place)+cap(p.bound))
}

// cursor walks the list of one term in rising order of documents. doc is noDoc at the end.
type cursor struct {
	p      *postings
	term   uint32
	doc    uint32
	i, n   int // place in the block, length of the block
	block  int
	blocks int
	docs   [blockSize]uint32
	tfs    [blockSize]uint8
}

// open puts the cursor on the first document of a term.
func (c *cursor) open(p *postings, term uint32) {
	c.p, c.term = p, term
	c.blocks = int((p.count[term] + blockSize - 1) / blockSize)
	c.load(0)
}

// load reads a block and stands on its first document.
func (c *cursor) load(block int) {
	c.block, c.i = block, 0
	if block >= c.blocks {
		c.doc, c.n = noDoc, 0
		return
	}
	at, before := c.p.start[c.term], uint32(0)
	if c.blocks > 1 {
		entry := c.p.first[c.term] + uint32(block)
		at = c.p.place[entry]
		if block > 0 {
			before = c.p.last[entry-1]
		}
	}
	c.n = min(blockSize, int(c.p.count[c.term])-block*blockSize)
	readBlock(c.p.data[at:], c.n, before, &c.docs, &c.tfs)
	c.doc = c.docs[0]
}

// next moves to the next document.
func (c *cursor) next() {
	if c.i++; c.i < c.n {
		c.doc = c.docs[c.i&(blockSize-1)]
		return
	}
	c.load(c.block + 1)
}

// seek moves to the first document that is not below doc; it never moves back.
func (c *cursor) seek(doc uint32) {
	if c.doc >= doc {
		return
	}
	if c.blocks > 1 {
		if b := c.blockOf(doc); b != c.block {
			c.load(b)
		}
	}
	for c.doc < doc {
		c.next()
	}
}

// blockOf returns the first block, from the current one on, whose last document is not below doc. It gallops, because
// the next wanted document is mostly near.
func (c *cursor) blockOf(doc uint32) int {
	last := c.p.last[c.p.first[c.term]:][:c.blocks]
	lo, step := c.block, 1
	if lo >= c.blocks || last[lo] >= doc {
		return lo
	}
	for lo+step < c.blocks && last[lo+step] < doc {
		lo += step
		step *= 2
	}
	hi := min(lo+step, c.blocks)
	for lo+1 < hi {
		if mid := (lo + hi) / 2; last[mid] < doc {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// tf is how often the current document has the term, weighted by field.
func (c *cursor) tf() uint8 { return c.tfs[c.i&(blockSize-1)] }

// blockBound returns the most any document of the block that would hold doc can add, and the last document of that block.
func (c *cursor) blockBound(doc uint32) (float64, uint32) {
	if c.blocks <= 1 {
		return float64(c.p.max[c.term]), noDoc - 1
	}
	b := c.blockOf(doc)
	if b >= c.blocks {
		return 0, noDoc - 1
	}
	entry := c.p.first[c.term] + uint32(b)
	return float64(c.p.bound[entry]), c.p.last[entry]
}
