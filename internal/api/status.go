package api

import (
	"context"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"
)

// status is the answer of GET /status.
type status struct {
	Name     string `json:"name" doc:"The newsroom, as it signs its verdicts"`
	Site     string `json:"site" doc:"Its host name, as publisher"`
	Licence  string `json:"licence" doc:"Licence of its own text"`
	Language string `json:"language" doc:"Its own language, BCP 47"`
	Epoch    string `json:"epoch" doc:"Epoch of the change feed"`
	Seq      int64  `json:"seq" doc:"Newest number of the change feed"`
	Claims   int64  `json:"claims" doc:"Public claims, those that only others have checked included"`
	Version  string `json:"version" doc:"Version of the program"`
}

func (a *API) mountStatus(h huma.API, s *schemas) {
	huma.Register(h, get(s, "get-status", "/status", "Get the status",
		"Whose this is, and where its change feed stands.", reflect.TypeFor[status]()), operation(a.getStatus))
}

// getStatus serves GET /status.
func (a *API) getStatus(ctx context.Context, c *fiber.Ctx, _ *struct{}) error {
	ans, err := a.kept(ctx, "status", func() (*answer, error) {
		p, err := a.cfg.Store.Publication(ctx)
		if err != nil {
			return nil, err
		}
		body, err := json.Marshal(status{
			Name: p.Name, Site: p.Site, Licence: p.Licence, Language: p.Language,
			Epoch: p.Epoch, Seq: p.Seq, Claims: p.Claims, Version: a.cfg.Version,
		})
		if err != nil {
			return nil, err
		}
		return &answer{Content: content(body)}, nil
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans)
}
