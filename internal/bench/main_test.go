package bench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// builtProgram is the program under test, built once for all tests of this package.
var builtProgram string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ts-bench-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	builtProgram = filepath.Join(dir, "touchstone")
	// With the race detector when the tests have it: its packages are compiled already, only linking is left.
	args := append([]string{"build", "-o", builtProgram}, raceFlag...)
	if out, err := exec.CommandContext(ctx, "go", append(args, "github.com/touchstone-factcheck/touchstone/cmd/touchstone")...).CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the program: %v: %s\n", err, out)
		return 1
	}
	return m.Run()
}
