package newsroom

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// keepFile keeps a file of the newsroom's own.
func (n *Newsroom) keepFile(c *fiber.Ctx, in visitor, f form) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	body, err := f.file("file", factcheck.MaxClaimFile)
	if err != nil {
		return n.claimAgain(c, in, f, "file", err)
	}
	name := ""
	if list := f.files["file"]; len(list) > 0 {
		name = strings.ToValidUTF8(list[0].Filename, "")
	}
	kept, err := n.cfg.Store.AddClaimFile(c.UserContext(), in.Actor, id, name, body)
	if err != nil {
		return n.claimAgain(c, in, f, "file", err)
	}
	return see(c, fmt.Sprintf("%s?told=kept&file=%d#add-source", pages.ClaimPath(id.String()), kept.ID))
}

// sendClaimFile sends a file to be saved. Whatever it is, it is never shown from our origin.
func (n *Newsroom) sendClaimFile(c *fiber.Ctx, in visitor) error {
	id, err := claimID(c)
	if err != nil {
		return err
	}
	file, err := number64(c.Params("file"), "file")
	if err != nil {
		return err
	}
	f, err := n.cfg.Store.ReadClaimFile(c.UserContext(), in.Actor, id, file)
	if err != nil {
		return err
	}
	ext := map[string]string{"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif", "text/plain": "txt"}[f.Type]
	c.Set(fiber.HeaderContentType, fiber.MIMEOctetStream)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%d.%s"`, id, f.ID, orElse(ext, "bin")))
	c.Set(fiber.HeaderContentSecurityPolicy, snapshotPolicy)
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set("Cross-Origin-Resource-Policy", "same-origin")
	return c.Send(f.Body)
}

func (n *Newsroom) takeDownFile(c *fiber.Ctx, in visitor, f form) error {
	return n.claimDo(c, in, f, "page", "taken-down", "kept", func(id factcheck.ClaimID) error {
		file, err := number64(f.get("file"), "file")
		if err != nil {
			return err
		}
		return n.cfg.Store.TakeDownClaimFile(c.UserContext(), in.Actor, id, file)
	})
}
