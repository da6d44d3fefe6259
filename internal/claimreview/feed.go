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

// Feed writes a DataFeed, one DataFeedItem for each current verdict, in the shape of Data Commons' feed. A verdict that was
// retracted becomes an item with dateDeleted and nothing else, so that followers take it out; a suspended one is left out.
// It holds one claim at a time. After an error every call returns that error.
type Feed struct {
	w     *bufio.Writer
	enc   *json.Encoder
	info  FeedInfo
	begun bool
	items int
	err   error
}

// NewFeed returns a Feed that writes to w. Nothing is written before the first claim, or Close.
func NewFeed(w io.Writer, info FeedInfo) *Feed {
	buf := bufio.NewWriterSize(w, 64<<10)
	return &Feed{w: buf, enc: json.NewEncoder(buf), info: info}
}

type feedItemLD struct {
	Type     string     `json:"@type"`
	URL      string     `json:"url"`
	Created  string     `json:"dateCreated,omitempty"`
	Modified string     `json:"dateModified,omitempty"`
	Deleted  string     `json:"dateDeleted,omitempty"`
	Item     []reviewLD `json:"item,omitempty"`
}

// Write writes the verdicts of c, of every publisher. A verdict that lacks an address or a label is an error.
func (f *Feed) Write(c document.Claim) error {
	for _, v := range c.Verdicts {
		address := v.ReviewURL
		if address == "" || v.Origin == "house" {
			address = c.URL
		}
		switch v.State {
		case "current":
			r, err := markup(c, v, address, Options{})
			if err != nil && f.err == nil {
				f.err = fmt.Errorf("write verdict %s of %s: %w", v.ID, c.ID, err)
			}
			if f.info.House != "" {
				r.Publisher = &agentLD{Type: "Organization", Name: f.info.House, URL: f.info.HouseURL}
			}
			r.SDLicense = f.info.Licence
			f.item(feedItemLD{Created: Instant(v.FirstAt), Modified: Instant(v.PublishedAt), URL: address, Item: []reviewLD{r}})
		case "retracted":
			f.item(feedItemLD{URL: address, Deleted: v.PublishedAt.UTC().Format(time.RFC3339Nano)})
		}
	}
	return f.err
}

// Close ends the feed. It does not close the writer below.
func (f *Feed) Close() error {
	f.begin()
	f.put("]}\n")
	if f.err == nil {
		f.err = f.w.Flush()
	}
	return f.err
}

func (f *Feed) item(item feedItemLD) {
	f.begin()
	if f.items > 0 {
		f.put(",")
	}
	f.items++
	item.Type = "DataFeedItem"
	if f.err == nil {
		f.err = f.enc.Encode(item) // ends the line
	}
}

func (f *Feed) begin() {
	if f.begun || f.err != nil {
		return
	}
	f.begun = true
	head := struct {
		Context   string   `json:"@context"`
		Type      string   `json:"@type"`
		Name      string   `json:"name,omitempty"`
		URL       string   `json:"url,omitempty"`
		License   string   `json:"license,omitempty"`
		Publisher *agentLD `json:"publisher,omitempty"`
		Version   string   `json:"version,omitempty"`
		Modified  string   `json:"dateModified,omitempty"`
	}{"https://schema.org", "DataFeed", f.info.Name, f.info.URL, f.info.Licence, nil, version(f.info.Epoch, f.info.Seq), ""}
	if f.info.House != "" {
		head.Publisher = &agentLD{Type: "Organization", Name: f.info.House, URL: f.info.HouseURL}
	}
	if !f.info.At.IsZero() {
		head.Modified = f.info.At.UTC().Format(time.RFC3339Nano)
	}
	b, err := json.Marshal(head)
	if err != nil {
		f.err = err
		return
	}
	f.put(string(b[:len(b)-1])) // without the closing bracket: the elements follow
	f.put(",\"dataFeedElement\":[\n")
}

func (f *Feed) put(s string) {
	if f.err == nil {
		_, f.err = f.w.WriteString(s)
	}
}
