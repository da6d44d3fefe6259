package site

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/request"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// dataPath is the page of the monthly editions, above the files themselves.
const dataPath = "/data"

// editionPatience is how long a piece of a file may take to reach the client.
const editionPatience = 30 * time.Second

// showData serves /data: the monthly editions with their files and sums. It is made anew each time, for no entry of the change feed
// says that an edition was made: two queries.
func (s *Site) showData(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	all, err := s.cfg.Store.Editions(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.DataPage{Shell: s.shell(h, dataPath), Canonical: s.absolute(dataPath)}
	for _, e := range all {
		one := pages.DataEdition{
			Month: page.Date(factcheck.Date{At: e.Month, Precision: factcheck.PrecisionMonth}), ID: "m" + export.EditionName(e), At: page.Instant(e.At),
			Position: e.Epoch + ":" + strconv.FormatInt(e.Seq, 10), Licence: e.Licence, PackageURL: export.EditionPath(e, export.PackageFile), Remade: e.Remade,
		}
		for _, f := range e.Files {
			file := pages.DataFile{Format: f.Format, URL: export.EditionPath(e, export.EditionFile(f.Format)), Name: export.EditionFile(f.Format), KB: int((f.Size + 999) / 1000), Claims: int(f.Claims), SHA256: hex.EncodeToString(f.SHA256[:])}
			for _, r := range f.Earlier {
				file.Earlier = append(file.Earlier, pages.DataReplaced{At: page.Day(r.At), Reasons: r.Reasons, SHA256: hex.EncodeToString(r.SHA256[:])})
			}
			one.Files = append(one.Files, file)
		}
		page.Editions = append(page.Editions, one)
	}
	return s.render(c, pages.Data(page))
}

// editionOf returns the edition that an address names.
func (s *Site) editionOf(c *fiber.Ctx) (store.Edition, error) {
	all, err := s.cfg.Store.Editions(c.UserContext())
	if err != nil {
		return store.Edition{}, err
	}
	for _, e := range all {
		if export.EditionName(e) == c.Params("month") {
			return e, nil
		}
	}
	return store.Edition{}, factcheck.NotFound("there is nothing at this address")
}

// editionPackage serves the data package of an edition: what each field means, sizes and sums.
func (s *Site) editionPackage(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	e, err := s.editionOf(c)
	if err != nil {
		return err
	}
	body, err := export.Package(e, h.House, s.cfg.PublicURL)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	page := httpcache.Content{Body: body, ContentType: "application/json", ETag: httpcache.ETag(body), CacheControl: cacheFindings}
	page.Send(c.Context())
	return nil
}

// editionFile serves a file of an edition, piece by piece as it is read: every node the same bytes.
func (s *Site) editionFile(format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		e, err := s.editionOf(c)
		if err != nil {
			return err
		}
		for _, f := range e.Files {
			if f.Format == format {
				return s.sendEdition(c, e, f)
			}
		}
		return factcheck.NotFound("there is nothing at this address")
	}
}

func (s *Site) sendEdition(c *fiber.Ctx, e store.Edition, f store.EditionFile) error {
	first, err := s.cfg.Store.EditionPart(c.UserContext(), e.Month, f.Format, f.SHA256, 0)
	if err != nil {
		return err
	}
	ctx := c.Context()
	h := &ctx.Response.Header
	tag := `"` + hex.EncodeToString(f.SHA256[:]) + `"`
	h.SetContentType("application/gzip")
	h.Set(fiber.HeaderETag, tag)
	h.Set(fiber.HeaderCacheControl, cacheFindings)
	h.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	h.Set("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(f.SHA256[:])+":") // RFC 9530
	h.Set("Surrogate-Key", surrogateLists)
	h.Set(fiber.HeaderContentDisposition, `attachment; filename="`+export.EditionName(e)+"-"+export.EditionFile(f.Format)+`"`)
	if httpcache.NotModified(ctx.Request.Header.Peek(fiber.HeaderIfNoneMatch), tag) {
		ctx.SetStatusCode(fasthttp.StatusNotModified)
		return nil
	}
	body := &editionBody{site: s, edition: e, file: f, rest: first, conn: ctx.Conn()}
	ctx.Response.SetBodyStream(body, int(f.Size))
	return nil
}

// editionBody reads a file of an edition. When something is recalled meanwhile it breaks off, and what came is not whole.
type editionBody struct {
	site    *Site
	edition store.Edition
	file    store.EditionFile
	n       int
	rest    []byte
	conn    net.Conn
}

// Read implements io.Reader.
func (b *editionBody) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		ctx, cancel := context.WithTimeout(context.Background(), editionPatience)
		defer cancel()
		b.n++
		next, err := b.site.cfg.Store.EditionPart(ctx, b.edition.Month, b.file.Format, b.file.SHA256, b.n)
		if err != nil {
			b.site.cfg.Logger.Warn("an edition was broken off", "month", export.EditionName(b.edition), "error", err)
			return 0, err
		}
		if next == nil {
			return 0, io.EOF
		}
		b.rest = next
	}
	if err := request.Patience(b.conn, editionPatience); err != nil {
		return 0, err
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}
