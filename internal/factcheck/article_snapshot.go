package factcheck

import (
	"bytes"
	"encoding/json"
	"mime"
	"slices"
	"strings"
	"unicode"
)

// SnapshotKind is the form in which an article's page was kept.
type SnapshotKind string

// The kinds of snapshot.
const (
	SnapshotHTML       SnapshotKind = "html"
	SnapshotText       SnapshotKind = "text"
	SnapshotScreenshot SnapshotKind = "screenshot"
)

// contentTypes lists what a snapshot of the kind may be: nothing that a browser would run if it were ever served.
func (k SnapshotKind) contentTypes() []string {
	switch k {
	case SnapshotHTML:
		return []string{"text/html", "application/xhtml+xml"}
	case SnapshotText:
		return []string{"text/plain"}
	case SnapshotScreenshot:
		return []string{"image/png", "image/jpeg", "image/webp"}
	}
	return nil
}

// MaxSnapshot is the most bytes of a snapshot, whatever the house's rules.
const MaxSnapshot = 5 << 20

// MaxHeaders is the most bytes of an answer's headers that are kept, as JSON.
const MaxHeaders = 64 << 10

// Snapshot is an article as it was at a moment. The zero Snapshot is none.
type Snapshot struct {
	Kind        SnapshotKind
	ContentType string // a media type, with parameters if it has any
	Body        []byte
	URL         string              // that it was fetched from, after redirects; empty if it was not fetched
	Status      int                 // of the answer; 0 if it was not fetched
	Header      map[string][]string // of the answer, but for cookies
}

// IsZero reports whether there is no snapshot.
func (s Snapshot) IsZero() bool { return s.Kind == "" && s.ContentType == "" && len(s.Body) == 0 }

// TextSnapshot returns a text as a snapshot; none if it is empty.
func TextSnapshot(text string) Snapshot {
	if strings.TrimSpace(text) == "" {
		return Snapshot{}
	}
	return Snapshot{Kind: SnapshotText, ContentType: "text/plain; charset=utf-8", Body: []byte(text)}
}

// KeptHeader returns the headers that are kept, as a JSON object of lists: all but cookies, which belong to whoever fetched.
func (s Snapshot) KeptHeader() ([]byte, error) {
	kept := make(map[string][]string, len(s.Header))
	for name, values := range s.Header {
		if !strings.EqualFold(name, "Set-Cookie") && !strings.EqualFold(name, "Set-Cookie2") {
			kept[strings.ToValidUTF8(name, "\uFFFD")] = printable(values)
		}
	}
	return json.Marshal(kept)
}

// printable returns header values without what the database cannot store.
func printable(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strings.ReplaceAll(strings.ToValidUTF8(v, "\uFFFD"), "\x00", "")
	}
	return out
}

// Check returns a CodeInvalid error for a snapshot that cannot be kept.
func (s Snapshot) Check() error {
	types := s.Kind.contentTypes()
	if types == nil {
		return Invalid("snapshot.kind", "choose html, text or screenshot")
	}
	media, _, err := mime.ParseMediaType(s.ContentType)
	if err != nil || !slices.Contains(types, media) || len(s.ContentType) > MaxLine {
		return Invalid("snapshot.content_type", "a snapshot of kind %s is %s", s.Kind, strings.Join(types, " or "))
	}
	if len(s.Body) == 0 {
		return Invalid("snapshot.body", "the snapshot is empty")
	}
	if len(s.Body) > MaxSnapshot {
		return Invalid("snapshot.body", "the snapshot has %d bytes; the limit is %d (5 MiB)", len(s.Body), MaxSnapshot)
	}
	if s.Kind == SnapshotScreenshot && PictureType(s.Body) != media {
		return Invalid("snapshot.body", "this is no %s; a picture of a post is a PNG, a JPEG or a WebP", media)
	}
	return firstError(CheckText("snapshot.content_type", s.ContentType, MaxLine), s.checkAnswer())
}

// checkAnswer checks what is kept of the answer that brought the snapshot.
func (s Snapshot) checkAnswer() error {
	if s.Status != 0 && (s.Status < 100 || s.Status > 599) {
		return Invalid("snapshot.status", "%d is no status of an answer", s.Status)
	}
	header, err := s.KeptHeader()
	if err != nil || len(header) > MaxHeaders {
		return Invalid("snapshot.header", "the headers of the answer are above the limit of %d bytes", MaxHeaders)
	}
	if s.URL == "" {
		return nil
	}
	if len(s.URL) > MaxURL {
		return Invalid("snapshot.url", "an address of %d bytes is too long; the limit is %d", len(s.URL), MaxURL)
	}
	return CheckURL("snapshot.url", s.URL)
}

// PictureType returns the media type of a picture by its first bytes; "" for what is none that is kept.
func PictureType(body []byte) string {
	switch {
	case bytes.HasPrefix(body, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case bytes.HasPrefix(body, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case len(body) >= 12 && string(body[:4]) == "RIFF" && string(body[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// ArticleRules are the house's rules for what is kept and shown of articles.
type ArticleRules struct {
	MaxSnapshot    int `json:"max_snapshot"`     // bytes of a snapshot that is kept
	KeepPerArticle int `json:"keep_per_article"` // snapshots of one kind per article; 0: all
	KeepDays       int `json:"keep_days"`        // days; 0: for ever
	QuoteLimit     int `json:"quote_limit"`      // characters of a quoted passage that readers see
}

// DefaultArticleRules are the rules of a house that has set none: everything is kept, and a public quote has 300 characters.
func DefaultArticleRules() ArticleRules {
	return ArticleRules{MaxSnapshot: MaxSnapshot, QuoteLimit: 300}
}

// Check returns a CodeInvalid error that names the field for rules that make no sense.
func (r ArticleRules) Check() error {
	switch {
	case r.MaxSnapshot < 64<<10 || r.MaxSnapshot > MaxSnapshot:
		return Invalid("max_snapshot", "choose a size from 65536 (64 KiB) to %d bytes (5 MiB)", MaxSnapshot)
	case r.KeepPerArticle != 0 && (r.KeepPerArticle < 2 || r.KeepPerArticle > 100_000):
		return Invalid("keep_per_article", "the first and the last are always kept: choose 2 to 100000, or 0 to keep all")
	case r.KeepDays < 0 || r.KeepDays > 36_500:
		return Invalid("keep_days", "choose 1 to 36500 days, or 0 to keep for ever")
	case r.QuoteLimit < 40 || r.QuoteLimit > 2_000:
		return Invalid("quote_limit", "choose 40 to 2000 characters")
	}
	return nil
}

// Shorten returns a quote of at most limit characters, cut at a word's end with an ellipsis, which counts; one that begins
// with a longer word, or is written without spaces, is cut inside.
func Shorten(quote string, limit int) string {
	runes := []rune(quote)
	if len(runes) <= limit || limit < 1 {
		return quote
	}
	cut := limit - 1
	for i := cut; i > limit/2; i-- {
		if unicode.IsSpace(runes[i]) {
			cut = i
			break
		}
	}
	for cut > 0 && unicode.IsMark(runes[cut]) { // a letter keeps its accents, or goes with them
		cut--
	}
	return strings.TrimRightFunc(string(runes[:cut]), unicode.IsSpace) + "…"
}
