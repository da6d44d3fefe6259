package site

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/card"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// oembedDoc is a response of oEmbed 1.0, type rich.
type oembedDoc struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Type            string   `json:"type" xml:"type"`
	Version         string   `json:"version" xml:"version"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name" xml:"author_name"`
	AuthorURL       string   `json:"author_url" xml:"author_url"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	CacheAge        int      `json:"cache_age" xml:"cache_age"`
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	HTML            string   `json:"html" xml:"html"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
}

// oembed serves /oembed (oEmbed 1.0) for the pages of claims: 404 for every other address alike, 501 for other formats.
func (s *Site) oembed(c *fiber.Ctx) error {
	format := c.Query("format", "json")
	if format != "json" && format != "xml" {
		return fiber.NewError(http.StatusNotImplemented)
	}
	width, err := atMost(c, "maxwidth", pages.EmbedWidth)
	if err != nil {
		return err
	}
	height, err := atMost(c, "maxheight", pages.EmbedHeight)
	if err != nil {
		return err
	}
	thumb := room(c, "maxwidth", card.Width) && room(c, "maxheight", card.Height)
	asked := c.Query("url")
	if asked == "" {
		return factcheck.Invalid("url", "name the address of a claim's page")
	}
	lang, slug, ok := s.claimAt(asked)
	if !ok {
		return factcheck.NotFound("this is not the address of a claim’s page here")
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	key := fmt.Sprintf("oembed %s %s %s %d %d %t", format, lang, slug, width, height, thumb)
	return s.keep(c, key, func(ctx context.Context) (*answer, error) {
		doc, err := s.oembedOf(ctx, lang, slug, width, height, thumb)
		if err != nil {
			return nil, err
		}
		if format == "xml" {
			body, err := xmlDocument(doc)
			if err != nil {
				return nil, err
			}
			return packed(body, "text/xml; charset=utf-8", surrogateLists)
		}
		body, err := json.Marshal(doc)
		if err != nil {
			return nil, err
		}
		return packed(body, "application/json; charset=utf-8", surrogateLists)
	})
}

// atMost reads a limit that the consumer sets.
func atMost(c *fiber.Ctx, name string, usual int) (int, error) {
	given := c.Query(name)
	if given == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 {
		return 0, factcheck.Invalid(name, "write a number of pixels")
	}
	return min(n, usual), nil
}

// room reports whether a limit that the consumer sets, which atMost found good, leaves room for n pixels.
func room(c *fiber.Ctx, name string, n int) bool {
	given, err := strconv.Atoi(c.Query(name))
	return err != nil || given >= n // no limit
}

// claimAt returns interface language and slug of an address of a claim's page here, its history and its versions included.
func (s *Site) claimAt(address string) (lang, slug string, ok bool) {
	rest, ok := strings.CutPrefix(address, s.cfg.PublicURL+"/")
	if !ok {
		return "", "", false
	}
	u, err := url.Parse("/" + rest)
	if err != nil {
		return "", "", false
	}
	lang, path := ui.SplitLanguage(u.Path)
	rest, ok = strings.CutPrefix(path, claimsPrefix)
	slug, _, _ = strings.Cut(rest, "/")
	return lang, slug, ok && validSlug(slug)
}

func (s *Site) oembedOf(ctx context.Context, lang, slug string, width, height int, thumb bool) (oembedDoc, error) {
	row, err := s.houseRow(ctx)
	if err != nil {
		return oembedDoc{}, err
	}
	h := row.in(lang)
	_, claim, err := s.current(ctx, slug)
	if moved, ok := errors.AsType[*movedError](err); ok {
		_, claim, err = s.current(ctx, moved.slug) // consumers do not follow our redirects
	}
	if err != nil {
		return oembedDoc{}, err
	}
	page := s.pageOf(h, claim)
	doc := oembedDoc{
		Type: "rich", Version: "1.0", Title: page.Title(), AuthorName: h.Name, AuthorURL: s.absolute("/"), ProviderName: h.Name, ProviderURL: s.absolute("/"),
		CacheAge: 60, Width: width, Height: height,
	}
	if thumb { // a thumbnail may not be larger than what was asked for either, and the card has one size
		doc.ThumbnailURL, doc.ThumbnailWidth, doc.ThumbnailHeight = s.absolute(s.cardPath(h, claim)), card.Width, card.Height
	}
	doc.HTML = pages.EmbedFrame(s.absolute(page.Local(embedPath(claim.ID))), doc.Title, width, height)
	return doc, nil
}
