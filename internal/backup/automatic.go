package backup

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// automaticName is the name of an automatic backup, and automaticPattern finds them: files of other names in the same
// directory are somebody's, and are never removed.
const automaticName = "touchstone-20060102T150405Z.backup"

var automaticPattern = regexp.MustCompile(`^touchstone-\d{8}T\d{6}Z\.backup$`)

// Directory returns the directory of the automatic backups.
func Directory(dataDir string) string { return filepath.Join(dataDir, "backups") }

// Automatic writes a backup into a directory, which is made if it is absent, and then removes the oldest automatic ones
// down to keep.
func Automatic(ctx context.Context, srv Server, dir string, keep int, opts Options) (Result, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Result{}, fmt.Errorf("make the directory of backups: %w", err)
	}
	opts.Force = true // two in one second: the later one is as good
	out, err := Create(ctx, srv, filepath.Join(dir, time.Now().UTC().Format(automaticName)), opts)
	if err != nil {
		return out, err
	}
	return out, prune(dir, keep)
}

// prune removes the oldest automatic backups down to keep.
func prune(dir string, keep int) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("list the backups: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && automaticPattern.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names) // by age
	for len(names) > max(keep, 1) {
		if err := os.Remove(filepath.Join(dir, names[0])); err != nil {
			return fmt.Errorf("remove an old backup: %w", err)
		}
		names = names[1:]
	}
	return nil
}
