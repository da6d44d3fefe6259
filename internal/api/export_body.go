package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// exportBody makes an export while it is read, a page at a time. fasthttp reads and closes it after the handler has returned.
// Its memory is that of a page and of the compression (a megabyte), however many claims there are.
type exportBody struct {
	api    *API
	conn   net.Conn
	client string
	pass   *pass             // ends with the key
	taker  factcheck.ActorID // whose key takes everything there is; zero without one, and for a part of it
	until  time.Time

	from   *store.Extract
	of     *export.Export
	made   bytes.Buffer // to be sent
	pack   io.WriteCloser
	ended  bool
	closed bool
}

// openExport takes hold of what is public. The body gives back its place among the exports when it is closed.
func (a *API) openExport(ctx context.Context, conn net.Conn, format string, coding httpcache.Coding, after factcheck.ClaimID) (*exportBody, error) {
	house, err := a.cfg.Store.Publication(ctx)
	if err != nil {
		return nil, err
	}
	from, err := a.cfg.Store.OpenExtract(ctx, after)
	if err != nil {
		return nil, err
	}
	b := &exportBody{api: a, conn: conn, until: time.Now().Add(exportTime), from: from}
	b.pack = plain{&b.made}
	switch coding {
	case httpcache.Gzip:
		b.pack = gzip.NewWriter(&b.made)
	case httpcache.Zstd:
		b.pack, err = zstd.NewWriter(&b.made, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	}
	if err == nil {
		b.of, err = export.New(b.pack, from, after, export.Config{Format: format, House: house.House, PublicURL: a.cfg.PublicURL, Logger: a.log})
	}
	if err != nil {
		from.Close(ctx)
		return nil, err
	}
	return b, nil
}

// Read implements io.Reader. After an error the connection is closed without the end of the body.
func (b *exportBody) Read(p []byte) (int, error) {
	for b.made.Len() == 0 {
		if b.ended {
			b.taken()
			return 0, io.EOF
		}
		b.made.Reset()
		if err := b.next(); err != nil {
			b.api.log.Warn("an export was broken off", "error", err)
			return 0, err
		}
	}
	if b.pass.ended() {
		return 0, unauthenticated("the key of this export is no longer valid")
	}
	if err := request.Patience(b.conn, b.api.patience); err != nil {
		return 0, err
	}
	return b.made.Read(p)
}

// taken notes that a partner was given everything up to the number of the feed that the export is true at.
func (b *exportBody) taken() {
	if !b.taker.IsZero() {
		b.api.cfg.Store.NotePulls(store.Pull{Actor: b.taker, Seq: b.from.Seq})
	}
}

// next makes the next piece.
func (b *exportBody) next() error {
	ctx, cancel := context.WithDeadline(context.Background(), b.until)
	defer cancel()
	done, err := b.of.Next(ctx)
	if err != nil || !done {
		return err
	}
	b.ended = true
	b.from.Close(ctx)
	return b.pack.Close()
}

// Close implements io.Closer.
func (b *exportBody) Close() error {
	if !b.closed {
		b.closed = true
		b.pass.close()
		b.from.Close(context.Background())
		b.api.exports.leave(b.client)
	}
	return nil
}

// plain packs nothing.
type plain struct{ io.Writer }

// Close implements io.Closer.
func (plain) Close() error { return nil }
