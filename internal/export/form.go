package export

import (
	"encoding/json"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// Event is what the change feed told of an appearance, as an export has it.
type Event struct {
	AppearanceID string    `json:"appearance_id" doc:"Id of the appearance"`
	Seq          int64     `json:"seq" doc:"Number of the change in the feed"`
	Type         string    `json:"type" enum:"appearance.added,appearance.changed,appearance.corrected,appearance.removed" doc:"What happened"`
	At           time.Time `json:"at" doc:"When it became public"`
	Stance       string    `json:"stance" enum:"makes,repeats,reports,disputes,listed" doc:"The stance it had then"`
	SetBy        string    `json:"set_by" enum:"person,import" doc:"Who had set it"`
}

// lines writes NDJSON with history.
type lines struct {
	w           io.Writer
	head        store.ExportHead
	licence     string
	base, house string
	line        []byte
}

func (*lines) history() bool { return true }

func (e *lines) begin() error {
	return e.put(struct {
		Epoch   string    `json:"epoch"`
		Seq     int64     `json:"seq"`
		At      time.Time `json:"at"`
		Licence string    `json:"licence"`
	}{e.head.Epoch, e.head.Seq, e.head.At.UTC(), e.licence})
}

func (e *lines) claim(c store.ExtractedClaim) error {
	house := document.CreditName(e.house)
	line := document.AppendCredited(e.line[:0], c.Stored, e.base, c.Seq, house)
	line = append(line[:len(line)-1], `,"versions":[`...)
	for i, s := range c.States {
		if i > 0 {
			line = append(line, ',')
		}
		var err error
		if line, err = AppendVersion(line, s); err != nil {
			return err
		}
		line = append(document.AppendCredited(append(line, `,"claim":`...), s.Stored, e.base, s.Seq, house), '}')
	}
	line = append(line, `],"appearance_events":[`...)
	for i, v := range c.Events {
		if i > 0 {
			line = append(line, ',')
		}
		one, err := json.Marshal(Event{v.Appearance.String(), v.Seq, string(v.Type), v.At, string(v.Stance), v.SetBy})
		if err != nil {
			return err
		}
		line = append(line, one...)
	}
	e.line = append(line, "]}\n"...)
	_, err := e.w.Write(e.line)
	return err
}

func (e *lines) end(claims int64, _ func(int64) ([]store.DatasetGone, error)) error {
	return e.put(struct {
		End    bool   `json:"end"`
		Epoch  string `json:"epoch"`
		Seq    int64  `json:"seq"`
		Claims int64  `json:"claims"`
	}{true, e.head.Epoch, e.head.Seq, claims})
}

func (e *lines) put(line any) error {
	raw, err := json.Marshal(line)
	if err == nil {
		_, err = e.w.Write(append(raw, '\n'))
	}
	return err
}

// AppendVersion appends the beginning of a public state's object, up to its document: n, at, kind, note.
func AppendVersion(dst []byte, s store.State) ([]byte, error) {
	note, err := json.Marshal(s.Note)
	if err != nil {
		return nil, err
	}
	dst = strconv.AppendInt(append(dst, `{"n":`...), int64(s.N), 10)
	dst = s.At.UTC().AppendFormat(append(dst, `,"at":"`...), time.RFC3339Nano)
	dst = append(append(dst, `","kind":"`...), versionKind(s.Type)...)
	return append(append(dst, `","note":`...), note...), nil
}

// versionKind says what made a state: the kind of a correction, or the second part of a change's type.
func versionKind(t factcheck.ChangeType) string {
	for _, k := range []factcheck.CorrectionKind{
		factcheck.CorrectionUpdate, factcheck.CorrectionClarification, factcheck.CorrectionCorrection, factcheck.CorrectionRetraction,
	} {
		if k.Change() == t {
			return string(k)
		}
	}
	if _, kind, ok := strings.Cut(string(t), "."); ok {
		return kind
	}
	return string(t)
}

// feed writes a DataFeed.
type feed struct {
	w    io.Writer
	base string
	log  *slog.Logger
	info claimreview.FeedInfo
	some bool
}

func (*feed) history() bool { return false }

func (e *feed) begin() error {
	head, err := e.info.Head()
	if err == nil {
		_, err = e.w.Write(head)
	}
	return err
}

func (e *feed) claim(c store.ExtractedClaim) error {
	doc, err := document.Decode(c.Stored, e.base, c.Seq)
	if err != nil {
		return err
	}
	made, err := e.info.AppendElements(nil, doc, c.UpdatedAt)
	if err != nil { // one claim that cannot be marked up keeps nobody from the others
		e.log.Warn("a claim is not in an export", "claim", doc.ID, "error", err)
		return nil
	}
	return e.put(made)
}

// put writes elements, behind a comma where others came before.
func (e *feed) put(elements []byte) error {
	if len(elements) == 0 {
		return nil
	}
	if e.some {
		elements = append([]byte(",\n"), elements...)
	}
	e.some = true
	_, err := e.w.Write(elements)
	return err
}

func (e *feed) end(_ int64, gone func(int64) ([]store.DatasetGone, error)) error {
	for after, more := int64(0), true; more; {
		list, err := gone(after)
		if err != nil {
			return err
		}
		var made []byte
		for _, g := range list {
			if made, err = claimreview.AppendDeleted(made, g.Claim.String(), g.At); err != nil {
				return err
			}
			after = g.Seq
		}
		if err := e.put(made); err != nil {
			return err
		}
		more = len(list) == store.MaxChanges
	}
	_, err := e.w.Write([]byte("\n" + claimreview.FeedEnd))
	return err
}

// table writes CSV.
type table struct {
	w    exchange.Writer
	base string
}

func (*table) history() bool { return false }

func (*table) begin() error { return nil }

func (e *table) claim(c store.ExtractedClaim) error {
	doc, err := document.Decode(c.Stored, e.base, c.Seq)
	if err != nil {
		return err
	}
	return e.w.Write(doc)
}

func (e *table) end(int64, func(int64) ([]store.DatasetGone, error)) error { return e.w.Close() }
