package search

import "unicode/utf8"

// Grams returns the character 3- to 5-grams of a folded word with a mark at each end (^ and $), hashed to 32 bits, with
// repeats. A word of one letter has one gram, ^a$.
func Grams(word string) []uint32 {
	var s gramScratch
	return s.of([]byte(word))
}

// gramScratch is room for the grams of one word after the other.
type gramScratch struct {
	padded []byte
	starts []int
	out    []uint32
}

// of returns the grams of a word, valid until the next call.
func (s *gramScratch) of(word []byte) []uint32 {
	s.padded = append(append(append(s.padded[:0], '^'), word...), '$')
	s.starts, s.out = s.starts[:0], s.out[:0]
	for i := 0; i < len(s.padded); {
		s.starts = append(s.starts, i)
		if s.padded[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRune(s.padded[i:])
		i += size
	}
	n := len(s.starts)
	s.starts = append(s.starts, len(s.padded))
	for i := 0; i+3 <= n; i++ {
		h := hashSeed
		for _, c := range s.padded[s.starts[i]:s.starts[i+3]] {
			h = (h ^ uint32(c)) * hashPrime
		}
		s.out = append(s.out, mix32(h))
		for end := i + 4; end <= min(i+5, n); end++ {
			for _, c := range s.padded[s.starts[end-1]:s.starts[end]] {
				h = (h ^ uint32(c)) * hashPrime
			}
			s.out = append(s.out, mix32(h))
		}
	}
	return s.out
}

// The constants of FNV-1a.
const (
	hashSeed  = uint32(2166136261)
	hashPrime = uint32(16777619)
)

// hash32 is FNV-1a with a last mix, the same on every machine, because snapshot files hold what it gives.
func hash32[T ~[]byte | ~string](s T) uint32 {
	h := hashSeed
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * hashPrime
	}
	return mix32(h)
}

func mix32(h uint32) uint32 {
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>12
}
