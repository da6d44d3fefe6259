package search

import "unicode/utf8"

// Grams returns the character 3- to 5-grams of a folded word with a mark at each end (^ and $), hashed to 32 bits, in
// order and with repeats. A word of one letter has one gram, ^a$.
func Grams(word string) []uint32 {
	padded := make([]byte, 0, len(word)+2)
	padded = append(padded, '^')
	padded = append(padded, word...)
	padded = append(padded, '$')
	starts := make([]int, 0, len(padded)+1)
	for i := 0; i < len(padded); {
		starts = append(starts, i)
		_, size := utf8.DecodeRune(padded[i:])
		i += size
	}
	n := len(starts)
	starts = append(starts, len(padded))
	out := make([]uint32, 0, 3*n)
	for size := 3; size <= 5; size++ {
		for i := 0; i+size <= n; i++ {
			out = append(out, hash32(padded[starts[i]:starts[i+size]]))
		}
	}
	return out
}

// hash32 is FNV-1a with a last mix, the same on every machine, because snapshot files hold what it gives.
func hash32[T ~[]byte | ~string](s T) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint32(s[i])) * 16777619
	}
	h ^= h >> 15
	h *= 0x2c1b3c6d
	return h ^ h>>12
}
