package api

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/export"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// versionsInput are the parameters of GET /claims/{id}/versions.
type versionsInput struct {
	ID     string `path:"id" doc:"Id of the claim" example:"claim_01h455vb4pex5vsknk084sn02q"`
	Fields string `query:"fields" maxLength:"1000" example:"n,at,kind,note,changes" doc:"Only these fields of each version: names with commas between, a dot leads into an object or list"`
}

// versionList is the answer of GET /claims/{id}/versions, for the OpenAPI document.
type versionList struct {
	Data []version `json:"data" doc:"Oldest first"`
}

// versionHead is one public state of a claim without its document.
type versionHead struct {
	N    int       `json:"n" doc:"Counts the public states of the page, from 1"`
	At   time.Time `json:"at" doc:"When it became public"`
	Kind string    `json:"kind" doc:"What made it: published, update, clarification, correction, retraction, suspended, restored, redacted, …"`
	Note string    `json:"note" doc:"The public note"`
}

// version is one public state of a claim.
type version struct {
	versionHead
	Changes []stateChange  `json:"changes" doc:"What differs from the state before, in reading order; empty for the first. Of a verdict under review only that is told"`
	Claim   document.Claim `json:"claim"`
}

// stateChange is a place of the page that says something else.
type stateChange struct {
	Part      string       `json:"part" enum:"claim,verdict,appearances"`
	Publisher string       `json:"publisher,omitempty" doc:"Whose verdict, when it is not the house's"`
	Field     string       `json:"field" doc:"As in the document, such as what_is_true; of appearances the stance or correction state"`
	Language  string       `json:"language,omitempty" doc:"BCP 47 tag of the words; absent if unknown"`
	Words     []changePart `json:"words" doc:"Word by word: same and removed together are what it said before, same and added what it says now"`
}

// changePart is a stretch of words.
type changePart struct {
	Op   string `json:"op" enum:"same,added,removed"`
	Text string `json:"text"`
}

// listVersions serves GET /claims/{id}/versions. Two queries.
func (a *API) listVersions(ctx context.Context, c *fiber.Ctx, in *versionsInput) error {
	id, err := claimID(in.ID)
	if err != nil {
		return err
	}
	fields, err := parseFields(in.Fields, reflect.TypeFor[version]())
	if err != nil {
		return err
	}
	d, err := a.cfg.Store.ClaimByID(ctx, id)
	if err != nil {
		return err
	}
	if d.Claim != id {
		return a.redirect(c, d.Claim, "/versions")
	}
	ans, err := a.building(ctx, func() (*answer, error) {
		states, err := a.cfg.Store.Versions(ctx, id)
		if err != nil {
			return nil, err
		}
		ans, err := a.buildVersions(states, fields)
		if err != nil {
			return nil, err
		}
		ans.took = []store.Pull{{Claim: id, Seq: d.Seq}}
		return ans, nil
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans)
}

func (a *API) buildVersions(states []store.State, fields fieldTree) (*answer, error) {
	size := 64
	for _, s := range states {
		size += a.room(s.Stored) + len(s.Note)
	}
	body := append(make([]byte, 0, size), `{"data":[`...)
	var before *document.Claim
	for i, s := range states {
		if i > 0 {
			body = append(body, ',')
		}
		now, err := document.Decode(s.Stored, a.cfg.PublicURL, s.Seq)
		if err != nil {
			return nil, err
		}
		entry, err := export.AppendVersion(nil, s)
		if err != nil {
			return nil, err
		}
		changes, err := json.Marshal(changesOf(before, now))
		if err != nil {
			return nil, err
		}
		entry = append(append(entry, `,"changes":`...), changes...)
		entry = append(a.appendClaim(append(entry, `,"claim":`...), s.Stored, s.Seq), '}')
		body = fields.appendTo(body, entry)
		before = &now
	}
	return &answer{Content: content(append(body, `]}`...))}, nil
}

// changesOf returns what a state says differently from the one before; nothing for the first.
func changesOf(before *document.Claim, now document.Claim) []stateChange {
	out := []stateChange{}
	if before == nil {
		return out
	}
	for _, ch := range document.CompareStates(*before, now) {
		one := stateChange{Part: ch.Part, Publisher: ch.Publisher, Field: ch.Field, Language: ch.Language, Words: []changePart{}}
		for _, w := range ch.Words {
			one.Words = append(one.Words, changePart{string(w.Op), w.Text})
		}
		out = append(out, one)
	}
	return out
}

// withVersions adds the public states of a claim's page to its document; with asOf those that there were then.
func (a *API) withVersions(ctx context.Context, id factcheck.ClaimID, body []byte, asOf string) ([]byte, error) {
	states, err := a.cfg.Store.States(ctx, id)
	if err != nil {
		return nil, err
	}
	until, err := parseTime("as_of", asOf, true)
	if err != nil {
		return nil, err
	}
	out := append(make([]byte, 0, len(body)+200*len(states)), body[:len(body)-1]...)
	out = append(out, `,"versions":[`...)
	for i, s := range states {
		if asOf != "" && s.At.After(until) {
			break
		}
		if i > 0 {
			out = append(out, ',')
		}
		if out, err = export.AppendVersion(out, s); err != nil {
			return nil, err
		}
		out = append(out, '}')
	}
	return append(out, `]}`...), nil
}
