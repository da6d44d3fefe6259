package export

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// EditionFormats are the formats of the files of an edition.
func EditionFormats() []string { return []string{exchange.FormatNDJSON, exchange.FormatCSV} }

// Tend makes the edition of this month where it is due, and makes editions again without what was recalled from them. Doing it
// again changes nothing.
func Tend(ctx context.Context, db *store.DB, publicURL string, log *slog.Logger) error {
	house, err := db.Publication(ctx)
	if err != nil {
		return err
	}
	e := edition{cfg: Config{House: house.House, PublicURL: publicURL, Logger: log}}
	_, made := db.MakeEdition(ctx, factcheck.System(), func(from *store.Extract, put func(store.EditionPiece) error) (string, error) {
		return e.compose(ctx, from, put)
	})
	_, remade := db.RemakeEditions(ctx, factcheck.System(), e)
	return errors.Join(made, remade)
}

// edition writes the files of editions.
type edition struct{ cfg Config }

// compose writes every file of an edition from one extract.
func (e edition) compose(ctx context.Context, from *store.Extract, put func(store.EditionPiece) error) (string, error) {
	var files []*editionFile
	for _, format := range EditionFormats() {
		f, err := e.file(from.ExportHead, format)
		if err != nil {
			return "", err
		}
		if err := f.form.begin(); err != nil {
			return "", err
		}
		if err := f.put(put); err != nil {
			return "", err
		}
		files = append(files, f)
	}
	var last factcheck.ClaimID
	var claims int64
	for more := true; more; {
		page, err := from.Page(ctx, last, pageLength, true)
		if err != nil {
			return "", err
		}
		for _, f := range files {
			if err := f.claims(page, put); err != nil {
				return "", err
			}
		}
		claims += int64(len(page))
		if more = len(page) == pageLength; more {
			last = page[len(page)-1].Claim
		}
	}
	for _, format := range EditionFormats() {
		p, err := e.End(from.ExportHead, format, claims)
		if err == nil {
			err = put(p)
		}
		if err != nil {
			return "", err
		}
	}
	return Dictionary()
}

// editionFile writes one file of an edition, a piece at a time.
type editionFile struct {
	format string
	form   form
	made   bytes.Buffer // what is to be packed
	piece  store.EditionPiece
}

func (e edition) file(head store.ExportHead, format string) (*editionFile, error) {
	f := &editionFile{format: format, piece: store.EditionPiece{Format: format}}
	cfg := e.cfg
	cfg.Format = format
	var err error
	f.form, err = newForm(&f.made, head, cfg)
	return f, err
}

// claims writes a page as a piece.
func (f *editionFile) claims(page []store.ExtractedClaim, put func(store.EditionPiece) error) error {
	for _, c := range page {
		if err := f.form.claim(c); err != nil {
			return fmt.Errorf("write %s: %w", c.Claim, err)
		}
		f.piece.Claims, f.piece.Ends = append(f.piece.Claims, c.Claim), append(f.piece.Ends, int32(f.made.Len()))
	}
	if len(page) == 0 {
		return nil
	}
	return f.put(put)
}

// put packs what was made and begins the next piece.
func (f *editionFile) put(put func(store.EditionPiece) error) error {
	p, err := f.packed()
	if err != nil {
		return err
	}
	return put(p)
}

func (f *editionFile) packed() (store.EditionPiece, error) {
	var err error
	f.piece.Body, err = pack(f.made.Bytes())
	p := f.piece
	f.made.Reset()
	f.piece = store.EditionPiece{Format: f.format}
	return p, err
}

// End implements store.EditionEditor.
func (e edition) End(head store.ExportHead, format string, claims int64) (store.EditionPiece, error) {
	f, err := e.file(head, format)
	if err != nil {
		return store.EditionPiece{}, err
	}
	f.made.Reset() // the beginning of a table is written with it
	if err := f.form.end(claims, nil); err != nil {
		return store.EditionPiece{}, err
	}
	return f.packed()
}

// Replace implements store.EditionEditor.
func (e edition) Replace(head store.ExportHead, dictionary string, p store.EditionPiece, recalled []factcheck.ClaimID, lines []store.ExtractedClaim) (store.EditionPiece, error) {
	was, err := unpack(p.Body)
	if err != nil {
		return p, err
	}
	f, err := e.file(head, p.Format)
	if err != nil {
		return p, err
	}
	f.made.Reset()                      // as above
	if p.Format == exchange.FormatCSV { // with the columns that this edition has, whatever this version of the program would write
		names, err := columnsIn(dictionary)
		if err != nil {
			return p, err
		}
		f.form = &table{w: exchange.NewRows(&f.made, names, e.cfg.info(head)), base: e.cfg.PublicURL}
	}
	from := int32(0)
	for i, claim := range p.Claims {
		to := p.Ends[i]
		if !slices.Contains(recalled, claim) {
			f.made.Write(was[from:to])
		} else if at := slices.IndexFunc(lines, func(c store.ExtractedClaim) bool { return c.Claim == claim }); at >= 0 {
			if err := f.form.claim(lines[at]); err != nil {
				return p, err
			}
		} else {
			from = to
			continue // nothing of it is public any more
		}
		f.piece.Claims, f.piece.Ends = append(f.piece.Claims, claim), append(f.piece.Ends, int32(f.made.Len()))
		from = to
	}
	return f.packed()
}

// pack compresses a piece as a gzip member; members put together are one file.
func pack(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

func unpack(body []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("unpack a piece: %w", err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("unpack a piece: %w", err)
	}
	return text, nil
}
