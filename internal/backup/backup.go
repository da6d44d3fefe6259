// Package backup writes the whole database into one file, proves that such a file can be restored, and restores it.
//
// A backup is an ordinary archive of pg_dump (custom format), which pg_restore reads by itself, with a manifest behind it:
// how many rows each table had in the same snapshot, where the change feed stood, and a checksum of everything. A file has
// its name only once it is complete and on disk, is readable to its owner alone, and never overwrites another by accident.
//
// A restore never touches the database it replaces: it fills a new one beside it, proves it, and swaps the names.
package backup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Server is the PostgreSQL server that backup and restore work on.
type Server struct {
	// Database is the name of the newsroom's database.
	Database string
	// Owner returns the URL of a database as the role that owns Touchstone's tables.
	Owner func(database string) string
	// Admin is the URL of another database of the server, as a role that may create and rename databases.
	Admin string
	// Provide makes a new, empty database that the owner may fill. It fails with CodeForbidden when the server does not
	// allow it.
	Provide func(ctx context.Context, database string) error
	// Tools is the directory of pg_dump and pg_restore; empty: they are looked for.
	Tools string
	// Private says that the environment's PG* variables are about another server.
	Private bool
}

// Progress is how far a backup or a restore has come.
type Progress struct {
	Doing string // "saving claims"
	Bytes int64  // written so far
}

// Options configure Create.
type Options struct {
	Force    bool           // replace a file of that name
	Program  string         // what program writes it, for the manifest
	Progress func(Progress) // called a few times a second; may be nil
}

// Result is a backup that was written.
type Result struct {
	File     string   `json:"file"`
	Bytes    int64    `json:"bytes"`
	Manifest Manifest `json:"manifest"`
}

// Create writes a backup of the database into file. Others go on working meanwhile; the file holds one moment. It fails
// with CodeConflict when the file is there already, CodeInvalid when it cannot be written there, and CodeUnavailable when
// the server or its tools are missing. After any error, a cancelled ctx included, nothing of that name was written.
func Create(ctx context.Context, srv Server, file string, opts Options) (Result, error) {
	file, err := destination(file, opts.Force)
	if err != nil {
		return Result{}, err
	}
	conn, err := connect(ctx, srv.Owner(srv.Database))
	if err != nil {
		return Result{}, err
	}
	defer closeConn(ctx, conn)
	tools, err := findTools(ctx, srv, conn)
	if err != nil {
		return Result{}, err
	}
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return Result{}, unavailable("begin to read", err)
	}
	// Whatever happens, nothing was changed; the connection is closed in any case.
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	manifest, err := takeStock(ctx, tx)
	if err != nil {
		return Result{}, err
	}
	manifest.Program, manifest.Tools = opts.Program, tools.version
	var snapshot string
	if err := tx.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&snapshot); err != nil {
		return Result{}, unavailable("export the snapshot", err)
	}
	size, err := writeWhole(file, opts.Force, func(part string) error {
		if err := tools.dump(ctx, srv, snapshot, part, opts.Progress); err != nil {
			return err
		}
		if err := tools.list(ctx, part); err != nil {
			return err
		}
		return seal(part, manifest)
	})
	if err != nil {
		return Result{}, err
	}
	return Result{File: file, Bytes: size, Manifest: manifest}, nil
}

// destination checks that a file can be made, before the work is done, and returns its absolute path.
func destination(file string, force bool) (string, error) {
	if file == "" || file == "-" {
		return "", factcheck.Invalid("FILE", "name the file to write the backup into; it is none before it is complete, so standard output cannot take it")
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return "", fmt.Errorf("find the file to write: %w", err)
	}
	info, err := os.Lstat(file)
	switch {
	case err == nil && info.IsDir():
		return "", factcheck.Invalid("FILE", "%s is a directory; name a file in it", file)
	case err == nil && !info.Mode().IsRegular():
		return "", factcheck.Invalid("FILE", "%s is no regular file", file)
	case err == nil && !force:
		return "", factcheck.Conflict("%s is there already; choose another name, or say --force to replace it", file)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", &factcheck.Error{Code: factcheck.CodeInvalid, Field: "FILE", Message: fmt.Sprintf("%s cannot be written: %v", file, err), Err: err}
	}
	return file, nil
}

// writeWhole has write fill a file under another name, in the same directory, and gives it its name when it is complete
// and on disk. It returns the size.
func writeWhole(file string, force bool, write func(part string) error) (int64, error) {
	sweepParts(file)
	part, err := os.CreateTemp(filepath.Dir(file), partPrefix(file)+"*")
	if err != nil {
		return 0, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "FILE", Message: fmt.Sprintf("%s cannot be written: %v", file, err), Err: err}
	}
	defer func() { _ = os.Remove(part.Name()) }() // gone already if all went well
	if err := part.Close(); err != nil {
		return 0, fmt.Errorf("close %s: %w", part.Name(), err)
	}
	if err := write(part.Name()); err != nil {
		return 0, err
	}
	size, err := syncFile(part.Name())
	if err != nil {
		return 0, err
	}
	if force {
		err = os.Rename(part.Name(), file)
	} else {
		err = os.Link(part.Name(), file) // unlike a rename it never replaces what somebody else has put there meanwhile
	}
	if errors.Is(err, fs.ErrExist) {
		return 0, factcheck.Conflict("%s is there now, written by somebody else meanwhile", file)
	}
	if err != nil && !force {
		err = os.Rename(part.Name(), file) // a file system without links
	}
	if err != nil {
		return 0, fmt.Errorf("give the backup its name: %w", err)
	}
	return size, syncDir(filepath.Dir(file))
}

// partPrefix begins the name of an unfinished backup.
func partPrefix(file string) string { return "." + filepath.Base(file) + ".part-" }

// sweepParts removes what a killed backup of the same name left. A day is longer than any takes.
func sweepParts(file string) {
	parts, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		return // CreateTemp will say why
	}
	prefix := partPrefix(file)
	for _, entry := range parts {
		info, err := entry.Info()
		if err != nil || len(entry.Name()) <= len(prefix) || entry.Name()[:len(prefix)] != prefix {
			continue
		}
		if time.Since(info.ModTime()) > 24*time.Hour {
			_ = os.Remove(filepath.Join(filepath.Dir(file), entry.Name())) // it is only in the way
		}
	}
}

// syncFile makes a file durable and returns its size.
func syncFile(path string) (int64, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, fmt.Errorf("open the backup to sync it: %w", err)
	}
	err = f.Sync()
	info, serr := f.Stat()
	if err := errors.Join(err, serr, f.Close()); err != nil {
		return 0, fmt.Errorf("write the backup to disk: %w", err)
	}
	return info.Size(), nil
}

// syncDir makes the names in a directory durable.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open a directory to sync it: %w", err)
	}
	if err := errors.Join(dir.Sync(), dir.Close()); err != nil {
		return fmt.Errorf("sync the directory %s: %w", path, err)
	}
	return nil
}
