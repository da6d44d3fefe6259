//go:build !race

package extract_test

// half is half of the size that hostile pages are made of: 4*half is 2 MiB.
const half = 1 << 19
