package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/config"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/finder"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/extract"
	"github.com/touchstone-factcheck/touchstone/internal/ingest/fetch"
	"github.com/touchstone-factcheck/touchstone/internal/match"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

// articleCmd groups what is done about articles.
type articleCmd struct {
	Add   articleAddCmd   `cmd:"" help:"Take an article in from its address, its page, or its text, and show what was read."`
	WARC  articleWARCCmd  `cmd:"" name:"warc" help:"Write the pages that were kept of articles to a WARC file."`
	Rules articleRulesCmd `cmd:"" help:"Show or set what is kept of articles, and how much of a passage readers see."`
}

// fetchFlags are the settings of the fetcher.
type fetchFlags struct {
	PublicURL  string `name:"public-url" env:"TOUCHSTONE_PUBLIC_URL" placeholder:"URL" help:"The address readers use, which sites are told of who fetches; http://localhost:8080 unless given."`
	Dev        string `name:"dev" env:"TOUCHSTONE_DEV" placeholder:"1" help:"1 permits the settings that are for tests only."`
	FetchAllow string `name:"fetch-allow" env:"TOUCHSTONE_FETCH_ALLOW" placeholder:"HOST:PORT,…" help:"For tests only: private addresses the fetcher may reach."`
	Resolver   string `name:"resolver" env:"TOUCHSTONE_RESOLVER" placeholder:"HOST:PORT" help:"For tests only: DNS server of the fetcher."`
}

func (f fetchFlags) check() (config.Server, error) {
	return config.ServerFlags{PublicURL: f.PublicURL, Dev: f.Dev, FetchAllow: f.FetchAllow, Resolver: f.Resolver}.Check()
}

// newFetcher returns the one way out, as the settings have it.
func (a *app) newFetcher(set config.Server) (*fetch.Fetcher, error) {
	return fetch.New(fetch.Config{UserAgent: fetch.UserAgent(a.build.Version, set.PublicURL), Allow: set.FetchAllow, Resolver: set.Resolver, Log: a.log})
}

type articleAddCmd struct {
	fetchFlags
	Address string `arg:"" optional:"" name:"url" help:"Address of the article, to fetch it."`
	File    string `name:"file" placeholder:"PAGE.html" help:"Its page, saved by somebody who could open it; - for standard input. Needs --url."`
	Text    string `name:"text" placeholder:"FILE" help:"Its text, as it was copied; - for standard input."`
	URL     string `name:"url" placeholder:"URL" help:"Where the page or the text was found."`
	JSON    bool   `name:"json" help:"Print what was read for machines."`
}

// Run takes an article in and shows what was read.
func (c *articleAddCmd) Run(ctx context.Context, a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	set, err := c.fetchFlags.check()
	if err != nil {
		return err
	}
	fetcher, err := a.newFetcher(set)
	if err != nil {
		return err
	}
	return a.withStore(ctx, func(db *store.DB) error {
		taken, err := c.take(ctx, a, ingest.New(db, fetcher, a.log))
		if err != nil {
			return err
		}
		found, err := a.matchArticle(ctx, db, taken)
		if err != nil {
			return err
		}
		if c.JSON {
			out := takenJSON(taken)
			out["matches"] = passagesJSON(found)
			return printJSON(a.stdout, out)
		}
		if err := sayTaken(a.stdout, taken); err != nil {
			return err
		}
		if err := say(a.stdout, "\nCLAIMS IT MAY MAKE; a person links them in the newsroom"); err != nil {
			return err
		}
		return sayMatches(a.stdout, found)
	})
}

// matchArticle finds which known claims the text that was read makes. Without a text, its title is all there is.
func (a *app) matchArticle(ctx context.Context, db *store.DB, t ingest.Taken) ([]finder.MatchedPassage, error) {
	text := t.Reading.Text
	if strings.TrimSpace(text) == "" {
		text = t.Reading.Title
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	return a.matchText(ctx, db, text, match.Options{Language: t.Reading.Language, Limit: 3})
}

// check refuses calls that name none or several of the three ways.
func (c *articleAddCmd) check() error {
	ways := 0
	for _, way := range []string{c.Address, c.File, c.Text} {
		if way != "" {
			ways++
		}
	}
	switch {
	case ways != 1:
		return wrongUse("name one of an address, --file PAGE.html and --text FILE")
	case c.File != "" && c.URL == "":
		return wrongUse("--file needs --url, the address the page was found at")
	case c.Address != "" && c.URL != "":
		return wrongUse("--url goes with --file and --text; the address to fetch stands by itself")
	}
	return nil
}

func (c *articleAddCmd) take(ctx context.Context, a *app, in *ingest.Ingest) (ingest.Taken, error) {
	what := "reading"
	if c.Address != "" {
		what = "fetching " + c.Address
	}
	bar := a.newBar(what, -1, nothing)
	defer bar.done()
	switch {
	case c.Address != "":
		return in.URL(ctx, factcheck.Operator(), c.Address)
	case c.File != "":
		body, err := a.readWhole(ctx, c.File, extract.MaxInput)
		if err != nil {
			return ingest.Taken{}, err
		}
		return in.Page(ctx, factcheck.Operator(), ingest.Page{URL: c.URL, Body: body})
	}
	text, err := a.readWhole(ctx, c.Text, extract.MaxInput)
	if err != nil {
		return ingest.Taken{}, err
	}
	return in.Text(ctx, factcheck.Operator(), ingest.Pasted{URL: c.URL, Text: string(text)})
}

// readWhole reads a file, or standard input for "-", of at most limit bytes.
func (a *app) readWhole(ctx context.Context, name string, limit int64) (_ []byte, err error) {
	from := a.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, wrongUse("%s", explain(err))
		}
		defer file.Close() //nolint:errcheck // it was only read
		from = file
	}
	b, err := io.ReadAll(io.LimitReader(newInput(ctx, from, name == "-"), limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(b)) > limit {
		return nil, fmt.Errorf("%s has more than %s, which is the limit", name, size(limit))
	}
	return b, nil
}

// takenJSON is what --json prints: the article's id, and what was read now, which for an article that was known need not be
// what it says.
func takenJSON(t ingest.Taken) map[string]any {
	r, details := t.Reading, t.Details
	out := map[string]any{
		"id": t.Article, "created": t.Created, "snapshot": t.Snapshot, "url": t.URL, "title": r.Title, "byline": r.Byline, "outlet": r.Outlet,
		"language": r.Language, "published": dateJSON(r.Published), "modified": dateJSON(r.Modified), "lead_image": r.LeadImage, "canonical": r.Canonical,
		"text": r.Text, "quotations": list(details.Quotations), "found": list(details.Found), "leads": list(details.Leads), "checks": list(details.Checks),
	}
	if r.Wall.Kind != extract.WallNone {
		out["wall"] = map[string]string{"kind": string(r.Wall.Kind), "why": r.Wall.Why, "teaser": r.Wall.Teaser}
	}
	return out
}

// dateJSON writes a date as the API does; null if it is unknown.
func dateJSON(d factcheck.Date) any {
	if d.IsZero() {
		return nil
	}
	return map[string]string{"date": d.String(), "date_precision": string(d.Precision)}
}

// list returns all, or an empty list for none: machines read [] and not null.
func list[T any](all []T) []T { return append([]T{}, all...) }

// sayTaken shows a person what was read.
func sayTaken(w io.Writer, t ingest.Taken) error {
	state := "is known already; what was missing is filled in"
	if t.Created {
		state = "is new"
	}
	rows := [][]string{{"ARTICLE", t.Article.String() + " " + state}}
	add := func(name, value string) {
		if value != "" {
			rows = append(rows, []string{name, value})
		}
	}
	r := t.Reading
	add("address", t.URL)
	add("title", r.Title)
	add("byline", r.Byline)
	add("outlet", r.Outlet)
	add("published", r.Published.String())
	add("modified", r.Modified.String())
	add("language", r.Language)
	add("picture", r.LeadImage)
	if r.Wall.Kind != extract.WallNone {
		add("wall", fmt.Sprintf("%s: %s; paste the text with --text", r.Wall.Kind, r.Wall.Why))
	}
	add("text", fmt.Sprintf("%d words, %d quotations", len(strings.Fields(r.Text)), len(r.Quotations)))
	for _, lead := range r.Leads {
		add("other story", strings.TrimSpace(lead.Title+" "+lead.URL))
	}
	for _, check := range t.Details.Checks {
		add("fact-check", fmt.Sprintf("%s: %s (%s)", check.Publisher.Site, check.Text, check.Rating.Label))
	}
	for _, why := range t.Details.Refused {
		add("not taken", why)
	}
	if err := table(w, rows); err != nil {
		return err
	}
	return say(w, "\n%s", beginning(r.Text, 700))
}

// beginning returns the first characters of a text, for a person who wants to see that it is the right one.
func beginning(text string, runes int) string {
	lines := strings.Split(text, "\n")
	for i := range lines {
		lines[i] = printable(lines[i])
	}
	clean := strings.Join(lines, "\n")
	if all := []rune(clean); len(all) > runes {
		return strings.TrimSpace(string(all[:runes])) + " …"
	}
	return clean
}
