package backup_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/touchstone-factcheck/touchstone/internal/backup"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// TestWebhooksLearnOfARestoreBeforeAllElse backs up while something waits, and delivers it and more afterwards, which the restore
// undoes.
func TestWebhooksLearnOfARestoreBeforeAllElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx, system := t.Context(), factcheck.System()
	_, secret, err := d.DB.CreateKey(ctx, d.Admin, store.KeyInput{Name: "a platform", Scopes: []factcheck.Scope{factcheck.ScopeManage}, Owner: "edda@desk.example"})
	check(t, err)
	key, err := d.DB.KeyHolder(ctx, secret)
	check(t, err)
	w, err := d.DB.CreateWebhook(ctx, key.Actor, store.WebhookInput{URL: "https://partner.example/", Types: []factcheck.ChangeType{factcheck.ChangeVerdictPublished, factcheck.ChangeVerdictUpdated}}, []byte("sealed"))
	check(t, err)
	v := d.Published(t, "The mayor of Exampleville has resigned.", "False") // 1: told
	// sends delivers one message of each claim that is due, and returns them by their ids.
	sends := func(db *store.DB) map[factcheck.DeliveryID]store.OutMessage {
		t.Helper()
		lease, found, err := db.TakeWebhook(ctx, system, time.Minute)
		check(t, err)
		sent := map[factcheck.DeliveryID]store.OutMessage{}
		if !found {
			return sent
		}
		due, err := db.BeginDeliveries(ctx, system, lease, time.Minute, 10)
		check(t, err)
		for _, one := range due {
			m, err := db.MessageToSend(ctx, lease, one)
			check(t, err)
			sent[one.ID] = m
			check(t, db.EndAttempt(ctx, system, lease, store.AttemptEnd{OutDelivery: one, Status: 204, Delivered: true, Of: m}))
		}
		check(t, db.ReleaseWebhook(ctx, system, lease))
		return sent
	}
	queue := func(db *store.DB) {
		t.Helper()
		_, err := db.QueueWebhooks(ctx, system)
		check(t, err)
	}
	queue(d.DB)
	before := sends(d.DB)
	d.Published(t, "The bridge is closed.", "False") // 2: waits
	_, err = d.DB.TestWebhook(ctx, key.Actor, w.ID)
	check(t, err)
	queue(d.DB)
	_, _, err = d.DB.TakeWebhook(ctx, system, time.Hour) // by a process that is no more
	check(t, err)
	d.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More is known.") // 3: nobody has looked at it
	out := d.written(t)
	d.Published(t, "The river is dry.", "False") // 4: is undone
	queue(d.DB)
	d.Clock.Advance(2 * time.Hour)
	maps.Copy(before, sends(d.DB))
	if len(before) != 5 {
		t.Fatalf("got %d messages before the restore, want four changes and a test", len(before))
	}
	d.closed(t)
	d.opts.Now = d.Clock.Now
	got, err := backup.Restore(ctx, d.srv, out.File, d.opts)
	check(t, err)
	db := d.reopened(t)
	queue(db)
	type told struct {
		Type string
		Seq  int64
	}
	var all [][]told
	for {
		sent := sends(db)
		if len(sent) == 0 {
			break
		}
		var list []told
		for id, m := range sent {
			if _, again := before[id]; again || m.Epoch != got.Epoch {
				t.Errorf("got %+v as %s, want a fresh id and the epoch %s", m, id, got.Epoch)
			}
			list = append(list, told{m.Type, m.Seq})
		}
		slices.SortFunc(list, func(a, b told) int { return int(a.Seq - b.Seq) })
		all = append(all, list)
	}
	want := [][]told{{{store.WebhookRestored, 0}}, {{string(factcheck.ChangeVerdictPublished), 2}, {string(factcheck.ChangeVerdictUpdated), 3}}}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("sent after the restore, at a time (-want +got):\n%s", diff)
	}
	log, err := db.WebhookDeliveries(ctx, key.Actor, w.ID, store.DeliveryFilter{Limit: 100})
	check(t, err)
	if len(log) != 3 || log[2].Type != store.WebhookRestored {
		t.Errorf("got %+v in the log, want what was sent since the restore, its news first", log)
	}
}
