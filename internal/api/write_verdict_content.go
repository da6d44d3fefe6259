package api

import (
	"reflect"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// says reports whether anything of the content was sent, the state apart.
func (c VerdictContent) says() bool {
	c.State = nil
	return !reflect.ValueOf(c).IsZero()
}

// applied returns a draft with what was sent in it. The error is CodeInvalid and names the field.
func (c VerdictContent) applied(to factcheck.Draft) (factcheck.Draft, error) {
	for there, sent := range map[*string]*string{
		&to.Label: c.Label, &to.Language: c.Language, &to.Headline: c.Headline, &to.Answer: c.Answer, &to.Body: c.Body, &to.True: c.True, &to.False: c.False,
		&to.Unknown: c.Unknown, &to.HowChecked: c.HowChecked, &to.Note: c.CorrectionNote,
	} {
		put(there, sent)
	}
	if c.Reasons != nil {
		to.Reasons = make([]factcheck.Reason, 0, len(c.Reasons))
		for _, r := range c.Reasons {
			to.Reasons = append(to.Reasons, factcheck.Reason(r))
		}
	}
	var err error
	for _, m := range []struct {
		field string
		there **time.Time
		sent  *string
	}{{"valid_from", &to.ValidFrom, c.ValidFrom}, {"valid_to", &to.ValidTo, c.ValidTo}} {
		if m.sent == nil {
			continue
		}
		if *m.there, err = momentOf(m.field, *m.sent); err != nil {
			return to, err
		}
	}
	if c.Sources != nil {
		if to.Sources, err = sourcesOf(c.Sources); err != nil {
			return to, err
		}
	}
	if c.Replies != nil {
		if to.Replies, err = repliesOf(c.Replies); err != nil {
			return to, err
		}
	}
	if c.Waivers != nil {
		to.Waivers = make([]factcheck.Waiver, 0, len(c.Waivers))
		for _, w := range c.Waivers {
			to.Waivers = append(to.Waivers, factcheck.Waiver{Rule: factcheck.Rule(w.Rule), Reason: w.Reason})
		}
	}
	if c.Wordings != nil {
		to.Wordings = make([]factcheck.VerdictWording, 0, len(c.Wordings))
		for _, w := range c.Wordings {
			to.Wordings = append(to.Wordings, factcheck.VerdictWording(w))
		}
	}
	return to, nil
}

func sourcesOf(list []sourceDraft) ([]factcheck.Source, error) {
	out := make([]factcheck.Source, 0, len(list))
	for i, s := range list {
		at := indexed("sources", i)
		id, err := idOf[factcheck.SourceID](at+".id", s.ID)
		if err != nil {
			return nil, err
		}
		read, err := momentOf(at+".read_at", s.ReadAt)
		if err != nil {
			return nil, err
		}
		source := factcheck.Source{ID: id, URL: s.URL, Document: s.Document, Title: s.Title, Origin: s.Origin, Kind: factcheck.SourceKind(s.Kind), Bearing: factcheck.Bearing(s.Bearing),
			Quote: s.Quote, Interest: s.Interest, ArchiveURL: s.ArchiveURL}
		if read != nil {
			source.ReadAt = *read
		}
		out = append(out, source)
	}
	return out, nil
}

func repliesOf(list []replyDraft) ([]factcheck.Reply, error) {
	out := make([]factcheck.Reply, 0, len(list))
	for i, r := range list {
		at := indexed("replies", i)
		reply := factcheck.Reply{Asked: r.Asked, Answer: r.Answer}
		asked, err := momentOf(at+".asked_at", r.AskedAt)
		if err != nil {
			return nil, err
		}
		if asked != nil {
			reply.AskedAt = *asked
		}
		if reply.Deadline, err = momentOf(at+".deadline", r.Deadline); err != nil {
			return nil, err
		}
		if reply.AnsweredAt, err = momentOf(at+".answered_at", r.AnsweredAt); err != nil {
			return nil, err
		}
		out = append(out, reply)
	}
	return out, nil
}
