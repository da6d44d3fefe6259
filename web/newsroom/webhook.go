package newsroom

import (
	"strconv"
	"strings"
	"time"
)

// WebhooksPage lists the webhooks of all keys, with the form for one more.
type WebhooksPage struct {
	Shell
	List []WebhookItem
	Form WebhookForm

	Fresh, FreshURL, FreshID string // of one that was just made: its secret, shown this once

	Told string
}

// WebhookItem is an address that is told of public changes.
type WebhookItem struct {
	ID, URL, Name, Key, KeyName string
	State, Note                 string // active, paused or disabled, and why
	KeyEnded                    bool   // nothing is sent: its key was revoked, has ended, or lost its owner
	Waiting, Dead               int
	Seq                         int64 // changes up to here were looked at
	Revision                    int   // that a form changes
	NotBefore, PreviousUntil    string
	Created                     string
}

func (w WebhookItem) path() string { return "/newsroom/house/webhooks/" + w.ID }

// label is what the webhook is called: its name, or else its address.
func (w WebhookItem) label() string {
	if w.Name != "" {
		return w.Name
	}
	return w.URL
}

// stands says in words how it stands.
func (w WebhookItem) stands() string {
	switch {
	case w.KeyEnded:
		return "stopped: its key is not valid any more"
	case w.State == "disabled" && w.Note != "":
		return "disabled: " + w.Note
	case w.State != "active":
		return w.State
	case w.NotBefore != "":
		return "at work, held back until " + w.NotBefore
	}
	return "at work"
}

// trouble reports whether somebody should look after it.
func (w WebhookItem) trouble() bool { return w.KeyEnded || w.State == "disabled" || w.Dead > 0 }

// WebhookForm is the form of a webhook, as it was typed.
type WebhookForm struct {
	Key, URL, Name, Claims, Publishers string

	Keys   []Choice // that may have webhooks
	Types  []TypeChoice
	Topics []TopicChoice

	Error, Field string
}

// TypeChoice is a type of change to choose.
type TypeChoice struct {
	Type   string
	Chosen bool
}

// TopicChoice is a topic to choose.
type TopicChoice struct {
	ID, Name string
	Chosen   bool
}

func (f WebhookForm) wrong(field string) string {
	if f.Error != "" && f.Field == field {
		return f.Error
	}
	return ""
}

// filtered reports whether the form asks for less than everything.
func (f WebhookForm) filtered() bool {
	for _, t := range f.Types {
		if t.Chosen {
			return true
		}
	}
	for _, t := range f.Topics {
		if t.Chosen {
			return true
		}
	}
	return f.Claims != "" || f.Publishers != ""
}

// summary says what is told.
func (f WebhookForm) summary() string {
	var parts []string
	var types, topics int
	for _, t := range f.Types {
		if t.Chosen {
			types++
		}
	}
	for _, t := range f.Topics {
		if t.Chosen {
			topics++
		}
	}
	for _, p := range []struct {
		n         int
		one, many string
	}{
		{types, "1 type of change", " types of change"}, {len(strings.Fields(f.Claims)), "1 claim", " claims"}, {topics, "1 topic", " topics"}, {len(strings.Fields(f.Publishers)), "1 publisher", " publishers"},
	} {
		if p.n == 1 {
			parts = append(parts, p.one)
		} else if p.n > 1 {
			parts = append(parts, strconv.Itoa(p.n)+p.many)
		}
	}
	if len(parts) == 0 {
		return "every public change"
	}
	return "only " + strings.Join(parts, ", ")
}

// WebhookPage shows a webhook with its log.
type WebhookPage struct {
	Shell
	Hook  WebhookItem
	Form  WebhookForm
	Log   []DeliveryItem
	Fresh string // a new secret, shown this once

	Only       string // of the log: queued, delivered, dead, or all
	Next       string // where the log goes on
	Later      bool   // this is not its beginning
	Overlap    string // as it was chosen
	After, To  string // of a replay, as typed
	Part, Told string // Part is the form that Form.Error is of
}

func (p WebhookPage) act(name string) string { return p.Hook.path() + "/" + name }

// wrong returns what is wrong with a field of a part of the page.
func (p WebhookPage) wrong(part, field string) string {
	if p.Part == part {
		return p.Form.wrong(field)
	}
	return ""
}

// target is the id of the field that is wrong.
func (p WebhookPage) target() string {
	if p.Form.Field == "" || p.Form.Field == "revision" { // which is hidden
		return ""
	}
	if p.Part == "change" || p.Part == "" {
		return "hook-" + p.Form.Field
	}
	return p.Part + "-" + p.Form.Field
}

func (p WebhookPage) overlaps() []option {
	return options(p.Overlap, "0", "signs no more", "1", "signs too for a day", "3", "signs too for three days", "7", "signs too for a week")
}

// otherKeys are those it can be moved to.
func (p WebhookPage) otherKeys() []Choice {
	var out []Choice
	for _, k := range p.Form.Keys {
		if k.ID != p.Hook.Key {
			out = append(out, k)
		}
	}
	return out
}

func (p WebhookPage) filters() []logFilter {
	var out []logFilter
	for _, f := range []struct{ state, label string }{{"", "All"}, {"queued", "Waiting"}, {"delivered", "Delivered"}, {"dead", "Given up"}} {
		url := p.Hook.path() + "#log"
		if f.state != "" {
			url = p.Hook.path() + "?state=" + f.state + "#log"
		}
		out = append(out, logFilter{url, f.label, p.Only == f.state})
	}
	return out
}

type logFilter struct {
	url, label string
	current    bool
}

func (p WebhookPage) nextURL() string {
	url := p.Hook.path() + "?before=" + p.Next
	if p.Only != "" {
		url += "&state=" + p.Only
	}
	return url + "#log"
}

// DeliveryItem is what is sent of one change.
type DeliveryItem struct {
	ID, Type, State string
	Seq             int64  // 0: a test
	Claim           string // empty: a test
	At              time.Time
	Next            string
	Attempts        []AttemptItem // newest first
}

// stands says in words what became of it.
func (d DeliveryItem) stands() string {
	switch {
	case d.State == "dead":
		return "given up"
	case d.State == "queued" && len(d.Attempts) > 0:
		return "waits; tried again at " + d.Next
	case d.State == "queued":
		return "waits"
	}
	return d.State
}

// last says what came of the newest attempt.
func (d DeliveryItem) last() string {
	if len(d.Attempts) == 0 {
		return "not tried yet"
	}
	return d.Attempts[0].outcome()
}

// AttemptItem is one request.
type AttemptItem struct {
	N, Status            int
	At                   time.Time
	Took, Error, Excerpt string
}

func (a AttemptItem) outcome() string {
	var parts []string
	if a.Status > 0 {
		parts = append(parts, "answered "+strconv.Itoa(a.Status))
	}
	if a.Took != "" {
		parts = append(parts, a.Took)
	}
	if len(parts) == 0 {
		return "not ended"
	}
	return strings.Join(parts, ", ")
}

// changeForm is the form with what is wrong in it alone.
func (p WebhookPage) changeForm() WebhookForm {
	if p.Part != "change" {
		p.Form.Error = ""
	}
	return p.Form
}
