package newsroom

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// snapshotPolicy is the Content-Security-Policy of a snapshot, should a browser ever show it: nothing runs, nothing loads,
// and it has no origin.
const snapshotPolicy = "default-src 'none'; sandbox; frame-ancestors 'none'"

// sendSnapshot sends a kept copy as a file. It is a stranger's page: it is never shown from our origin, whatever the browser
// makes of it, so it goes out as bytes to be saved, and text as plain text to be saved.
func (n *Newsroom) sendSnapshot(c *fiber.Ctx, in visitor) error {
	id, err := strconv.ParseInt(c.Params("snapshot"), 10, 64)
	if err != nil || id < 1 {
		return factcheck.NotFound("there is no such copy")
	}
	s, err := n.cfg.Store.NewsroomSnapshot(c.UserContext(), in.Actor, id)
	if err != nil {
		return err
	}
	if len(s.Body) == 0 {
		return &factcheck.Error{Code: factcheck.CodeGone, Message: "the content of this copy was taken down"}
	}
	contentType, ext := "application/octet-stream", "bin"
	switch s.Kind {
	case factcheck.SnapshotText:
		contentType, ext = "text/plain; charset=utf-8", "txt"
	case factcheck.SnapshotHTML:
		ext = "html"
	case factcheck.SnapshotScreenshot:
		ext = map[string]string{"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}[s.ContentType]
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%d.%s"`, s.Article, s.ID, ext))
	c.Set(fiber.HeaderContentSecurityPolicy, snapshotPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Send(s.Body)
}

// takeDownSnapshot takes the content of a copy away for good.
func (n *Newsroom) takeDownSnapshot(c *fiber.Ctx, in visitor, f form) error {
	article, err := idParam[factcheck.ArticleID](c.Params("article"))
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(c.Params("snapshot"), 10, 64)
	if err != nil || id < 1 {
		return factcheck.NotFound("there is no such copy")
	}
	if err := n.cfg.Store.TakeDownSnapshot(c.UserContext(), in.Actor, article, id, f.line("reason")); err != nil {
		return n.articleAgain(c, in, err)
	}
	return see(c, articleAt(c, article, "taken-down"))
}
