package search

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// blockSize is how many documents are packed and skipped together.
const blockSize = 128

// noDoc is past the last document of a list.
const noDoc = math.MaxUint32

// postings hold, for each term of a segment, the documents that have it and how often. A list is cut into blocks of 128,
// each with its distances and its counts in as many bits as the widest needs. For each block the last document, its place
// and the most that any of its documents can score are kept apart, so that blocks can be skipped unread. Lists of one
// block need no such entry.
type postings struct {
	data  []byte
	start []uint32  // where the list of a term begins in data; of more than one block, its first entry in last, place and bound
	count []uint32  // documents in the list, deleted ones too
	max   []float32 // the most the term can add in any document, rounded up
	last  []uint32
	place []uint32
	bound []float32
}

// posting is one document of a list.
type posting struct {
	doc uint32
	tf  uint8
}

// add appends the list of the next term, which may be empty; sat is what a document adds to the score per unit of weight.
func (p *postings) add(list []posting, sat func(posting) float64) {
	start := len(p.data)
	if len(list) > blockSize {
		start = len(p.last)
	}
	p.start = append(p.start, uint32(start))
	p.count = append(p.count, uint32(len(list)))
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

// overhang is how many bytes follow the last block, so that eight can be read at once anywhere before them.
const overhang = 8

// seal ends the lists.
func (p *postings) seal() { p.data = append(p.data, make([]byte, overhang)...) }

// roundUp returns a float32 that is not below x.
func roundUp(x float64) float32 {
	f := float32(x)
	if float64(f) < x {
		f = math.Nextafter32(f, math.MaxFloat32)
	}
	return f
}

// A block begins with two bytes: how many bits a distance has (the low five bits) and which of tfWidths a count has, and
// the least count, from which the counts are given.
const (
	headSize  = 2
	widthBits = 5
	widthMask = 1<<widthBits - 1
)

var tfWidths = [8]uint8{0, 1, 2, 3, 4, 5, 6, 8}

func appendBlock(data []byte, block []posting, before uint32) []byte {
	widest, least, most := uint32(0), block[0].tf, block[0].tf
	prev := before
	for _, e := range block {
		widest, prev = max(widest, e.doc-prev), e.doc
		least, most = min(least, e.tf), max(most, e.tf)
	}
	width, code := bits.Len32(widest), 0
	for int(tfWidths[code]) < bits.Len8(most-least) {
		code++
	}
	data = append(data, byte(width|code<<widthBits), least)
	var pack packer
	prev = before
	for _, e := range block {
		data = pack.add(data, e.doc-prev, width)
		prev = e.doc
	}
	data = pack.flush(data)
	for _, e := range block {
		data = pack.add(data, uint32(e.tf-least), int(tfWidths[code]))
	}
	return pack.flush(data)
}

// packer writes numbers of some bits one after the other, the low bits first.
type packer struct {
	word uint64
	have int
}

func (p *packer) add(data []byte, n uint32, width int) []byte {
	p.word |= uint64(n) << p.have
	for p.have += width; p.have >= 8; p.have -= 8 {
		data = append(data, byte(p.word))
		p.word >>= 8
	}
	return data
}

func (p *packer) flush(data []byte) []byte {
	if p.have > 0 {
		data = append(data, byte(p.word))
	}
	p.word, p.have = 0, 0
	return data
}

// bytes is the heap the postings take.
func (p *postings) bytes() int {
	return cap(p.data) + 4*(cap(p.start)+cap(p.count)+cap(p.max)+cap(p.last)+cap(p.place)+cap(p.bound))
}

// cursor walks the list of one term in rising order of documents. doc is noDoc at the end.
type cursor struct {
	p       *postings
	term    uint32
	doc     uint32
	i, n    int // place in the block, length of the block
	block   int
	blocks  int
	tfs     []byte // the counts of the block, packed
	tfWidth uint
	tfLeast uint8
	docs    [blockSize]uint32
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
		entry := at + uint32(block)
		at = c.p.place[entry]
		if block > 0 {
			before = c.p.last[entry-1]
		}
	}
	c.n = min(blockSize, int(c.p.count[c.term])-block*blockSize)
	c.read(c.p.data[at:], before)
	c.doc = c.docs[0]
}

// read decodes the documents of a block; counts are looked up where they are asked for.
func (c *cursor) read(data []byte, before uint32) {
	width := uint(data[0] & widthMask)
	c.tfWidth, c.tfLeast = uint(tfWidths[data[0]>>widthBits]), data[1]
	data = data[headSize:]
	size := (uint(c.n)*width + 7) / 8
	c.tfs = data[size:]
	mask := uint64(1)<<width - 1
	prev, bit := before, uint(0)
	packed := data[:size+overhang]
	for i := range c.docs[:c.n] {
		prev += uint32(binary.LittleEndian.Uint64(packed[bit>>3:]) >> (bit & 7) & mask)
		c.docs[i] = prev
		bit += width
	}
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
	if c.docs[(c.n-1)&(blockSize-1)] < doc {
		next := c.blocks
		if c.block+1 < c.blocks {
			next = c.blockOf(doc)
		}
		if c.load(next); c.doc >= doc {
			return
		}
	}
	c.within(doc)
}

// nearby is how many documents of a block are looked at one by one before the search is cut in halves.
const nearby = 8

// within moves to the first document of the block that is not below doc; there is one.
func (c *cursor) within(doc uint32) {
	i := c.i
	for end := min(i+nearby, c.n); i < end; i++ {
		if c.docs[i&(blockSize-1)] >= doc {
			c.i, c.doc = i, c.docs[i&(blockSize-1)]
			return
		}
	}
	hi := c.n - 1
	for i < hi {
		if mid := (i + hi) / 2; c.docs[mid&(blockSize-1)] < doc {
			i = mid + 1
		} else {
			hi = mid
		}
	}
	c.i, c.doc = hi, c.docs[hi&(blockSize-1)]
}

// blockOf returns the first block, from the current one on, whose last document is not below doc. It gallops, because
// the next wanted document is mostly near.
func (c *cursor) blockOf(doc uint32) int {
	last := c.p.last[c.p.start[c.term]:][:c.blocks]
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
func (c *cursor) tf() uint8 {
	if c.tfWidth == 0 {
		return c.tfLeast
	}
	bit := uint(c.i) * c.tfWidth
	return c.tfLeast + uint8(binary.LittleEndian.Uint16(c.tfs[bit>>3:])>>(bit&7))&(1<<c.tfWidth-1)
}

// blockBound returns the most any document of the block that would hold doc can add, and the last document of that block.
func (c *cursor) blockBound(doc uint32) (float64, uint32) {
	if c.blocks <= 1 {
		return float64(c.p.max[c.term]), noDoc - 1
	}
	b := c.blockOf(doc)
	if b >= c.blocks {
		return 0, noDoc - 1
	}
	entry := c.p.start[c.term] + uint32(b)
	return float64(c.p.bound[entry]), c.p.last[entry]
}
