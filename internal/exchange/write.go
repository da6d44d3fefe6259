package exchange

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// FormatNDJSON is the format of export that holds everything. FormatClaimReview and FormatCSV are written, too.
const FormatNDJSON = "ndjson"

// Info says what an export is and at which point of the change feed it is true.
type Info struct {
	Name     string // for readers of the feed
	URL      string // where it can be had
	House    string
	HouseURL string
	Licence  string // of the compilation
	At       time.Time
	Epoch    string // with Seq: where a partner goes on to follow changes; without it nothing is stated
	Seq      int64
}

// Writer writes claims one by one and holds one at a time. Close ends the export and does not close what is below.
// After an error every call returns that error, and what was written is not whole.
type Writer interface {
	Write(c document.Claim) error
	Close() error
}

// NewWriter returns a Writer of a format, or CodeInvalid if it is none.
//
// What is in a document is public; its addresses must be absolute. All three formats read back into the same claims and
// current verdicts. NDJSON is the documents themselves, after a line {"epoch","seq","at"} if info has an epoch. ClaimReview
// is a DataFeed, one element for each verdict. CSV is one row for each current verdict, ClaimReview flattened as Duke's
// Fact-Check Insights does it, with columns of our own behind; suspended and retracted verdicts are not in it.
func NewWriter(w io.Writer, format string, info Info) (Writer, error) {
	switch format {
	case FormatNDJSON:
		return newNDJSON(w, info), nil
	case FormatClaimReview:
		return claimreview.NewFeed(w, claimreview.FeedInfo{
			Name: info.Name, URL: info.URL, House: info.House, HouseURL: info.HouseURL, Licence: info.Licence,
			At: info.At, Epoch: info.Epoch, Seq: info.Seq,
		}), nil
	case FormatCSV:
		return newCSVWriter(w, info), nil
	}
	return nil, factcheck.Invalid("format", "%q is not a format of export; it is one of ndjson, claimreview and csv", clipText(format, 40))
}

// ndjson writes documents one a line.
type ndjson struct {
	w   *bufio.Writer
	enc *json.Encoder
	err error
}

func newNDJSON(w io.Writer, info Info) *ndjson {
	buf := bufio.NewWriterSize(w, 64<<10)
	n := &ndjson{w: buf, enc: json.NewEncoder(buf)}
	n.enc.SetEscapeHTML(false)
	if info.Epoch != "" {
		n.err = n.enc.Encode(struct {
			Epoch string    `json:"epoch"`
			Seq   int64     `json:"seq"`
			At    time.Time `json:"at"`
		}{info.Epoch, info.Seq, info.At.UTC()})
	}
	return n
}

// Write writes the document of c.
func (n *ndjson) Write(c document.Claim) error {
	if n.err != nil {
		return n.err
	}
	if err := n.enc.Encode(c); err != nil {
		n.err = fmt.Errorf("write %s: %w", c.ID, err)
	}
	return n.err
}

// Close writes what is still held.
func (n *ndjson) Close() error {
	if n.err == nil {
		n.err = n.w.Flush()
	}
	return n.err
}
