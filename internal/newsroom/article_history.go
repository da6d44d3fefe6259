package newsroom

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// historyLength is the most acts on the article itself that its history shows; the audit log has them all.
const historyLength = 100

// history returns what was done to the article and to its links, the newest first: the links' events, and of the audit log
// what was done to the article itself. One query besides the article's own.
func (n *Newsroom) history(ctx context.Context, in visitor, a store.WorkingArticle) ([]pages.Event, error) {
	acts, err := n.cfg.Store.Audit(ctx, in.Actor, store.AuditQuery{Object: a.ID.String(), Limit: historyLength})
	if err != nil {
		return nil, err
	}
	out := make([]pages.Event, 0, len(a.Events)+len(acts))
	for _, e := range slices.Backward(a.Events) {
		out = append(out, pages.Event{
			At: e.At, Recorded: e.RecordedAt, By: orElse(e.By, "the program"), Kind: e.Kind, Stance: e.Stance, Claim: e.ClaimText, Note: e.Note,
		})
	}
	for _, act := range acts {
		if act.Action == "suggestion.accept" { // the link says so
			continue
		}
		out = append(out, actOf(act))
	}
	slices.SortStableFunc(out, func(a, b pages.Event) int { return b.Recorded.Compare(a.Recorded) })
	return out, nil
}

// actOf returns an act on the article itself as the history shows it.
func actOf(act store.AuditEntry) pages.Event {
	var details struct {
		Created  bool   `json:"created"`
		Text     bool   `json:"text"`
		Lost     int    `json:"lost"`
		Snapshot any    `json:"snapshot"` // whether one was kept, or which one was taken down
		Reason   string `json:"reason"`
		Made     int    `json:"made"`
	}
	// Details that are written otherwise, or were redacted, leave the act and who did it.
	_ = json.Unmarshal([]byte(act.Details), &details)
	kept, _ := details.Snapshot.(bool)
	e := pages.Event{
		At: act.At, Recorded: act.At, By: act.Who, Kind: act.Action, Note: details.Reason,
		Again: act.Action == "article.add" && !details.Created, TextChanged: details.Text, Lost: details.Lost, Kept: kept, Suggested: details.Made,
	}
	if act.Owner != "" {
		e.By += ", a key of " + act.Owner
	}
	if e.By == "" {
		e.By = map[factcheck.ActorKind]string{factcheck.ActorOperator: "the command line"}[act.Kind]
	}
	e.By = orElse(e.By, "the program")
	return e
}
