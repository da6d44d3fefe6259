package site

import (
	"bytes"
	"encoding/xml"
	"time"
)

// Element names carry their prefix as part of the name: encoding/xml would write a declaration on every element instead.
type (
	atomFeed struct {
		XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang     string      `xml:"xml:lang,attr,omitempty"`
		ID       string      `xml:"id"`
		Title    string      `xml:"title"`
		Updated  string      `xml:"updated"`
		Links    []atomLink  `xml:"link"`
		Author   atomAuthor  `xml:"author"`
		Producer string      `xml:"generator"`
		Space    string      `xml:"xmlns:at,attr,omitempty"`
		Gone     []atomGone  `xml:"at:deleted-entry"`
		Entries  []atomEntry `xml:"entry"`
	}
	// atomGone is a tombstone (RFC 6721).
	atomGone struct {
		Ref  string `xml:"ref,attr"`
		When string `xml:"when,attr"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Lang string `xml:"hreflang,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomAuthor struct {
		Name string `xml:"name"`
		URI  string `xml:"uri"`
	}
	atomEntry struct {
		Lang       string         `xml:"xml:lang,attr,omitempty"`
		ID         string         `xml:"id"`
		Title      string         `xml:"title"`
		Link       atomLink       `xml:"link"`
		Published  string         `xml:"published"`
		Updated    string         `xml:"updated"`
		Summary    string         `xml:"summary"`
		Categories []atomCategory `xml:"category"`
	}
	atomCategory struct {
		Term string `xml:"term,attr"`
	}
	rssFeed struct {
		XMLName xml.Name   `xml:"rss"`
		Version string     `xml:"version,attr"`
		Atom    string     `xml:"xmlns:atom,attr"`
		Channel rssChannel `xml:"channel"`
	}
	rssChannel struct {
		Title       string     `xml:"title"`
		Link        string     `xml:"link"`
		Description string     `xml:"description"`
		Language    string     `xml:"language,omitempty"`
		Built       string     `xml:"lastBuildDate"`
		Links       []atomLink `xml:"atom:link"`
		Items       []rssItem  `xml:"item"`
	}
	rssItem struct {
		Title       string   `xml:"title"`
		Link        string   `xml:"link"`
		Description string   `xml:"description"`
		GUID        rssGUID  `xml:"guid"`
		Published   string   `xml:"pubDate"`
		Updated     string   `xml:"atom:updated"`
		Categories  []string `xml:"category"`
	}
	rssGUID struct {
		Permalink bool   `xml:"isPermaLink,attr"`
		Value     string `xml:",chardata"`
	}
)

// pages returns the links of a paged feed (RFC 5005): itself as asked for, and the older entries.
func (f *feed) pages(contentType string) []atomLink {
	self := f.self
	if f.cursor != "" {
		self += "?cursor=" + f.cursor
	}
	links := []atomLink{{Rel: "self", Type: contentType, Href: self}}
	if f.next != "" {
		links = append(links, atomLink{Rel: "next", Type: contentType, Href: f.next})
	}
	if f.cursor != "" {
		links = append(links, atomLink{Rel: "first", Type: contentType, Href: f.self})
	}
	return links
}

// atom writes Atom (RFC 4287).
func (f *feed) atom() ([]byte, error) {
	doc := atomFeed{
		Lang: f.lang, ID: f.id, Title: f.title, Updated: stamp(f.updated), Author: atomAuthor{f.house, f.houseURL}, Producer: "Touchstone",
		Links: append(f.pages("application/atom+xml"), atomLink{Rel: "alternate", Type: "text/html", Href: f.home}),
	}
	for _, a := range f.alternates {
		doc.Links = append(doc.Links, atomLink{Rel: "alternate", Type: "application/atom+xml", Lang: a.lang, Href: a.path})
	}
	for _, g := range f.gone {
		doc.Space, doc.Gone = "http://purl.org/atompub/tombstones/1.0", append(doc.Gone, atomGone{g.id, stamp(g.at)})
	}
	for _, e := range f.entries {
		entry := atomEntry{
			Lang: e.lang, ID: e.id, Title: e.title, Summary: e.summary, Link: atomLink{Rel: "alternate", Type: "text/html", Href: e.url},
			Published: stamp(e.published), Updated: stamp(e.updated),
		}
		for _, t := range e.topics {
			entry.Categories = append(entry.Categories, atomCategory{t})
		}
		doc.Entries = append(doc.Entries, entry)
	}
	return xmlDocument(doc)
}

// rss writes RSS 2.0.
func (f *feed) rss() ([]byte, error) {
	doc := rssFeed{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Channel: rssChannel{
		Title: f.title, Link: f.home, Description: f.title, Language: f.lang, Built: f.updated.UTC().Format(time.RFC1123Z), Links: f.pages("application/rss+xml"),
	}}
	for _, e := range f.entries {
		doc.Channel.Items = append(doc.Channel.Items, rssItem{
			Title: e.title, Link: e.url, Description: e.summary, GUID: rssGUID{Value: e.id}, Published: e.published.UTC().Format(time.RFC1123Z),
			Updated: stamp(e.updated), Categories: e.topics,
		})
	}
	return xmlDocument(doc)
}

// xmlDocument writes XML. Characters that XML cannot hold become U+FFFD.
func xmlDocument(v any) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(v); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
