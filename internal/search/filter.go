package search

import "slices"

// filter is a Filter with its values as terms and, where they are counted, as numbers.
type filter struct {
	not   bool
	keys  []string
	mask  uint64
	more  []uint32
	exact bool // mask and more hold all of it
}

// filter makes a Filter ready.
func (s *Snapshot) filter(f Filter) filter {
	out := filter{not: f.Not, exact: !slices.Contains(s.opts.FilterOnly, f.Name)}
	for _, value := range f.Values {
		out.keys = append(out.keys, facetKey(f.Name, value))
		n, ok := s.values.number[Facet{f.Name, value}]
		switch {
		case !ok:
		case n < packedValues:
			out.mask |= 1 << n
		default:
			out.more = append(out.more, n)
		}
	}
	return out
}
