package googlecompat

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// search serves GET /v1alpha1/claims:search.
func (d *Door) search(c *fiber.Ctx) error {
	actor, err := d.admit(c)
	if err != nil {
		return err
	}
	in, err := parse(string(c.Context().URI().QueryString()))
	if err != nil {
		return err
	}
	found, took, err := d.find(c.UserContext(), in)
	if err != nil {
		return err
	}
	body, contentType, err := in.write(found)
	if err != nil {
		return err
	}
	if c.Method() == http.MethodGet {
		for i := range took {
			took[i].Actor = actor.ID
		}
		d.cfg.Store.NotePulls(took...)
	}
	return send(c, body, contentType)
}

// find returns a page of what was asked for, and which claims are in it.
func (d *Door) find(ctx context.Context, in params) (searchResponse, []store.Pull, error) {
	if err := d.searches.Acquire(ctx, 1); err != nil {
		return searchResponse{}, nil, &factcheck.Error{Code: factcheck.CodeUnavailable, Message: "too much is asked of this server right now; try again", RetryAfter: time.Second, Err: err}
	}
	defer d.searches.Release(1)
	wanted := finder.Wanted{Text: in.Query, Publisher: in.Site, Skip: in.Offset, Limit: in.Size}
	if in.Token != "" {
		at, err := in.readToken()
		if err != nil {
			return searchResponse{}, nil, err
		}
		wanted.Cursor, wanted.Skip = at.Cursor, at.Skip
	}
	now := d.cfg.Now()
	if in.MaxAge > 0 {
		wanted.Since = now.AddDate(0, 0, -in.MaxAge)
	}
	if in.Site != "" {
		wanted.Sites = []string{in.Site, finder.HousePublisher} // whose older checks may stand at another host
		if in.Site == d.host {
			wanted.Publisher = ""
		}
	}
	shown := map[factcheck.ClaimID]claim{}
	wanted.Keep = func(doc store.Document) (bool, error) {
		c, err := document.Decode(doc.Stored, d.cfg.PublicURL, doc.Seq)
		if err != nil {
			return false, err
		}
		one, ok := in.shown(c, now)
		if ok {
			shown[doc.Claim] = one
		}
		return ok, nil
	}
	answers, err := d.cfg.Finder.Answer(ctx, wanted)
	if factcheck.CodeOf(err) == factcheck.CodeInvalid {
		err = badPageToken() // all else is checked
	}
	if err != nil {
		return searchResponse{}, nil, err
	}
	return in.page(answers, shown)
}

// page writes what was found.
func (p *params) page(answers finder.Answers, shown map[factcheck.ClaimID]claim) (searchResponse, []store.Pull, error) {
	var out searchResponse
	var took []store.Pull
	for _, doc := range answers.Docs {
		out.Claims = append(out.Claims, shown[doc.Claim])
		took = append(took, store.Pull{Claim: doc.Claim, Seq: doc.Seq})
	}
	if answers.Next == "" {
		return out, took, nil
	}
	var err error
	out.NextPageToken, err = p.writeToken(place{Cursor: answers.Next, Skip: answers.Skip})
	return out, took, err
}

func badPageToken() error {
	return refused(problem.Detail{Location: "query.pageToken", Message: "this token is not of this search; give the nextPageToken of the answer before, and leave all other parameters as they were"})
}
