package factcheck

import (
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Stance is what an article does with a claim.
type Stance string

// The stances. Listed is the stance of an imported address that nobody here has judged: it is never an accusation.
const (
	StanceMakes    Stance = "makes"
	StanceRepeats  Stance = "repeats"
	StanceReports  Stance = "reports"
	StanceDisputes Stance = "disputes"
	StanceListed   Stance = "listed"
)

// Stances lists the five stances in the order readers see them.
func Stances() []Stance {
	return []Stance{StanceMakes, StanceRepeats, StanceReports, StanceDisputes, StanceListed}
}

// Valid reports whether s is one of the stances.
func (s Stance) Valid() bool { return slices.Contains(Stances(), s) }

// Asserts reports whether the stance says that the article puts the claim forward as true.
func (s Stance) Asserts() bool { return s == StanceMakes || s == StanceRepeats }

// CorrectionState is what became of an appearance since it was linked.
type CorrectionState string

// The correction states.
const (
	StateStanding  CorrectionState = "standing"
	StateCorrected CorrectionState = "corrected"
	StateRemoved   CorrectionState = "removed"
)

// Valid reports whether s is one of the states.
func (s CorrectionState) Valid() bool {
	return s == StateStanding || s == StateCorrected || s == StateRemoved
}

// Change returns the change type that marking an appearance so writes.
func (s CorrectionState) Change() ChangeType {
	switch s {
	case StateCorrected:
		return ChangeAppearanceCorrected
	case StateRemoved:
		return ChangeAppearanceRemoved
	case StateStanding:
	}
	return ChangeAppearanceChanged
}

// ArticleKind is the form of an article.
type ArticleKind string

// The kinds of article.
const (
	ArticlePage  ArticleKind = "page"
	ArticlePost  ArticleKind = "post"
	ArticleVideo ArticleKind = "video"
)

// Valid reports whether k is one of the kinds.
func (k ArticleKind) Valid() bool { return k == ArticlePage || k == ArticlePost || k == ArticleVideo }

// Limits of articles. An address is a key of the database, whose index takes 2,704 bytes.
const (
	MaxArticleURL  = 2_000   // bytes
	MaxSpellings   = 50      // other addresses of one article given at once
	MaxArticleText = 2 << 20 // bytes
	MaxSnapshot    = 5 << 20 // bytes
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

// Snapshot is an article as it was at a moment. The zero Snapshot is none.
type Snapshot struct {
	Kind        SnapshotKind
	ContentType string // a media type, with parameters if it has any
	Body        []byte
}

// IsZero reports whether there is no snapshot.
func (s Snapshot) IsZero() bool { return s.Kind == "" && s.ContentType == "" && len(s.Body) == 0 }

// check returns a CodeInvalid error for a snapshot that cannot be kept.
func (s Snapshot) check() error {
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
	return CheckText("snapshot.content_type", s.ContentType, MaxLine)
}

// ArticleInput is what is known of an article when it is taken in. Only the address is needed: what cannot be fetched has
// one too.
type ArticleInput struct {
	URL        string   // as it was found
	Spellings  []string // all other addresses it was seen under
	Kind       ArticleKind
	Title      string
	Author     string
	OutletName string // empty: the outlet's site, if the outlet is new
	OutletSite string // host name; empty: that of the address
	Language   string // BCP 47, or empty
	Published  Date
	Modified   time.Time // zero: unknown
	Text       string    // extracted; never public as a whole
	Snapshot   Snapshot  // none and a text: the text is kept as a snapshot
}

// Clean returns the input trimmed and completed, after checking it; the error is CodeInvalid and names the field. The
// addresses are checked and left as they are spelled.
func (in ArticleInput) Clean() (ArticleInput, error) {
	for _, s := range []*string{&in.URL, &in.Title, &in.Author, &in.OutletName, &in.OutletSite, &in.Language} {
		*s = CleanLine(*s)
	}
	if err := firstError(checkArticleURL("url", in.URL), in.checkSpellings(), in.checkTexts()); err != nil {
		return in, err
	}
	if in.Kind == "" {
		in.Kind = ArticlePage
	}
	if !in.Kind.Valid() {
		return in, Invalid("kind", "choose page, post or video")
	}
	if in.OutletSite == "" {
		in.OutletSite = Site(in.URL)
	}
	var err error
	if in.OutletSite, err = CleanSite("outlet_site", in.OutletSite); err != nil {
		return in, err
	}
	if in.Published, err = CleanDate("published", in.Published); err != nil {
		return in, err
	}
	in.Modified = in.Modified.UTC().Truncate(time.Microsecond)
	if in.Snapshot.IsZero() && strings.TrimSpace(in.Text) != "" {
		in.Snapshot = Snapshot{Kind: SnapshotText, ContentType: "text/plain; charset=utf-8", Body: []byte(in.Text)}
	}
	if !in.Snapshot.IsZero() {
		err = in.Snapshot.check()
	}
	return in, err
}

func (in ArticleInput) checkSpellings() error {
	if len(in.Spellings) > MaxSpellings {
		return Invalid("spellings", "%d addresses are too many; the limit is %d", len(in.Spellings), MaxSpellings)
	}
	for i, s := range in.Spellings {
		if err := checkArticleURL(fmt.Sprintf("spellings[%d]", i), s); err != nil {
			return err
		}
	}
	return nil
}

func (in ArticleInput) checkTexts() error {
	if len(in.Text) > MaxArticleText {
		return Invalid("text", "the text has %d bytes; the limit is %d (2 MiB)", len(in.Text), MaxArticleText)
	}
	return firstError(
		CheckText("title", in.Title, MaxLine), CheckText("author", in.Author, MaxLine), CheckText("outlet_name", in.OutletName, MaxLine),
		CheckText("text", in.Text, MaxArticleText), CheckLanguage("language", in.Language), CheckTime("modified", in.Modified))
}

func checkArticleURL(field, s string) error {
	if s == "" {
		return Invalid(field, "give the article's address; it begins with http:// or https://")
	}
	if len(s) > MaxArticleURL {
		return Invalid(field, "an address of %d bytes is too long; the limit is %d", len(s), MaxArticleURL)
	}
	return CheckURL(field, s)
}

// CleanSite returns a host name as publishers and outlets are keyed by: lower case, without "www." and a final dot. A whole
// address is taken for its host. CodeInvalid if it is none, or longer than the 253 characters a host name may have.
func CleanSite(field, s string) (string, error) {
	s = CleanLine(s)
	host := Site(s)
	if host == "" {
		host = Site("https://" + s)
	}
	odd := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:", r)
	}
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, odd) {
		return "", Invalid(field, "%q is not a host name; it looks like news.example", clip(s, 80))
	}
	return host, nil
}

// OutletInput is what is known of an outlet beside its site.
type OutletInput struct {
	Name     string
	Language string // BCP 47, or empty
	Country  string // ISO 3166-1 alpha-2, or empty
}

// Clean returns the input trimmed, after checking it; the error is CodeInvalid and names the field.
func (in OutletInput) Clean() (OutletInput, error) {
	in.Name, in.Language, in.Country = CleanLine(in.Name), strings.TrimSpace(in.Language), strings.ToUpper(strings.TrimSpace(in.Country))
	if !visible(in.Name) {
		return in, Invalid("name", "an outlet needs a name")
	}
	if in.Country != "" && (len(in.Country) != 2 || strings.Trim(in.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		return in, Invalid("country", "%q is not a country; write two letters, such as KE", clip(in.Country, 40))
	}
	return in, firstError(CheckText("name", in.Name, MaxLine), CheckLanguage("language", in.Language))
}

// AppearanceInput is what a person says of an article's relation to a claim.
type AppearanceInput struct {
	Stance    Stance
	Quote     string    // the passage, as it was read
	FirstSeen time.Time // zero: now
	Note      string    // for the newsroom: why
}

// Clean returns the input trimmed, after checking it against now; the error is CodeInvalid and names the field. A person
// judges: listed is for imports.
func (in AppearanceInput) Clean(now time.Time) (AppearanceInput, error) {
	in.Quote, in.Note = strings.TrimSpace(in.Quote), strings.TrimSpace(in.Note)
	if in.Stance == StanceListed {
		return in, Invalid("stance", "listed is for imported addresses nobody has judged; choose makes, repeats, reports or disputes")
	}
	if !in.Stance.Valid() {
		return in, Invalid("stance", "choose makes, repeats, reports or disputes")
	}
	if in.FirstSeen.IsZero() {
		in.FirstSeen = now
	}
	in.FirstSeen = in.FirstSeen.UTC().Truncate(time.Microsecond)
	return in, firstError(CheckText("quote", in.Quote, MaxQuote), CheckText("note", in.Note, MaxNote), checkPast("first_seen", in.FirstSeen, now))
}

// MarkInput says what became of an article's passage.
type MarkInput struct {
	State CorrectionState
	At    time.Time // when it was corrected or removed out there; zero: now
	Note  string
}

// Clean returns the input trimmed, after checking it against now; the error is CodeInvalid and names the field.
func (in MarkInput) Clean(now time.Time) (MarkInput, error) {
	in.Note = strings.TrimSpace(in.Note)
	if !in.State.Valid() {
		return in, Invalid("state", "choose standing, corrected or removed")
	}
	if in.At.IsZero() {
		in.At = now
	}
	in.At = in.At.UTC().Truncate(time.Microsecond)
	return in, firstError(CheckText("note", in.Note, MaxNote), checkPast("at", in.At, now))
}

// checkPast refuses what has not happened yet. A day is allowed for clocks and time zones.
func checkPast(field string, at, now time.Time) error {
	if at.After(now.Add(24 * time.Hour)) {
		return Invalid(field, "this is in the future")
	}
	return CheckTime(field, at)
}
