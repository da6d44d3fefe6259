package courier_test

import (
	"bytes"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/auth"
	"github.com/touchstone-factcheck/touchstone/internal/courier"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/mail"
	"github.com/touchstone-factcheck/touchstone/internal/mail/mailtest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

const (
	house  = "https://desk.example"
	rita   = "rita@readers.example"
	bridge = "The bridge of Sampleton is closed."
)

// office is a house with a courier, and the mail server that takes its mails.
type office struct {
	*storetest.Env
	*courier.Courier
	box *mailtest.Catcher
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{Env: storetest.New(t), box: mailtest.New(t)}
	server, err := mail.ParseServer("smtp://"+o.box.Addr(), "desk.example")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mail.NewSender(server)
	if err != nil {
		t.Fatal(err)
	}
	o.Courier = courier.New(courier.Config{Store: o.DB, Sealer: auth.NewSealer([auth.KeySize]byte{7}), Sender: sender, PublicURL: house})
	return o
}

// work does what the jobs do: tells the followers of the claims whose jobs there are, and sends what waits. It returns the
// errors of the mails.
func (o *office) work(t *testing.T) []error {
	t.Helper()
	for _, claim := range query[factcheck.ClaimID](t, o, `DELETE FROM river_job WHERE kind = 'tell_followers' RETURNING (args ->> 'claim')`) {
		if _, err := o.DB.TellFollowers(t.Context(), factcheck.System(), claim); err != nil {
			t.Fatal(err)
		}
	}
	var errs []error
	for _, id := range query[int64](t, o, `SELECT id FROM mails WHERE state = 'queued' ORDER BY id`) {
		if n := query[int](t, o, `SELECT count(*) FROM river_job WHERE kind = 'send_mail' AND queue = 'mail' AND args ->> 'mail' = $1`, fmt.Sprint(id)); n[0] != 1 {
			t.Errorf("mail %d has %d jobs, want one", id, n[0])
		}
		if err := o.Send(t.Context(), id, false); err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// sent works, and returns the mails that came of it.
func (o *office) sent(t *testing.T) []mailtest.Mail {
	t.Helper()
	before := len(o.box.All())
	if errs := o.work(t); errs != nil {
		t.Fatalf("got %v", errs)
	}
	return o.box.All()[before:]
}

// one is sent, where one mail is to come.
func (o *office) one(t *testing.T) mailtest.Mail {
	t.Helper()
	all := o.sent(t)
	if len(all) != 1 {
		t.Fatalf("got %d mails, want one", len(all))
	}
	return all[0]
}

// follows has an address follow a claim, and returns the token of its links.
func (o *office) follows(t *testing.T, address string, claim factcheck.ClaimID) string {
	t.Helper()
	o.asks(t, address, claim)
	token := tokenOf(t, o.one(t))
	if _, err := o.Confirm(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	return token
}

func (o *office) asks(t *testing.T, address string, claim factcheck.ClaimID) {
	t.Helper()
	if err := o.Follow(t.Context(), claim, address, "en"); err != nil {
		t.Fatal(err)
	}
}

func query[T any](t *testing.T, o *office, sql string, args ...any) []T {
	t.Helper()
	rows, err := o.DB.Pool().Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if id, ok := any(&v).(*factcheck.ClaimID); ok {
			var text string
			if err := rows.Scan(&text); err != nil {
				t.Fatal(err)
			}
			if *id, err = factcheck.ParseClaimID(text); err != nil {
				t.Fatal(err)
			}
		} else if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// tokenOf returns the token of the links in a mail, which both of its forms hold.
func tokenOf(t *testing.T, m mailtest.Mail) string {
	t.Helper()
	links := regexp.MustCompile(`https://desk\.example\S*[?&]token=[^\s"&<]+`)
	for _, part := range []string{m.Text, m.HTML} {
		u, err := url.Parse(links.FindString(part))
		if err != nil || u.Query().Get("token") == "" {
			t.Fatalf("there is no link in %q", part)
		}
	}
	u, _ := url.Parse(links.FindString(m.Text)) // parsed above
	return u.Query().Get("token")
}

// says fails unless both forms of a mail hold what they should, and neither what it should not.
func says(t *testing.T, m mailtest.Mail, want []string, never ...string) {
	t.Helper()
	for name, part := range map[string]string{"text": m.Text, "html": m.HTML} {
		for _, w := range want {
			if !strings.Contains(part, w) {
				t.Errorf("the %s lacks %q:\n%s", name, w, part)
			}
		}
	}
	for _, w := range never {
		if strings.Contains(m.Subject+m.Text+m.HTML, w) {
			t.Errorf("%q is in the mail:\n%s\n%s", w, m.Subject, m.Text)
		}
	}
}

func TestReadersAreToldOfWhatChangesOnceTheyConfirmed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	o.asks(t, " Rita@Readers.Example", v.Claim)
	asked := o.one(t)
	if asked.To != rita || asked.Subject != "Please confirm: tell me when this changes" {
		t.Errorf("got %q to %s", asked.Subject, asked.To)
	}
	says(t, asked, []string{"Test Desk", "“" + bridge + "”", "48 hours"})
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "The road office answered.")
	if got := o.sent(t); len(got) != 0 {
		t.Fatalf("got %d mails before they confirmed, want none: %q", len(got), got[0].Subject)
	}
	token := tokenOf(t, asked)
	if _, err := o.Follower(t.Context(), token); err != nil { // looking is not confirming
		t.Fatal(err)
	}
	f, err := o.Confirm(t.Context(), token)
	if err != nil || f.Claim != v.Claim {
		t.Fatalf("got %+v, %v", f, err)
	}
	if got := o.sent(t); len(got) != 0 {
		t.Errorf("got %d mails of what was before they confirmed, want none", len(got))
	}
	o.Corrected(t, v.Verdict, factcheck.CorrectionClarification, "The footpath is open.")
	o.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "We had the wrong bridge.")
	told := o.one(t) // both in one
	if want := "False (corrected): “" + bridge + "”"; told.Subject != want {
		t.Errorf("got %q, want %q", told.Subject, want)
	}
	says(t, told, []string{"The footpath is open.", "We had the wrong bridge.", house + "/claims/the-bridge-of-sampleton-is-closed", "Correction."}, "road office")
	if got := told.Header.Get("List-Unsubscribe"); got != "<"+house+"/follow/leave?token="+token+">" {
		t.Errorf("got the way out %q", got)
	}
	if got := o.sent(t); len(got) != 0 {
		t.Errorf("got %d mails more, want each change told once", len(got))
	}
	ok(t, o.Leave(t.Context(), token, false))
	ok(t, o.Leave(t.Context(), token, false)) // a second press
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "More news.")
	if got := o.sent(t); len(got) != 0 || query[int](t, o, `SELECT count(*) FROM followers`)[0] != 0 {
		t.Errorf("got %d mails after they left, want none, and nobody kept", len(got))
	}
}

func TestWhatIsNotPublicAnyMoreIsNotMailed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	o.follows(t, rita, v.Claim)
	o.Corrected(t, v.Verdict, factcheck.CorrectionCorrection, "The mayor himself is false.")
	ok(t, o.DB.SuspendVerdict(t.Context(), o.Editor, v.Verdict, "A reader objects."))
	told := o.one(t)
	if !strings.HasPrefix(told.Subject, "Under review: ") {
		t.Errorf("got %q, want it to begin with the state", told.Subject)
	}
	says(t, told, []string{"Put under review."}, "False", "FALSE", "himself")
}

func TestAServerThatWasDownGetsTheMailLaterAndOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	o.follows(t, rita, v.Claim)
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "The road office answered.")
	o.box.Stop()
	for range 2 {
		if errs := o.work(t); len(errs) != 1 || strings.Contains(errs[0].Error(), "rita") {
			t.Fatalf("got %v, want one failure that names nobody", errs)
		}
	}
	h, err := o.DB.MailHealth(t.Context(), o.Checker)
	if err != nil || h.Queued != 1 || h.Sent != 1 || h.Followers != 1 || !strings.Contains(h.Error, "cannot be reached") || h.ErrorAt == nil {
		t.Errorf("got %+v, %v", h, err)
	}
	o.box.Start()
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "And the council.") // meanwhile
	if got := o.one(t); !strings.Contains(got.Text, "road office") || !strings.Contains(got.Text, "And the council.") {
		t.Errorf("got %q, want all that changed meanwhile", got.Text)
	}
	// Killed after the server took it, before it was noted: once more, under the same id, so that a reader's program can tell.
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "A third thing.")
	first := o.one(t)
	_, err = o.DB.Pool().Exec(t.Context(), `ALTER TABLE mails DISABLE TRIGGER mails_guard`)
	if err == nil {
		t.Fatal("the program's role can switch the guard off")
	}
	if _, err := o.DB.Pool().Exec(t.Context(), `UPDATE mails SET state = 'queued', ended_at = NULL WHERE state = 'sent'`); err == nil {
		t.Error("a mail that was sent waits again")
	}
	o.box.Refuse(func(verb, _ string) string {
		if verb == "." {
			return "hang up"
		}
		return ""
	})
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "A fourth thing.")
	if errs := o.work(t); len(errs) != 1 {
		t.Fatalf("got %v, want one failure", errs)
	}
	o.box.Refuse(nil)
	again := o.one(t)
	if again.Header.Get("Message-Id") == first.Header.Get("Message-Id") || strings.Contains(again.Text, "A third thing.") {
		t.Errorf("got %q again", again.Text)
	}
}

func TestADeadAddressIsWrittenToNoMore(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v, second := o.Published(t, bridge, "False"), o.Published(t, "The mayor of Exampleville has resigned.", "True")
	o.follows(t, rita, v.Claim)
	o.follows(t, rita, second.Claim)
	o.box.Refuse(func(verb, _ string) string {
		if verb == "RCPT" {
			return "550 5.1.1 <rita@readers.example> unknown"
		}
		return ""
	})
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	if errs := o.work(t); errs != nil {
		t.Fatalf("got %v, want it dealt with", errs)
	}
	if n := query[int](t, o, `SELECT count(*) FROM followers`); n[0] != 0 {
		t.Errorf("got %d followers, want the address forgotten everywhere", n[0])
	}
	o.box.Refuse(nil)
	o.asks(t, rita, v.Claim)
	if got := o.sent(t); len(got) != 0 {
		t.Error("a dead address is written to again")
	}
}

func TestNobodyCanFillTheMailboxOfAnother(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	mails := 0
	for i := range 5 {
		v := o.Published(t, fmt.Sprintf("Claim number %d is made.", i), "False")
		o.asks(t, rita, v.Claim)
		o.asks(t, fmt.Sprintf("rita+%d@readers.example", i), v.Claim) // read by the same person
		mails += len(o.sent(t))
	}
	if mails != 3 {
		t.Errorf("got %d mails in a day, want 3", mails)
	}
	o.Clock.Advance(25 * time.Hour)
	v := o.Published(t, bridge, "False")
	o.asks(t, rita, v.Claim)
	ok(t, o.Leave(t.Context(), tokenOf(t, o.one(t)), true)) // it was not me
	o.asks(t, rita, v.Claim)
	if got := o.sent(t); len(got) != 0 || query[int](t, o, `SELECT count(*) FROM followers WHERE claim_id = $1`, v.Claim.UUID())[0] != 0 {
		t.Errorf("got %d mails to somebody who wants none", len(got))
	}
}

func TestTimeEndsWhatNobodyConfirmsOrRenews(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	tend := func() {
		t.Helper()
		ok(t, o.DB.TendFollowers(t.Context(), factcheck.System()))
	}
	o.asks(t, "late@readers.example", v.Claim)
	late := tokenOf(t, o.one(t))
	token := o.follows(t, rita, v.Claim)
	o.Clock.Advance(49 * time.Hour)
	if _, err := o.Confirm(t.Context(), late); factcheck.CodeOf(err) != factcheck.CodeGone {
		t.Errorf("got %v for a link that ran out, want it gone", err)
	}
	tend()
	if n := query[int](t, o, `SELECT count(*) FROM followers`); n[0] != 1 {
		t.Errorf("got %d followers, want the one who confirmed", n[0])
	}
	o.Clock.Advance(340 * 24 * time.Hour)
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "Lorries may cross.") // being asked whether they want to stay tells nobody of it
	tend()
	tend()
	asked := o.sent(t)
	if len(asked) != 2 || asked[0].Subject != "Do you still want to hear of this?" || tokenOf(t, asked[0]) != token || !strings.HasPrefix(asked[1].Subject, "False (updated)") {
		t.Errorf("got %d mails, want to be asked and to be told of the change: %+v", len(asked), asked)
	}
	if _, err := o.Confirm(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	o.Clock.Advance(60 * 24 * time.Hour)
	tend()
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	if got := o.one(t); !strings.HasPrefix(got.Subject, "False (updated)") {
		t.Errorf("got %q", got.Subject)
	}
	o.Clock.Advance(366 * 24 * time.Hour)
	tend()
	if n := query[int](t, o, `SELECT count(*) FROM followers`); n[0] != 0 {
		t.Errorf("got %d followers, want those who did not renew forgotten", n[0])
	}
	if n := query[int](t, o, `SELECT count(*) FROM mails WHERE state <> 'queued'`); n[0] != 0 {
		t.Errorf("got %d old mails, want them forgotten", n[0])
	}
}

func TestAMissedChangeIsMadeGood(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	o.follows(t, rita, v.Claim)
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	query[factcheck.ClaimID](t, o, `DELETE FROM river_job WHERE kind = 'tell_followers' RETURNING (args ->> 'claim')`)
	if got := o.sent(t); len(got) != 0 {
		t.Fatalf("got %d mails without a job", len(got))
	}
	o.Clock.Advance(time.Hour)
	ok(t, o.DB.TendFollowers(t.Context(), factcheck.System()))
	o.one(t)
}

func TestFollowersGoWhereAClaimGoes(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	from, into := o.Published(t, "The bridge is shut.", "False"), o.Published(t, bridge, "False")
	o.follows(t, rita, from.Claim)
	o.follows(t, "both@readers.example", from.Claim)
	o.follows(t, "both@readers.example", into.Claim)
	retract := o.Corrected(t, from.Verdict, factcheck.CorrectionRetraction, "Checked twice.")
	if got := o.sent(t); len(got) != 2 || !strings.HasPrefix(got[0].Subject, "Retracted: ") {
		t.Fatalf("got %d mails of the retraction %v, want two", len(got), retract.ID)
	}
	ok(t, o.DB.MergeClaims(t.Context(), o.Editor, from.Claim, into.Claim, "They say the same."))
	var merged []string
	for _, m := range o.sent(t) {
		if strings.Contains(m.Text, "so the two are one now") {
			merged = append(merged, m.To)
			says(t, m, []string{bridge})
		}
	}
	if !slices.Equal(merged, []string{rita}) {
		t.Errorf("told of the merger: %v, want rita alone", merged)
	}
	o.sent(t)
	o.Corrected(t, into.Verdict, factcheck.CorrectionUpdate, "News.")
	if got := o.sent(t); len(got) != 2 {
		t.Errorf("got %d mails, want one to each who follows", len(got))
	}
}

func TestTipstersHearOnceWhatBecameOfTheirTip(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	tip := func(address, text string) (factcheck.TipID, string) {
		t.Helper()
		ask, free, err := o.Ask(t.Context(), "contact", address, "es")
		if err != nil || !free {
			t.Fatalf("got %v, %v", free, err)
		}
		id, err := o.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: text, Contact: address}, ask)
		ok(t, err)
		asked := o.one(t)
		says(t, asked, []string{"Alguien"}, text) // what was typed may be meant for whoever reads the address
		return id, tokenOf(t, asked)
	}
	taken, token := tip(rita, "Buy cheap pills at spam.example!")
	_, err := o.Confirm(t.Context(), token)
	ok(t, err)
	v := o.Published(t, bridge, "False")
	ok(t, o.DB.AttachTip(t.Context(), o.Checker, taken, v.Claim))
	told := o.one(t)
	if !strings.HasPrefix(told.Subject, "Falso: ") || told.Header.Get("List-Unsubscribe") != "" {
		t.Errorf("got %q", told.Subject)
	}
	says(t, told, []string{house + "/es/claims/the-bridge-of-sampleton-is-closed", "último correo"}, "pills")
	merged, token := tip("zoe@readers.example", "Can nobody cross the river?")
	_, err = o.Confirm(t.Context(), token)
	ok(t, err)
	claim, err := o.DB.FileClaim(t.Context(), o.Checker, factcheck.ClaimInput{Text: "Nobody can cross the river.", Language: "en"})
	ok(t, err)
	ok(t, o.DB.AttachTip(t.Context(), o.Checker, merged, claim))
	if got := o.sent(t); len(got) != 0 {
		t.Errorf("got %d mails about a claim that is not public", len(got))
	}
	ok(t, o.DB.MergeClaims(t.Context(), o.Editor, claim, v.Claim, "They say the same.")) // the other is answered already, and does not change
	if answered := o.one(t); answered.To != "zoe@readers.example" || !strings.HasPrefix(answered.Subject, "Falso: ") {
		t.Errorf("got %q to %s, want the answer of the other claim", answered.Subject, answered.To)
	}
	declined, token := tip("ben@readers.example", "Is the moon a cheese?")
	ok(t, o.DB.DeclineTips(t.Context(), o.Checker, []factcheck.TipID{declined}, "unverifiable", "It cannot be checked."))
	if got := o.sent(t); len(got) != 0 {
		t.Errorf("got %d mails to one who has not confirmed", len(got))
	}
	_, err = o.Confirm(t.Context(), token) // decided meanwhile
	ok(t, err)
	says(t, o.one(t), []string{"It cannot be checked."}, "cheese")
	for i, decide := range []func(factcheck.ClaimID) error{ // what became a claim, and is not checked after all
		func(id factcheck.ClaimID) error {
			return o.DB.DeclineClaim(t.Context(), o.Checker, id, 1, "An inside word.")
		},
		func(id factcheck.ClaimID) error {
			_, err := o.DB.DeclineClaims(t.Context(), o.Checker, []store.Seen{{Claim: id}}, "An inside word.")
			return err
		},
	} {
		address := fmt.Sprintf("kim%d@readers.example", i)
		dropped, token := tip(address, "Is the sun a lamp?")
		_, err = o.Confirm(t.Context(), token)
		ok(t, err)
		claim, err = o.DB.TipToClaim(t.Context(), o.Checker, dropped, factcheck.ClaimInput{Text: fmt.Sprintf("The sun is lamp %d.", i), Language: "en"})
		ok(t, err)
		ok(t, decide(claim))
		told := o.one(t)
		if told.To != address {
			t.Errorf("got a mail to %s, want one to %s", told.To, address)
		}
		says(t, told, []string{"último correo"}, "inside word")
	}
	late, token := tip("lee@readers.example", "Is the sea a bowl?")
	claim, err = o.DB.TipToClaim(t.Context(), o.Checker, late, factcheck.ClaimInput{Text: "The sea is a bowl.", Language: "en"})
	ok(t, err)
	ok(t, o.DB.DeclineClaim(t.Context(), o.Checker, claim, 1, "An inside word."))
	_, err = o.Confirm(t.Context(), token) // declined meanwhile
	ok(t, err)
	says(t, o.one(t), []string{"último correo"}, "inside word")
	if n := query[int](t, o, `SELECT count(*) FROM followers`); n[0] != 0 {
		t.Errorf("got %d followers, want all erased with their last mail", n[0])
	}
}

func TestNoAddressCanBeReadInTheDatabaseAndOneCanBeErased(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.Published(t, bridge, "False")
	o.follows(t, rita, v.Claim)
	o.Corrected(t, v.Verdict, factcheck.CorrectionUpdate, "News.")
	o.work(t)
	for _, table := range []string{"followers", "mails", "mail_stops", "attempts", "audit", "river_job"} {
		if rows := query[string](t, o, `SELECT to_jsonb(x)::text FROM `+table+` x`); slices.ContainsFunc(rows, func(s string) bool { return strings.Contains(strings.ToLower(s), "rita") }) {
			t.Errorf("%s tells the address", table)
		}
	}
	sealed := query[[]byte](t, o, `SELECT sealed FROM followers`)
	if len(sealed) != 1 || bytes.Contains(sealed[0], []byte("rita")) {
		t.Error("the address is not sealed")
	}
	_, err := o.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: "Look at this.", Contact: "Rita, RITA@readers.example"})
	ok(t, err)
	for i, around := range []string{"<%s>", "'%s'", "mailto:%s.", "write to %s, please"} {
		_, err := o.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: fmt.Sprintf("Look at this, %d.", i), Contact: fmt.Sprintf(around, rita)})
		ok(t, err)
	}
	others := []string{"mar" + rita, "o'" + rita, "a." + rita, "x+" + rita, rita + ".org", rita + "-news.example", "rita@readersXexample"}
	for i, contact := range others { // those of others, which hers is a part of
		_, err := o.DB.FileTip(t.Context(), factcheck.System(), factcheck.TipInput{Text: fmt.Sprintf("And this, %d.", i), Contact: contact})
		ok(t, err)
	}
	if _, err := o.Erase(t.Context(), o.Editor, rita, false); factcheck.CodeOf(err) != factcheck.CodeForbidden {
		t.Errorf("an editor erases an address: %v", err)
	}
	out, err := o.Erase(t.Context(), o.Admin, "RITA@readers.example ", true)
	if err != nil || out.Followed != 1 || out.Tips != 5 || out.Complaints != 0 {
		t.Errorf("got %+v, %v", out, err)
	}
	if n := query[int](t, o, `SELECT count(*) FROM followers`); n[0] != 0 {
		t.Error("something of the address is left")
	}
	if left := query[string](t, o, `SELECT contact FROM tips WHERE contact <> '' ORDER BY id`); !slices.Equal(left, others) {
		t.Errorf("got %q left, want what is others': %q", left, others)
	}
	if _, err := courier.New(courier.Config{Store: o.DB, Sealer: auth.NewSealer([auth.KeySize]byte{8})}).Erase(t.Context(), o.Admin, "no address", false); factcheck.CodeOf(err) != factcheck.CodeInvalid {
		t.Errorf("got %v, want it refused", err)
	}
}

func TestAddressesThatMailCanBeSentTo(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		" Ann@Readers.Example ": "ann@readers.example", "o'neil+news@sub.readers.example": "o'neil+news@sub.readers.example", "ann@bücher.example": "ann@xn--bcher-kva.example",
		"": "", "ann": "", "ann@": "", "@readers.example": "", "ann@localhost": "", "ann@[127.0.0.1]": "", "Ann <ann@readers.example>": "", "ann@readers.example, bob@readers.example": "",
		"ann@readers.example\r\nBcc: bob@readers.example": "", "a b@readers.example": "", `"a b"@readers.example`: "", "änn@readers.example": "", "ann@readers..example": "",
		strings.Repeat("a", 65) + "@readers.example": "", "ann@" + strings.Repeat("a", 250) + ".example": "",
	} {
		got, err := courier.CheckAddress("address", typed)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%q: got %q, %v, want %q", typed, got, err, want)
		}
	}
}
