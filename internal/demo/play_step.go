package demo

import (
	"context"
	"fmt"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// step does one thing to a claim.
func (p *stage) step(ctx context.Context, cl Claim, s Step) error {
	who := p.people[s.By]
	if s.Do == DoFile {
		return p.file(ctx, who, cl)
	}
	pc := p.claims[cl.Key]
	switch s.Do {
	case DoEdit:
		return p.edit(ctx, who, cl, pc, s)
	case DoCheck:
		return p.db.StartChecking(ctx, who, pc.id)
	case DoDecline:
		claim, err := p.db.NewsroomClaim(ctx, who, pc.id)
		if err != nil {
			return err
		}
		return p.db.DeclineClaim(ctx, who, pc.id, claim.Revision, s.Note)
	case DoMerge:
		return p.db.MergeClaims(ctx, who, pc.id, p.claims[s.Into].id, s.Note)
	case DoLink, DoRestance, DoMark, DoFirst, DoUnlink, DoUndo:
		return p.appearance(ctx, who, pc, s)
	case DoDraft, DoSubmit, DoSendBack, DoApprove:
		return p.verdict(ctx, who, cl, pc, s)
	}
	return p.brake(ctx, who, pc, s)
}

// file files the claim, from a tip if the story says so.
func (p *stage) file(ctx context.Context, who factcheck.Actor, cl Claim) error {
	topics := make([]factcheck.TopicID, 0, len(cl.Topics))
	for _, t := range cl.Topics {
		topics = append(topics, p.topics[t])
	}
	in := cl.Input(p.start, p.claimants[cl.Claimant], topics)
	pc := &playedClaim{appearances: map[string]factcheck.AppearanceID{}}
	p.claims[cl.Key] = pc
	var err error
	if cl.FromTip != "" {
		pc.id, err = p.db.TipToClaim(ctx, who, p.tips[cl.FromTip], in)
	} else {
		pc.id, err = p.db.FileClaim(ctx, who, in)
	}
	return err
}

// edit gives the claim a new wording.
func (p *stage) edit(ctx context.Context, who factcheck.Actor, cl Claim, pc *playedClaim, s Step) error {
	claim, err := p.db.NewsroomClaim(ctx, who, pc.id)
	if err != nil {
		return err
	}
	topics := make([]factcheck.TopicID, 0, len(cl.Topics))
	for _, t := range cl.Topics {
		topics = append(topics, p.topics[t])
	}
	in := cl.Input(p.start, p.claimants[cl.Claimant], topics)
	in.Text = s.Text
	return p.db.EditClaim(ctx, who, pc.id, claim.Revision, in)
}

// verdict drafts, submits, sends back or approves.
func (p *stage) verdict(ctx context.Context, who factcheck.Actor, cl Claim, pc *playedClaim, s Step) error {
	var err error
	switch s.Do {
	case DoDraft:
		return p.draft(ctx, who, cl, pc, s)
	case DoSubmit:
		pc.version, err = p.db.SubmitVerdict(ctx, who, pc.version.ID, pc.version.Revision)
	case DoSendBack:
		if err := p.db.SendBack(ctx, who, pc.version.ID, s.Note); err != nil {
			return err
		}
		pc.version, err = p.db.NewsroomVersion(ctx, who, pc.version.ID)
	default:
		pc.version, err = p.db.ApproveVerdict(ctx, who, pc.version.ID, pc.version.Hash)
	}
	return err
}

// draft writes the verdict: the first time anew, after it was sent back over the old draft, and otherwise as a correction.
func (p *stage) draft(ctx context.Context, who factcheck.Actor, cl Claim, pc *playedClaim, s Step) error {
	draft := s.Draft(p.start, cl.Language, p.scale)
	var err error
	switch pc.version.State {
	case factcheck.VersionPublished:
		if pc.version, err = p.db.DraftCorrection(ctx, who, pc.version.Verdict, s.Kind, s.Note); err != nil {
			return err
		}
		pc.version, err = p.db.EditDraft(ctx, who, pc.version.ID, pc.version.Revision, draft)
	case factcheck.VersionDraft:
		pc.version, err = p.db.EditDraft(ctx, who, pc.version.ID, pc.version.Revision, draft)
	default:
		pc.version, err = p.db.DraftVerdict(ctx, who, pc.id, draft)
	}
	if err != nil || pc.worded {
		return err
	}
	pc.worded = true
	return p.word(ctx, who, cl, pc, s)
}

// word sets what the claim is called in other languages, and the media it is about: both are part of what is approved.
func (p *stage) word(ctx context.Context, who factcheck.Actor, cl Claim, pc *playedClaim, s Step) error {
	var wordings []factcheck.Wording
	for _, w := range s.Verdict.Wordings {
		wordings = append(wordings, factcheck.Wording{Language: w.Language, Text: w.Text})
	}
	if len(wordings) > 0 {
		claim, err := p.db.NewsroomClaim(ctx, who, pc.id)
		if err != nil {
			return err
		}
		if err := p.db.SetWordings(ctx, who, pc.id, claim.Revision, wordings); err != nil {
			return err
		}
	}
	for _, m := range cl.Media {
		_, err := p.db.AddMedia(ctx, who, pc.id, factcheck.MediaInput{URL: m.URL, Kind: factcheck.MediaKind(m.Kind), Category: factcheck.MediaCategory(m.Category), Alt: m.Alt})
		if err != nil {
			return err
		}
	}
	return nil
}

// brake suspends, asks for a restoration, or grants one.
func (p *stage) brake(ctx context.Context, who factcheck.Actor, pc *playedClaim, s Step) error {
	var err error
	switch s.Do {
	case DoSuspend:
		err = p.db.SuspendVerdict(ctx, who, pc.version.Verdict, s.Note)
	case DoAskRestore:
		pc.proposal, err = p.db.ProposeRestore(ctx, who, pc.version.Verdict, s.Note)
	case DoGrant:
		err = p.db.DecideProposal(ctx, who, pc.proposal, true)
	default:
		err = fmt.Errorf("nobody knows how to %s", s.Do)
	}
	return err
}
