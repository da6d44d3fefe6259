package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
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
	until  time.Time

	from   *store.Extract
	after  factcheck.ClaimID
	claims int64
	form   exporter
	made   bytes.Buffer // to be sent
	pack   io.WriteCloser
	ended  bool
	closed bool
}

// exporter writes a format.
type exporter interface {
	begin() error
	claim(c store.ExtractedClaim) error
	// end ends the format; gone reads which claims are public no more, after a number.
	end(claims int64, gone func(after int64) ([]store.DatasetGone, error)) error
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
	b := &exportBody{api: a, conn: conn, until: time.Now().Add(exportTime), from: from, after: after}
	b.pack = plain{&b.made}
	switch coding {
	case httpcache.Gzip:
		b.pack = gzip.NewWriter(&b.made)
	case httpcache.Zstd:
		b.pack, err = zstd.NewWriter(&b.made, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	}
	if err == nil {
		info := exchange.Info{Name: house.Name, URL: a.cfg.PublicURL, House: house.Name, HouseURL: a.cfg.PublicURL, Licence: house.Licence, At: from.At, Epoch: from.Epoch, Seq: from.Seq}
		b.form, err = b.writerOf(format, info)
	}
	if err == nil {
		err = b.form.begin()
	}
	if err != nil {
		from.Close(ctx)
		return nil, err
	}
	return b, nil
}

func (b *exportBody) writerOf(format string, info exchange.Info) (exporter, error) {
	switch format {
	case exchange.FormatClaimReview:
		return &reviewExport{b: b, info: claimreview.FeedInfo{
			Name: info.Name, URL: info.URL + prefix + "/export?format=claimreview", House: info.House, HouseURL: info.HouseURL,
			Licence: info.Licence, At: info.At, Epoch: info.Epoch, Seq: info.Seq,
		}}, nil
	case exchange.FormatCSV:
		w, err := exchange.NewWriter(b.pack, format, info)
		return &tableExport{b: b, w: w}, err
	}
	return &lineExport{b: b, info: info}, nil
}

// Read implements io.Reader. After an error the connection is closed without the end of the body.
func (b *exportBody) Read(p []byte) (int, error) {
	for b.made.Len() == 0 {
		if b.ended {
			return 0, io.EOF
		}
		b.made.Reset()
		if err := b.next(); err != nil {
			b.api.log.Warn("an export was broken off", "error", err)
			return 0, err
		}
	}
	if err := request.Patience(b.conn, b.api.patience); err != nil {
		return 0, err
	}
	return b.made.Read(p)
}

// next makes the next piece.
func (b *exportBody) next() error {
	ctx, cancel := context.WithDeadline(context.Background(), b.until)
	defer cancel()
	_, history := b.form.(*lineExport)
	page, err := b.from.Page(ctx, b.after, exportPage, history)
	if err != nil {
		return err
	}
	for _, c := range page {
		if err := b.form.claim(c); err != nil {
			return fmt.Errorf("export %s: %w", c.Claim, err)
		}
		b.after = c.Claim
		b.claims++
	}
	if len(page) == exportPage {
		return nil
	}
	err = b.form.end(b.claims, func(after int64) ([]store.DatasetGone, error) { return b.from.Gone(ctx, after, store.MaxChanges) })
	if err != nil {
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
		b.from.Close(context.Background())
		b.api.exports.leave(b.client)
	}
	return nil
}

// plain packs nothing.
type plain struct{ io.Writer }

// Close implements io.Closer.
func (plain) Close() error { return nil }

// lineExport writes NDJSON with history.
type lineExport struct {
	b    *exportBody
	info exchange.Info
	line []byte
}

func (e *lineExport) begin() error {
	return e.put(struct {
		Epoch   string    `json:"epoch"`
		Seq     int64     `json:"seq"`
		At      time.Time `json:"at"`
		Licence string    `json:"licence"`
	}{e.info.Epoch, e.info.Seq, e.info.At.UTC(), e.info.Licence})
}

func (e *lineExport) claim(c store.ExtractedClaim) error {
	a := e.b.api
	line := a.appendClaim(e.line[:0], c.Stored, c.Seq)
	line = append(line[:len(line)-1], `,"versions":[`...)
	for i, s := range c.States {
		if i > 0 {
			line = append(line, ',')
		}
		var err error
		if line, err = appendHead(line, s); err != nil {
			return err
		}
		line = append(a.appendClaim(append(line, `,"claim":`...), s.Stored, s.Seq), '}')
	}
	line = append(line, `],"appearance_events":[`...)
	for i, v := range c.Events {
		if i > 0 {
			line = append(line, ',')
		}
		one, err := json.Marshal(exportedEvent{v.Appearance.String(), v.Seq, string(v.Type), v.At, string(v.Stance), v.SetBy})
		if err != nil {
			return err
		}
		line = append(line, one...)
	}
	e.line = append(line, "]}\n"...)
	_, err := e.b.pack.Write(e.line)
	return err
}

func (e *lineExport) end(claims int64, _ func(int64) ([]store.DatasetGone, error)) error {
	return e.put(struct {
		End    bool   `json:"end"`
		Epoch  string `json:"epoch"`
		Seq    int64  `json:"seq"`
		Claims int64  `json:"claims"`
	}{true, e.info.Epoch, e.info.Seq, claims})
}

func (e *lineExport) put(line any) error {
	raw, err := json.Marshal(line)
	if err == nil {
		_, err = e.b.pack.Write(append(raw, '\n'))
	}
	return err
}

// reviewExport writes a DataFeed.
type reviewExport struct {
	b    *exportBody
	info claimreview.FeedInfo
	some bool
}

func (e *reviewExport) begin() error {
	head, err := e.info.Head()
	if err == nil {
		_, err = e.b.pack.Write(head)
	}
	return err
}

func (e *reviewExport) claim(c store.ExtractedClaim) error {
	doc, err := document.Decode(c.Stored, e.b.api.cfg.PublicURL, c.Seq)
	if err != nil {
		return err
	}
	made, err := e.info.AppendElements(nil, doc, c.UpdatedAt)
	if err != nil { // one claim that cannot be marked up keeps nobody from the others
		e.b.api.log.Warn("a claim is not in an export", "claim", doc.ID, "error", err)
		return nil
	}
	return e.put(made)
}

// put writes elements, behind a comma where others came before.
func (e *reviewExport) put(elements []byte) error {
	if len(elements) == 0 {
		return nil
	}
	if e.some {
		elements = append([]byte(",\n"), elements...)
	}
	e.some = true
	_, err := e.b.pack.Write(elements)
	return err
}

func (e *reviewExport) end(_ int64, gone func(int64) ([]store.DatasetGone, error)) error {
	for after, more := int64(0), true; more; {
		list, err := gone(after)
		if err != nil {
			return err
		}
		var made []byte
		for _, g := range list {
			if made, err = claimreview.AppendDeleted(made, g.Claim.String(), g.At); err != nil {
				return err
			}
			after = g.Seq
		}
		if err := e.put(made); err != nil {
			return err
		}
		more = len(list) == store.MaxChanges
	}
	_, err := e.b.pack.Write([]byte("\n" + claimreview.FeedEnd))
	return err
}

// tableExport writes CSV.
type tableExport struct {
	b *exportBody
	w exchange.Writer
}

func (*tableExport) begin() error { return nil }

func (e *tableExport) claim(c store.ExtractedClaim) error {
	doc, err := document.Decode(c.Stored, e.b.api.cfg.PublicURL, c.Seq)
	if err != nil {
		return err
	}
	return e.w.Write(doc)
}

func (e *tableExport) end(int64, func(int64) ([]store.DatasetGone, error)) error { return e.w.Close() }
