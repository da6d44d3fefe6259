package mcp

import (
	"context"
	"strconv"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	fewChanges  = 20
	mostChanges = 50
)

// ChangesInput is what what_changed takes.
type ChangesInput struct {
	Since  string `json:"since,omitempty" jsonschema:"a moment (2025-06-07T16:40:00Z), or the beginning of a day in UTC (2025-06-07); give it or cursor"`
	Cursor string `json:"cursor,omitempty" jsonschema:"next_cursor of the answer before; give it or since"`
	Limit  int    `json:"limit,omitempty" jsonschema:"most changes, 1 to 50; 20 if absent"`
}

// ChangesOutput is what what_changed answers.
type ChangesOutput struct {
	AsOf       string   `json:"as_of"`
	Note       string   `json:"note"`
	Changes    []Change `json:"changes" jsonschema:"oldest first"`
	NextCursor string   `json:"next_cursor" jsonschema:"give it as cursor to go on; set also when nothing changed"`
	More       bool     `json:"more" jsonschema:"there is more to read at once"`
}

// Change is an entry of the change feed.
type Change struct {
	Seq     int64  `json:"seq"`
	At      string `json:"at"`
	Type    string `json:"type" jsonschema:"such as verdict.published, verdict.corrected, verdict.retracted, claim.withdrawn, appearance.added"`
	ClaimID string `json:"claim_id"`
	Public  bool   `json:"public" jsonschema:"false: the claim is public no more; do not repeat what you had of it"`
	Claim   *Claim `json:"claim,omitempty" jsonschema:"as it is now, not as it was then; given with the last change of each"`
}

func (d *Door) whatChanged(ctx context.Context, in ChangesInput) (ChangesOutput, []store.Pull, error) {
	out := ChangesOutput{AsOf: d.now(), Changes: []Change{}}
	if in.Limit < 0 || in.Limit > mostChanges {
		return out, nil, factcheck.Invalid("limit", "limit is from 1 to %d", mostChanges)
	}
	if in.Limit == 0 {
		in.Limit = fewChanges
	}
	epoch, after, err := d.position(ctx, in)
	if err != nil {
		return out, nil, err
	}
	feed, err := d.cfg.Store.Changes(ctx, after, in.Limit)
	if factcheck.CodeOf(err) == factcheck.CodeGone || err == nil && feed.Epoch != epoch {
		return out, nil, factcheck.Invalid("cursor", "this cursor is of a feed that is no more, for the newsroom was restored from a backup; forget what you hold and ask with since")
	}
	if err != nil {
		return out, nil, err
	}
	took, err := d.changes(feed, &out)
	if err != nil {
		return out, nil, err
	}
	if n := len(feed.Changes); n > 0 {
		after = feed.Changes[n-1].Seq
	}
	out.NextCursor, out.More = feed.Epoch+":"+strconv.FormatInt(after, 10), after < feed.Head
	out.Note = "Nothing changed. What you were told before still stands."
	if len(out.Changes) > 0 {
		out.Note = "These are the changes, with each claim as it is now."
	}
	return out, took, nil
}

// position returns where to read on.
func (d *Door) position(ctx context.Context, in ChangesInput) (epoch string, after int64, err error) {
	if (in.Since == "") == (in.Cursor == "") {
		return "", 0, factcheck.Invalid("since", "give either since or cursor")
	}
	if in.Since != "" {
		at, err := moment("since", in.Since, false)
		if err != nil {
			return "", 0, err
		}
		return d.cfg.Store.FeedAt(ctx, at)
	}
	epoch, number, _ := strings.Cut(in.Cursor, ":")
	after, err = strconv.ParseInt(number, 10, 64)
	if err != nil || after < 0 || len(epoch) > 64 {
		return "", 0, factcheck.Invalid("cursor", "this is not the next_cursor of an answer; ask with since")
	}
	return epoch, after, nil
}

// changes writes entries of the feed, each claim once: with its last entry.
func (d *Door) changes(feed store.Feed, out *ChangesOutput) ([]store.Pull, error) {
	last := map[factcheck.ClaimID]int64{}
	for _, ch := range feed.Changes {
		last[ch.Claim] = ch.Seq
	}
	var took []store.Pull
	for _, ch := range feed.Changes {
		one := Change{Seq: ch.Seq, At: stamp(ch.At), Type: string(ch.Type), ClaimID: ch.Claim.String(), Public: ch.Document != nil}
		if ch.Document != nil && last[ch.Claim] == ch.Seq {
			c, pull, err := d.read(*ch.Document)
			if err != nil {
				return nil, err
			}
			one.Claim, took = &c, append(took, pull)
		}
		out.Changes = append(out.Changes, one)
	}
	return took, nil
}

func (o ChangesOutput) text() string {
	w := begin(o.AsOf)
	w.line("%s", o.Note)
	for i, ch := range o.Changes {
		switch {
		case ch.Claim != nil:
			w.claim(i+1, *ch.Claim)
			w.line("   Changed %s: %s", ch.At, ch.Type)
		case ch.Public:
			w.line("\n%d. %s: %s of %s, see below", i+1, ch.At, ch.Type, ch.ClaimID)
		default:
			w.line("\n%d. %s: %s of %s, which is public no more", i+1, ch.At, ch.Type, ch.ClaimID)
		}
	}
	w.line("\nGo on with cursor %s", o.NextCursor)
	return w.String()
}
