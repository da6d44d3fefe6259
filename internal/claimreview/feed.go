package claimreview

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

// FeedInfo says what a feed is and at which point of the change feed it is true.
type FeedInfo struct {
	Name     string
	URL      string // where the feed can be had
	House    string // who publishes it
	HouseURL string
	Licence  string // of the compilation
	At       time.Time
	Epoch    string
	Seq      int64
}

// Head returns the beginning of a feed, up to its first element. The elements follow, with a comma between two of them,
// and then FeedEnd.
func (i FeedInfo) Head() ([]byte, error) {
	head := struct {
		Context   string   `json:"@context"`
		Type      string   `json:"@type"`
		Name      string   `json:"name,omitempty"`
		URL       string   `json:"url,omitempty"`
		License   any      `json:"license,omitempty"`
		Publisher *agentLD `json:"publisher,omitempty"`
		Version   string   `json:"version,omitempty"`
		Modified  string   `json:"dateModified,omitempty"`
	}{"https://schema.org", "DataFeed", i.Name, i.URL, deed(i.Licence), i.publisher(), version(i.Epoch, i.Seq), micro(i.At)}
	b, err := json.Marshal(head)
	if err != nil {
		return nil, fmt.Errorf("write the head of a feed: %w", err)
	}
	return append(b[:len(b)-1], ",\"dataFeedElement\":[\n"...), nil // without the closing bracket
}

// FeedEnd ends what Head began.
const FeedEnd = "]}\n"

func (i FeedInfo) publisher() *agentLD {
	if i.House == "" {
		return nil
	}
	return &agentLD{Type: "Organization", Name: i.House, URL: i.HouseURL}
}

type feedItemLD struct {
	Type string `json:"@type"`
	// Identifier holds the ids of the verdict and its claim, so that followers know again what is taken back.
	Identifier []string `json:"identifier,omitempty"`
	URL        string   `json:"url,omitempty"`
	Created    string   `json:"dateCreated,omitempty"`
	Modified   string   `json:"dateModified,omitempty"`
	Deleted    string   `json:"dateDeleted,omitempty"`
	Item       []any    `json:"item"` // never null, which readers of Data Commons' feed have to look out for
}

// AppendElements appends the verdicts of c, of every publisher, to the elements of a feed, with commas between them. updated
// is when the document last changed; with none, each element is dated by its verdict. A verdict that lacks an address or a
// label is an error.
func (i FeedInfo) AppendElements(dst []byte, c document.Claim, updated time.Time) ([]byte, error) {
	said := claimOf(c, Options{})
	for _, v := range c.Verdicts {
		address := v.ReviewURL
		if address == "" || v.Origin == "house" {
			address = c.URL
		}
		item := feedItemLD{Identifier: ids(v.ID, c.ID), URL: address, Item: []any{}}
		switch v.State {
		case "current":
			reviews, err := i.reviews(c, v, address, said)
			if err != nil {
				return dst, fmt.Errorf("write verdict %s of %s: %w", v.ID, c.ID, err)
			}
			item.Item, item.Created, item.Modified = reviews, micro(v.FirstAt), micro(v.PublishedAt)
			if updated.After(v.PublishedAt) {
				item.Modified = micro(updated)
			}
		case "retracted":
			item.Deleted = micro(v.PublishedAt)
		default:
			continue
		}
		var err error
		if dst, err = appendItem(dst, item); err != nil {
			return dst, fmt.Errorf("write verdict %s of %s: %w", v.ID, c.ID, err)
		}
	}
	return dst, nil
}

// AppendDeleted appends that a claim is not public any more since a moment. It tells the claim's id and nothing that was
// said in it: its address held its words.
func AppendDeleted(dst []byte, claim string, at time.Time) ([]byte, error) {
	return appendItem(dst, feedItemLD{Identifier: ids(claim), Deleted: micro(at), Item: []any{}})
}

func appendItem(dst []byte, item feedItemLD) ([]byte, error) {
	item.Type = "DataFeedItem"
	b, err := json.Marshal(item)
	if err != nil {
		return dst, err
	}
	if len(dst) > 0 {
		dst = append(dst, ",\n"...)
	}
	return append(dst, b...), nil
}

// reviews returns the ClaimReview of a verdict, and after the house's the MediaReviews of what the claim is about: as Data
// Commons has them, each with its context, its numbers as text, and who publishes it under what licence.
func (i FeedInfo) reviews(c document.Claim, v document.Verdict, address string, said claimLD) ([]any, error) {
	r, err := markup(c, v, address, said)
	if err != nil {
		return nil, err
	}
	r.Publisher, r.SDLicense = i.publisher(), deed(i.Licence)
	r.Rating.Value.quoted, r.Rating.Best.quoted, r.Rating.Worst.quoted = true, true, true
	all := []any{r}
	if v.Origin == "house" {
		for _, m := range mediaReviews(c, v, address) {
			m.Publisher, m.SDLicense = r.Publisher, r.SDLicense
			all = append(all, m)
		}
	}
	return all, nil
}

// Feed writes a DataFeed, one DataFeedItem for each current verdict, in the shape of Data Commons' feed. A verdict that was
// retracted becomes an item with dateDeleted and nothing else, so that followers take it out; a suspended one is left out.
// It holds one claim at a time. After an error every call returns that error.
type Feed struct {
	w     *bufio.Writer
	info  FeedInfo
	items []byte
	begun bool
	any   bool
	err   error
}

// NewFeed returns a Feed that writes to w. Nothing is written before the first claim, or Close.
func NewFeed(w io.Writer, info FeedInfo) *Feed {
	return &Feed{w: bufio.NewWriterSize(w, 64<<10), info: info}
}

// Write writes the verdicts of c, of every publisher. A verdict that lacks an address or a label is an error.
func (f *Feed) Write(c document.Claim) error {
	f.begin()
	if f.err != nil {
		return f.err
	}
	if f.items, f.err = f.info.AppendElements(f.items[:0], c, time.Time{}); f.err != nil || len(f.items) == 0 {
		return f.err
	}
	if f.any {
		f.put([]byte(",\n"))
	}
	f.any = true
	f.put(f.items)
	return f.err
}

// Close ends the feed. It does not close the writer below.
func (f *Feed) Close() error {
	f.begin()
	if f.any {
		f.put([]byte("\n"))
	}
	f.put([]byte(FeedEnd))
	if f.err == nil {
		f.err = f.w.Flush()
	}
	return f.err
}

func (f *Feed) begin() {
	if f.begun || f.err != nil {
		return
	}
	f.begun = true
	head, err := f.info.Head()
	if err != nil {
		f.err = err
		return
	}
	f.put(head)
}

func (f *Feed) put(b []byte) {
	if f.err == nil {
		_, f.err = f.w.Write(b)
	}
}

// micro writes a moment as Data Commons' feed does, whose readers expect it so; nothing for one that was never set.
func micro(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000-07:00")
}

func ids(all ...string) []string {
	var known []string
	for _, id := range all {
		if id != "" {
			known = append(known, id)
		}
	}
	return known
}
