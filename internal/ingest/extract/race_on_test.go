//go:build race

package extract_test

// half is half of the size that hostile pages are made of: with the race detector everything takes ten times as long.
const half = 1 << 15
