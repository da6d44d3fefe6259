package search

import "encoding/binary"

// The words of a document stand in its stream as texts: a byte with the field and the number of the language, how many
// words, how many bytes, and the words by their numbers within the language, the most frequent in one byte. The last text
// lists the terms of the facets, by their numbers as terms.
const (
	fieldBits = 3
	fieldMask = 1<<fieldBits - 1
)

// A number takes one byte below codeTwo, else as many as its first byte says: two, three, or five.
const (
	codeTwo   = 200
	codeThree = 248
	codeFive  = 255
	fromTwo   = codeTwo
	fromThree = fromTwo + (codeThree-codeTwo)<<8
	fromFive  = fromThree + (codeFive-codeThree)<<16
)

// appendNumber writes a number.
func appendNumber(data []byte, n uint32) []byte {
	switch {
	case n < fromTwo:
		return append(data, byte(n))
	case n < fromThree:
		n -= fromTwo
		return append(data, byte(codeTwo+n>>8), byte(n))
	case n < fromFive:
		n -= fromThree
		return append(data, byte(codeThree+n>>16), byte(n>>8), byte(n))
	}
	return binary.BigEndian.AppendUint32(append(data, codeFive), n)
}

// codeSize is how many bytes a number takes that begins with a byte.
func codeSize(first byte) int {
	switch {
	case first < codeTwo:
		return 1
	case first < codeThree:
		return 2
	case first < codeFive:
		return 3
	}
	return 5
}

// appendText writes a text of so many words, which data are.
func appendText(stream []byte, f Field, lang byte, count int, data []byte) []byte {
	stream = append(stream, byte(f)|lang<<fieldBits)
	stream = binary.AppendUvarint(stream, uint64(count))
	stream = binary.AppendUvarint(stream, uint64(len(data)))
	return append(stream, data...)
}

// streamText is one text of a document's stream: numbers of surfaces, or of terms if the field is keywords.
type streamText struct {
	field Field
	lang  byte // place in langs
	base  uint32
	data  []byte
	count int
}

// each calls f with the numbers of a text in order.
func (t streamText) each(f func(n uint32)) {
	for i := 0; i < len(t.data); {
		n := uint32(t.data[i])
		switch {
		case n < codeTwo:
			i++
		case n < codeThree:
			n = fromTwo + (n-codeTwo)<<8 + uint32(t.data[i+1])
			i += 2
		case n < codeFive:
			n = fromThree + (n-codeThree)<<16 + uint32(t.data[i+1])<<8 + uint32(t.data[i+2])
			i += 3
		default:
			n = binary.BigEndian.Uint32(t.data[i+1:])
			i += 5
		}
		f(t.base + n)
	}
}

// texts calls each for the texts of a document until it returns false.
func (s *segment) texts(doc uint32, each func(streamText) bool) {
	for data := s.words(doc); len(data) > 0; {
		var t streamText
		t, data = s.text(data)
		if !each(t) {
			return
		}
	}
}

// words is the stream of a document.
func (s *segment) words(doc uint32) []byte {
	start := uint32(0)
	if doc > 0 {
		start = s.streamEnd[doc-1]
	}
	return s.stream[start:s.streamEnd[doc]]
}

// text takes the first text off a stream.
func (s *segment) text(data []byte) (t streamText, rest []byte) {
	t = streamText{field: Field(data[0] & fieldMask), lang: data[0] >> fieldBits}
	count, n := binary.Uvarint(data[1:])
	size, m := binary.Uvarint(data[1+n:])
	body := 1 + n + m
	t.count, t.data = int(count), data[body:body+int(size)]
	if t.field != keywords {
		t.base = s.spaces[t.lang]
	}
	return t, data[body+int(size):]
}
