package api

import (
	"context"
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// pageInput are the parameters of the lists of who and what claims are about.
type pageInput struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"20" doc:"Most entries to return"`
	Cursor string `query:"cursor" maxLength:"100" example:"AZBSqZkmdB6v05dzIBKC5A" doc:"next_cursor of the page before. Pages neither repeat nor lose an entry that stays"`
}

// claimantDoc is an entry of GET /claimants. How many claims of somebody were checked is not told: checks are no sample.
type claimantDoc struct {
	ID          string `json:"id" example:"claimant_01h455vb4pex5vsknk084sn02q"`
	Slug        string `json:"slug" doc:"Last part of the address of the page"`
	Name        string `json:"name"`
	Kind        string `json:"kind" enum:"person,organisation,anonymous"`
	URL         string `json:"url" doc:"The page here" format:"uri"`
	Licence     string `json:"licence" doc:"Licence of the house's own text"`
	Attribution string `json:"attribution" doc:"Whom to credit, and where it stands"`
}

// claimantList is the answer of GET /claimants.
type claimantList struct {
	Data       []claimantDoc `json:"data"`
	NextCursor *string       `json:"next_cursor" doc:"Give it as cursor for the next page; null on the last"`
}

// topicDoc is an entry of GET /topics.
type topicDoc struct {
	ID          string            `json:"id" example:"topic_01h455vb4pex5vsknk084sn02q"`
	Slug        string            `json:"slug" doc:"Give it as topic to GET /claims"`
	Name        string            `json:"name"`
	Names       map[string]string `json:"names" doc:"The name in other languages, by BCP 47 tag"`
	URL         string            `json:"url" doc:"The page here" format:"uri"`
	Licence     string            `json:"licence" doc:"Licence of the house's own text"`
	Attribution string            `json:"attribution" doc:"Whom to credit, and where it stands"`
}

// topicList is the answer of GET /topics.
type topicList struct {
	Data       []topicDoc `json:"data"`
	NextCursor *string    `json:"next_cursor" doc:"Give it as cursor for the next page; null on the last"`
}

// publisherDoc is an entry of GET /publishers.
type publisherDoc struct {
	ID       string `json:"id" example:"publisher_01h455vb4pex5vsknk084sn02q"`
	Name     string `json:"name"`
	Site     string `json:"site" doc:"Host name; give it as publisher to GET /claims"`
	House    bool   `json:"house" doc:"Whether it is the newsroom that runs this"`
	Language string `json:"language" doc:"BCP 47; empty if unknown"`
	Licence  string `json:"licence" doc:"Licence of its text; empty if it stated none"`
	// Attribution is the publisher's own.
	Attribution string `json:"attribution" doc:"Whom to credit for its verdicts"`
}

// publisherList is the answer of GET /publishers.
type publisherList struct {
	Data       []publisherDoc `json:"data"`
	NextCursor *string        `json:"next_cursor" doc:"Give it as cursor for the next page; null on the last"`
}

// scaleDoc is an entry of GET /scales.
type scaleDoc struct {
	ID          string       `json:"id" example:"scale_01h455vb4pex5vsknk084sn02q"`
	Scale       string       `json:"scale" doc:"As rating.scale of a verdict names it" example:"house/1"`
	Slug        string       `json:"slug"`
	Version     int          `json:"version"`
	Name        string       `json:"name"`
	Site        string       `json:"site" doc:"Whose scale it is; empty for the house's and shared ones"`
	Labels      []scaleLabel `json:"labels" doc:"In the scale's order"`
	Licence     string       `json:"licence" doc:"Licence of the house's own text"`
	Attribution string       `json:"attribution" doc:"Whom to credit, and where it stands"`
}

// scaleLabel is a label of a scale and how it is read here.
type scaleLabel struct {
	Label      string   `json:"label"`
	Truth      *string  `json:"truth" enum:"true,mostly_true,mixed,mostly_false,false" doc:"Its shared reading; null if it says nothing of truth"`
	Reasons    []string `json:"reasons"`
	Definition string   `json:"definition"`
	Value      *int     `json:"value" doc:"ratingValue in ClaimReview, from 1 to 5; null if it has none"`
}

// scaleList is the answer of GET /scales.
type scaleList struct {
	Data       []scaleDoc `json:"data"`
	NextCursor *string    `json:"next_cursor" doc:"Always null: there are few"`
}

func (a *API) mountLists(h huma.API, s *schemas) {
	const paged = " In the order in which they came to be known, so that pages stay exact while some come and go."
	huma.Register(h, get(s, "list-claimants", "/claimants", "List claimants",
		"Who made public claims. Private persons are not among them. What was checked of somebody is no sample of what they say."+paged, reflect.TypeFor[claimantList]()), operation(a.listClaimants))
	huma.Register(h, get(s, "list-topics", "/topics", "List topics", "What public claims are filed under."+paged, reflect.TypeFor[topicList]()), operation(a.listTopics))
	huma.Register(h, get(s, "list-publishers", "/publishers", "List publishers",
		"Whose verdicts are here: the house, and others whose published checks it shows."+paged, reflect.TypeFor[publisherList]()), operation(a.listPublishers))
	huma.Register(h, get(s, "list-scales", "/scales", "List rating scales",
		"Every version of every scale, with its labels and how they are read: the house's first.", reflect.TypeFor[scaleList]()), operation(a.listScales))
}

func (a *API) listClaimants(ctx context.Context, c *fiber.Ctx, in *pageInput) error {
	return a.sendPage(ctx, c, "/claimants", in, func(p store.PageOf) (any, string, error) {
		rows, next, err := a.cfg.Store.PublicClaimants(ctx, p)
		out := claimantList{Data: make([]claimantDoc, 0, len(rows)), NextCursor: cursorOf(next)}
		for _, r := range rows {
			page := a.page("claimants", r.Slug)
			out.Data = append(out.Data, claimantDoc{r.ID.String(), r.Slug, r.Name, string(r.Kind), page, a.credited().licence, a.creditFor(page)})
		}
		return out, next, err
	})
}

func (a *API) listTopics(ctx context.Context, c *fiber.Ctx, in *pageInput) error {
	return a.sendPage(ctx, c, "/topics", in, func(p store.PageOf) (any, string, error) {
		rows, next, err := a.cfg.Store.PublicTopics(ctx, p)
		out := topicList{Data: make([]topicDoc, 0, len(rows)), NextCursor: cursorOf(next)}
		for _, r := range rows {
			page := a.page("topics", r.Slug)
			names := r.Names
			if names == nil {
				names = map[string]string{}
			}
			out.Data = append(out.Data, topicDoc{r.ID.String(), r.Slug, r.Name, names, page, a.credited().licence, a.creditFor(page)})
		}
		return out, next, err
	})
}

func (a *API) listPublishers(ctx context.Context, c *fiber.Ctx, in *pageInput) error {
	return a.sendPage(ctx, c, "/publishers", in, func(p store.PageOf) (any, string, error) {
		rows, next, err := a.cfg.Store.PublicPublishers(ctx, p)
		out := publisherList{Data: make([]publisherDoc, 0, len(rows)), NextCursor: cursorOf(next)}
		for _, r := range rows {
			out.Data = append(out.Data, publisherDoc{r.ID.String(), r.Name, r.Site, r.House, r.Language, r.Licence, r.Name + ", " + r.Site})
		}
		return out, next, err
	})
}

// listScales serves GET /scales.
func (a *API) listScales(ctx context.Context, c *fiber.Ctx, _ *struct{}) error {
	return a.sendPage(ctx, c, "/scales", &pageInput{Limit: store.MaxPage}, func(store.PageOf) (any, string, error) {
		scales, err := a.cfg.Store.Scales(ctx)
		out := scaleList{Data: make([]scaleDoc, 0, len(scales))}
		for _, sc := range scales {
			doc := scaleDoc{ID: sc.ID.String(), Scale: sc.Slug + "/" + strconv.Itoa(sc.Version), Slug: sc.Slug, Version: sc.Version, Name: sc.Name, Site: sc.Site,
				Labels: []scaleLabel{}, Licence: a.credited().licence, Attribution: a.creditFor(a.cfg.PublicURL + "/about/scales")}
			for _, l := range sc.Labels {
				doc.Labels = append(doc.Labels, labelDoc(l))
			}
			out.Data = append(out.Data, doc)
		}
		return out, "", err
	})
}

func labelDoc(l factcheck.Label) scaleLabel {
	out := scaleLabel{Label: l.Label, Reasons: []string{}, Definition: l.Definition}
	if l.Truth != "" {
		truth := string(l.Truth)
		out.Truth = &truth
	}
	if l.Value != 0 {
		value := l.Value
		out.Value = &value
	}
	for _, r := range l.Reasons {
		out.Reasons = append(out.Reasons, string(r))
	}
	return out
}

// sendPage sends a page of a list from memory, or makes it of what read gives.
func (a *API) sendPage(ctx context.Context, c *fiber.Ctx, path string, in *pageInput, read func(store.PageOf) (any, string, error)) error {
	key := path + "?" + url.Values{"limit": {strconv.Itoa(in.Limit)}, "cursor": {in.Cursor}}.Encode()
	ans, err := a.kept(ctx, key, func() (*answer, error) {
		page, next, err := read(store.PageOf{Cursor: in.Cursor, Limit: in.Limit})
		if err != nil {
			return nil, err
		}
		body, err := json.Marshal(page)
		if err != nil {
			return nil, err
		}
		ans := &answer{Content: content(body)}
		if next != "" {
			ans.link = "<" + a.cfg.PublicURL + prefix + path + "?" + url.Values{"limit": {strconv.Itoa(in.Limit)}, "cursor": {next}}.Encode() + `>; rel="next"`
		}
		return ans, nil
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans)
}

// cursorOf is a cursor as answers hold it: null on the last page.
func cursorOf(next string) *string {
	if next == "" {
		return nil
	}
	return &next
}

// page is the address of a page of this house.
func (a *API) page(room, slug string) string {
	return a.cfg.PublicURL + "/" + room + "/" + url.PathEscape(slug)
}
