package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// desk is one of those who publish. It touches its own claims only, so that nothing it does may be refused.
type desk struct {
	fire *fire
	n    int
	made int
	live []store.Version // published
	gone []store.Version // retracted
}

// act does one of the things that change what is public.
func (d *desk) act(ctx context.Context) error {
	if len(d.live) == 0 {
		return d.publish(ctx)
	}
	at := rand.IntN(len(d.live))
	v := d.live[at]
	switch rand.IntN(7) {
	case 0, 1:
		return d.correct(ctx, v)
	case 2:
		return d.suspend(ctx, v)
	case 3:
		return d.link(ctx, v)
	case 4:
		if err := d.retract(ctx, v); err != nil {
			return err
		}
		d.live, d.gone = slices.Delete(d.live, at, at+1), append(d.gone, v)
		return nil
	case 5:
		if n := len(d.gone); n > 0 {
			from := d.gone[n-1]
			d.gone = d.gone[:n-1]
			return d.fire.DB.MergeClaims(ctx, d.fire.Editor, from.Claim, v.Claim, "They are one.")
		}
	}
	return d.publish(ctx)
}

func (d *desk) publish(ctx context.Context) error {
	d.made++
	v, err := d.fire.submit(ctx, d.n*10_000+d.made, 1)
	if err != nil {
		return fmt.Errorf("submit: %w", err)
	}
	if v, err = d.fire.DB.ApproveVerdict(ctx, d.fire.Editor, v.ID, v.Hash); err != nil {
		return fmt.Errorf("approve: %w", err)
	}
	d.live = append(d.live, v)
	return nil
}

func (d *desk) correct(ctx context.Context, v store.Version) error {
	next, err := d.fire.DB.DraftCorrection(ctx, d.fire.Checker, v.Verdict, factcheck.CorrectionCorrection, "A number was wrong.")
	if err != nil {
		return fmt.Errorf("correct: %w", err)
	}
	return d.approve(ctx, next)
}

func (d *desk) approve(ctx context.Context, v store.Version) error {
	v, err := d.fire.DB.SubmitVerdict(ctx, d.fire.Checker, v.ID, v.Revision)
	if err != nil {
		return fmt.Errorf("submit a correction: %w", err)
	}
	if _, err = d.fire.DB.ApproveVerdict(ctx, d.fire.Editor, v.ID, v.Hash); err != nil {
		return fmt.Errorf("approve a correction: %w", err)
	}
	return nil
}

// suspend takes a finding away, and shows it again.
func (d *desk) suspend(ctx context.Context, v store.Version) error {
	if err := d.fire.DB.SuspendVerdict(ctx, d.fire.Editor, v.Verdict, "A source was withdrawn."); err != nil {
		return fmt.Errorf("suspend: %w", err)
	}
	p, err := d.fire.DB.ProposeRestore(ctx, d.fire.Checker, v.Verdict, "The source is there again.")
	if err != nil {
		return fmt.Errorf("propose to restore: %w", err)
	}
	if err := d.fire.DB.DecideProposal(ctx, d.fire.Editor, p, true); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func (d *desk) link(ctx context.Context, v store.Version) error {
	d.made++
	a, err := d.fire.DB.AddArticle(ctx, d.fire.Checker, factcheck.ArticleInput{URL: fmt.Sprintf("https://wire%d.example/%d", d.n, d.made), Title: "They said it", Text: "It is said."})
	if err != nil {
		return fmt.Errorf("add an article: %w", err)
	}
	if _, err := d.fire.DB.LinkArticle(ctx, d.fire.Checker, a.Article, v.Claim, factcheck.AppearanceInput{Stance: factcheck.StanceRepeats}); err != nil {
		return fmt.Errorf("link: %w", err)
	}
	return nil
}

func (d *desk) retract(ctx context.Context, v store.Version) error {
	next, err := d.fire.DB.SubmitRetraction(ctx, d.fire.Checker, v.Verdict, "It was all wrong.")
	if err != nil {
		return fmt.Errorf("retract: %w", err)
	}
	if _, err := d.fire.DB.ApproveVerdict(ctx, d.fire.Editor, next.ID, next.Hash); err != nil {
		return fmt.Errorf("approve a retraction: %w", err)
	}
	return nil
}
