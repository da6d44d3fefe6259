package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/export"
)

// editionList is the answer of GET /exports.
type editionList struct {
	Data []editionDoc `json:"data" doc:"Newest first"`
}

// editionDoc is a monthly edition: all that was public at one moment, frozen as files.
type editionDoc struct {
	Month     string        `json:"month" doc:"Which month, YYYY-MM" example:"2025-06"`
	Epoch     string        `json:"epoch" doc:"Epoch of the change feed"`
	Seq       int64         `json:"seq" doc:"The number of the change feed that the files are true at: follow GET /changes from there"`
	At        time.Time     `json:"at" doc:"When that was"`
	Licence   string        `json:"licence" doc:"Licence of the house's own text then"`
	Package   string        `json:"package_url" format:"uri" doc:"Its datapackage.json: what each field means"`
	Available bool          `json:"available" doc:"False while it is made again without something that must not be shown any more"`
	Files     []editionPart `json:"files"`
}

// editionPart is a file of an edition.
type editionPart struct {
	Format   string            `json:"format" enum:"ndjson,csv"`
	URL      string            `json:"url" format:"uri" doc:"Where it is, packed with gzip"`
	SHA256   string            `json:"sha256" doc:"Of the packed file, hexadecimal"`
	Bytes    int64             `json:"bytes" doc:"Of the packed file"`
	Claims   int64             `json:"claims"`
	Replaced []editionReplaced `json:"replaced" doc:"What it was before, oldest first: a file is made again when something in it must not be shown any more, and only then"`
}

// editionReplaced is a file that was made again.
type editionReplaced struct {
	SHA256  string    `json:"sha256" doc:"Of the file that is no more"`
	Bytes   int64     `json:"bytes"`
	At      time.Time `json:"at" doc:"When it was replaced"`
	Reasons []string  `json:"reasons" doc:"redaction, withdrawal, suspension, restoration, name"`
}

func (a *API) mountEditions(h huma.API, s *schemas) {
	huma.Register(h, get(s, "list-exports", "/exports", "List the monthly editions",
		"Once a month all that is public is frozen as files with a SHA-256 each, to be cited. They change only to take out what must not be shown any more; then the earlier sum stays listed.",
		reflect.TypeFor[editionList]()), operation(a.listEditions))
}

// listEditions serves GET /exports. It is made anew each time, for no change of the feed says that an edition was made. Two queries.
func (a *API) listEditions(ctx context.Context, c *fiber.Ctx, _ *struct{}) error {
	all, err := a.cfg.Store.Editions(ctx)
	if err != nil {
		return err
	}
	out := editionList{Data: make([]editionDoc, 0, len(all))}
	for _, e := range all {
		doc := editionDoc{Month: export.EditionName(e), Epoch: e.Epoch, Seq: e.Seq, At: e.At, Licence: e.Licence, Package: a.cfg.PublicURL + export.EditionPath(e, export.PackageFile), Available: !e.Remade, Files: []editionPart{}}
		for _, f := range e.Files {
			part := editionPart{f.Format, a.cfg.PublicURL + export.EditionPath(e, export.EditionFile(f.Format)), hex.EncodeToString(f.SHA256[:]), f.Size, f.Claims, []editionReplaced{}}
			for _, r := range f.Earlier {
				part.Replaced = append(part.Replaced, editionReplaced{hex.EncodeToString(r.SHA256[:]), r.Size, r.At, r.Reasons})
			}
			doc.Files = append(doc.Files, part)
		}
		out.Data = append(out.Data, doc)
	}
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	return a.send(ctx, c, &answer{Content: content(body)})
}
