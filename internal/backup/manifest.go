package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Manifest says what is in a backup. It stands behind the archive:
//
//	archive of pg_dump
//	\nTOUCHSTONE BACKUP\n
//	the manifest as JSON on one line\n
//	SHA-256 of everything before this line, in hex, a space, and the length of the archive in 20 digits\n
type Manifest struct {
	Format  int              `json:"format"` // 1
	At      time.Time        `json:"at"`     // the moment it holds
	Program string           `json:"program,omitempty"`
	Server  string           `json:"server"` // version of PostgreSQL
	Tools   int              `json:"tools"`  // major version of pg_dump
	Schema  int64            `json:"schema"` // highest migration applied
	House   string           `json:"house"`  // site; "" before there was one
	Demo    bool             `json:"demo,omitempty"`
	Epoch   string           `json:"epoch"`
	Seq     int64            `json:"seq"`
	Guards  int              `json:"guards"` // triggers that hold the ledger
	Tables  map[string]int64 `json:"tables"` // rows
}

const (
	manifestFormat = 1
	manifestMark   = "\nTOUCHSTONE BACKUP\n"
	lastLine       = 64 + 1 + 20 + 1
)

// takeStock fills a manifest from the snapshot of a transaction.
func takeStock(ctx context.Context, tx pgx.Tx) (Manifest, error) {
	m := Manifest{Format: manifestFormat, Tables: map[string]int64{}}
	var migrated bool
	if err := tx.QueryRow(ctx, `SELECT to_regclass('public.feed') IS NOT NULL AND to_regclass('public.goose_db_version') IS NOT NULL`).Scan(&migrated); err != nil {
		return m, unavailable("look at the schema", err)
	}
	if !migrated {
		return m, factcheck.Conflict("there is nothing of Touchstone in this database yet")
	}
	err := tx.QueryRow(ctx, `SELECT date_trunc('milliseconds', now() AT TIME ZONE 'UTC'), current_setting('server_version'),
		(SELECT max(version_id) FROM goose_db_version WHERE is_applied), coalesce((SELECT max(site) FROM publishers WHERE is_house), ''),
		i.demo, f.epoch, f.seq, (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O')
		FROM installation i, feed f`).Scan(&m.At, &m.Server, &m.Schema, &m.House, &m.Demo, &m.Epoch, &m.Seq, &m.Guards)
	if err != nil {
		return m, fmt.Errorf("look at the installation: %w", err)
	}
	m.At = m.At.UTC()
	m.Tables, err = countRows(ctx, tx)
	return m, err
}

// querier is a connection or a transaction.
type querier interface {
	Query(context.Context, string, ...any) (pgx.Rows, error)
	QueryRow(context.Context, string, ...any) pgx.Row
}

// tables lists all tables by name.
func tables(ctx context.Context, q querier) ([]string, error) {
	rows, err := q.Query(ctx, `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition ORDER BY 1`)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	return names, nil
}

// countRows counts the rows of all tables.
func countRows(ctx context.Context, q querier) (map[string]int64, error) {
	names, err := tables(ctx, q)
	if err != nil {
		return nil, err
	}
	counts := make(map[string]int64, len(names))
	for _, name := range names {
		var n int64
		if err := q.QueryRow(ctx, `SELECT count(*) FROM public.`+pgx.Identifier{name}.Sanitize()).Scan(&n); err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", name, err)
		}
		counts[name] = n
	}
	return counts, nil
}

// seal writes the manifest behind an archive.
func seal(path string, m Manifest) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return fmt.Errorf("open the archive: %w", err)
	}
	return errors.Join(sealFile(f, m), f.Close())
}

func sealFile(f *os.File, m Manifest) error {
	sum := sha256.New()
	length, err := io.Copy(sum, bufio.NewReaderSize(f, 1<<20))
	if err != nil {
		return fmt.Errorf("read the archive: %w", err)
	}
	line, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	tail := []byte(manifestMark + string(line) + "\n")
	sum.Write(tail)
	tail = fmt.Appendf(tail, "%x %020d\n", sum.Sum(nil), length)
	if _, err := f.WriteAt(tail, length); err != nil {
		return fmt.Errorf("write the manifest: %w", err)
	}
	return nil
}

// Inspect reads the manifest of a backup and compares the checksum, which means reading all of it. It fails with
// CodeNotFound when there is no such file and CodeInvalid when it is no backup or is damaged.
func Inspect(ctx context.Context, file string) (Manifest, error) {
	var m Manifest
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return m, factcheck.NotFound("there is no file %s", file)
	}
	if err != nil {
		return m, &factcheck.Error{Code: factcheck.CodeInvalid, Field: "FILE", Message: fmt.Sprintf("%s cannot be read: %v", file, err), Err: err}
	}
	defer f.Close() //nolint:errcheck // nothing was written
	info, err := f.Stat()
	if err != nil {
		return m, fmt.Errorf("look at %s: %w", file, err)
	}
	if !info.Mode().IsRegular() {
		return m, factcheck.Invalid("FILE", "%s is no file", file)
	}
	want, archive, err := readLastLine(f, info.Size())
	if err != nil {
		return m, notABackup(f, file)
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, &reader{ctx: ctx, r: io.NewSectionReader(f, 0, info.Size()-lastLine)}); err != nil {
		return m, fmt.Errorf("read %s: %w", file, err)
	}
	if !bytes.Equal(sum.Sum(nil), want) {
		return m, factcheck.Invalid("FILE", "%s is damaged: its checksum does not agree with what is in it", file)
	}
	text := make([]byte, info.Size()-lastLine-archive)
	if _, err := f.ReadAt(text, archive); err != nil {
		return m, fmt.Errorf("read the manifest of %s: %w", file, err)
	}
	text, marked := bytes.CutPrefix(text, []byte(manifestMark))
	if err := json.Unmarshal(text, &m); err != nil || !marked {
		return m, factcheck.Invalid("FILE", "%s has no manifest that can be read", file)
	}
	if m.Format != manifestFormat {
		return m, factcheck.Invalid("FILE", "%s was written by a newer Touchstone (%s); restore it with that", file, m.Program)
	}
	return m, nil
}

// readLastLine returns the checksum and the length of the archive.
func readLastLine(f *os.File, size int64) (sum []byte, archive int64, err error) {
	if size < lastLine {
		return nil, 0, io.ErrUnexpectedEOF
	}
	line := make([]byte, lastLine)
	if _, err := f.ReadAt(line, size-lastLine); err != nil {
		return nil, 0, err
	}
	if line[64] != ' ' || line[lastLine-1] != '\n' {
		return nil, 0, errors.New("no last line")
	}
	if sum, err = hex.DecodeString(string(line[:64])); err != nil {
		return nil, 0, err
	}
	archive, err = strconv.ParseInt(string(line[65:lastLine-1]), 10, 64)
	if err == nil && (archive < 0 || archive > size-lastLine || size-lastLine-archive > 1<<20) {
		err = errors.New("impossible length")
	}
	return sum, archive, err
}

// notABackup tells a file that was cut off from one that is something else.
func notABackup(f *os.File, file string) error {
	head := make([]byte, 5)
	if _, err := f.ReadAt(head, 0); err == nil && string(head) == "PGDMP" {
		return factcheck.Invalid("FILE", "%s is not complete: it begins like a backup and ends without its manifest (an archive made by pg_dump itself is read by pg_restore)", file)
	}
	return factcheck.Invalid("FILE", "%s is no backup of Touchstone", file)
}

// reader stops reading when its context ends.
type reader struct {
	ctx context.Context //nolint:containedctx // an io.Reader has no other way to learn of it
	r   io.Reader
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
