package newsroom

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/site"
	"github.com/touchstone-factcheck/touchstone/web/ui"
	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// mostNoted is how many fields of a version the form offers a note on: a form has a limited number of fields.
const mostNoted = 80

func sortNotes(notes []factcheck.PassageNote) {
	slices.SortFunc(notes, func(a, b factcheck.PassageNote) int { return strings.Compare(a.Field, b.Field) })
}

// approvalPage reads what waits on a claim and fills the page.
func (n *Newsroom) approvalPage(ctx context.Context, in visitor, id factcheck.ClaimID) (pages.ApprovalPage, error) {
	a, err := n.cfg.Store.ClaimApproval(ctx, in.Actor, id)
	if err != nil {
		return pages.ApprovalPage{}, err
	}
	shell, err := n.shell(ctx, in, claimPagePath(id, "approval"))
	if err != nil {
		return pages.ApprovalPage{}, err
	}
	page := pages.ApprovalPage{
		Shell: shell, OnCall: a.OnCall.Name, Editor: in.Actor.Role != factcheck.RoleChecker, Drafted: !a.Draft.IsZero(), DraftNote: a.DraftNote,
		Claim: pages.ClaimHead{ID: id.String(), Text: a.ClaimText, Lang: a.Language, Stage: string(a.Stage), Sensitive: a.Sensitive, State: string(a.State)},
	}
	if a.Public {
		page.Claim.PublicURL = "/claims/" + a.Slug
	}
	for _, s := range a.Earlier {
		page.Earlier = append(page.Earlier, pages.SubmissionItem{N: s.N, By: s.By.Name, At: s.At, Outcome: s.Outcome, EndedBy: s.EndedBy, EndedAt: s.EndedAt, Notes: s.Notes})
	}
	if a.Submission.ID == 0 {
		return page, nil
	}
	page.Reading = true
	page.Submitted, err = n.submitted(ctx, in, a)
	return page, err
}

// submitted fills what waits for approval.
func (n *Newsroom) submitted(ctx context.Context, in visitor, a store.Approval) (*pages.SubmittedVersion, error) {
	public, err := n.publicPage(ctx, a)
	if err != nil {
		return nil, err
	}
	v := &pages.SubmittedVersion{
		VersionID: a.Version.ID.String(), Hash: pages.HexHash(a.Version.Hash), By: a.Submission.By.Name, At: a.Submission.At, N: a.Submission.N,
		Correction: a.Version.Draft.Correction, Label: a.Version.Rating.Label, Page: public, Rules: a.Rules, Evidence: evidenceOf(a.Version.Draft.Sources),
		Needed: a.Submission.Needed, PublishAt: a.Submission.PublishAt, Scheduled: a.Submission.Scheduled, Given: a.Given,
		CanSend: factcheck.Permit(in.Actor, factcheck.SendBack) == nil,
	}
	if p, ok := problemOf(a.Refused); a.Refused != nil && !ok {
		v.Refused = sentence(refusal(a.Refused))
	} else if ok {
		v.Refused = p.message
	}
	for _, f := range a.Approved.Fields() {
		if strings.TrimSpace(f.Text) != "" && len(v.Fields) < mostNoted {
			v.Fields = append(v.Fields, f)
		}
	}
	for _, g := range a.Submission.Approvals {
		v.Approvals = append(v.Approvals, pages.SubmissionStep{Name: g.Name, At: g.At})
	}
	if a.SeenText != nil && a.Seen != nil {
		v.Since = &pages.Comparison{At: a.Seen.At, Outcome: a.Seen.Outcome, Notes: a.Seen.Notes, Changes: document.Compare(*a.SeenText, a.Approved)}
	}
	if a.Published != nil {
		v.Published = &pages.Comparison{Version: a.PublishedN, Changes: document.Compare(*a.Published, a.Approved)}
	}
	return v, nil
}

// publicPage returns the reader's page as it would be if what is submitted were published now.
func (n *Newsroom) publicPage(ctx context.Context, a store.Approval) (site.ClaimPage, error) {
	claim, err := document.Decode(a.Preview.Stored, n.cfg.PublicURL, 0)
	if err != nil {
		return site.ClaimPage{}, err
	}
	_, scale, err := n.cfg.Store.HouseScale(ctx)
	if err != nil && factcheck.CodeOf(err) != factcheck.CodeNotFound {
		return site.ClaimPage{}, err
	}
	meanings := map[string]string{}
	for _, l := range scale.Labels {
		meanings[l.Label] = l.Definition
	}
	house, err := n.houseRow(ctx)
	if err != nil {
		return site.ClaimPage{}, err
	}
	path := "/claims/" + ui.PathSegment(a.Preview.Slug)
	page := site.ClaimPage{
		Shell: ui.Shell{Locale: ui.Locale{Lang: text.Default, Zone: n.cfg.Zone}, HouseName: house.name, Logo: house.logo, PublicURL: n.cfg.PublicURL, Path: path, Rooms: ui.Rooms{Search: true, Corrections: true, About: true, Developers: true, Tips: true, Claimants: true, Topics: true, Outlets: true}},
		Claim: claim,
	}.Explained(path, meanings)
	page.FeedURL = path + "/feed.atom"
	// The publication makes one more entry of the page's history, dated by it.
	var now time.Time
	if v, ok := claim.House(); ok {
		now = v.PublishedAt
		page.History = append(page.History, site.HistoryEntry{
			N: len(a.States) + 1, At: now, Kind: site.HistoryKind(a.Version.Draft.Correction.Change()), Note: a.Version.Draft.Note, Label: v.Rating.Label,
		})
	}
	page.ChangedAt = now
	for _, st := range slices.Backward(a.States) {
		page.History = append(page.History, site.HistoryEntry{
			N: st.N, At: st.At, Kind: site.HistoryKind(st.Type), Note: st.Note, Label: st.Label, Publisher: st.Publisher, URL: path + "/v/" + strconv.Itoa(st.N),
		})
	}
	return page, nil
}

// evidenceOf counts sources.
func evidenceOf(sources []factcheck.Source) pages.EvidenceCount {
	e := pages.EvidenceCount{Sources: len(sources)}
	origins := map[string]bool{}
	for _, s := range sources {
		if s.Origin != "" {
			origins[strings.ToLower(s.Origin)] = true
		}
		if s.Kind == factcheck.SourcePrimary {
			e.Primary++
		}
		if s.ArchiveURL != "" {
			e.Archived++
		}
		switch s.Bearing {
		case factcheck.BearingAgainst:
			e.Against++
		case factcheck.BearingFor:
			e.For++
		case factcheck.BearingContext:
		}
	}
	e.Origins = len(origins)
	return e
}

// refusal returns the message of an error for the person it is about.
func refusal(err error) string {
	if coded, ok := errors.AsType[*factcheck.Error](err); ok {
		return coded.Message
	}
	return "you may not do this"
}
