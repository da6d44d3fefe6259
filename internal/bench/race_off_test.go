//go:build !race

package bench

// raceFlag is empty: the tests are built without the race detector, and so is the program.
var raceFlag []string

// testMemory is the usual bound.
const testMemory = attackMemory
