//go:build race

package bench

// raceFlag builds the program as the tests are built, so that a race under attack is noticed.
var raceFlag = []string{"-race"}

// testMemory is more than outside the tests, for the race detector takes five to ten times the memory.
const testMemory = 2 << 30
