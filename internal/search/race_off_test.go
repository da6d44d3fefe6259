//go:build !race

package search

// slower is how many times less of the long comparisons is done.
const slower = 1
