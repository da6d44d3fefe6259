//go:build race

package search

// slower is how many times less of the long comparisons is done: the race detector takes that much longer.
const slower = 8
