package factcheck

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
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

// VerdictApplies reports whether a verdict on a claim speaks of an article that stands to it like this: a person, not an import,
// judged that it makes or repeats the claim, and it still does. Who disputes or reports a claim is never meant, nor is an address
// that an import only lists: so nobody demotes a debunker. Whether the verdict itself is current is another question.
func VerdictApplies(s Stance, setBy string, state CorrectionState) bool {
	return s.Asserts() && setBy == "person" && state == StateStanding
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

// TakenIn is how an article was taken in.
type TakenIn string

// The ways of taking an article in. An imported address was never looked at.
const (
	TakenInURL    TakenIn = "url"
	TakenInFile   TakenIn = "file"
	TakenInText   TakenIn = "text"
	TakenInPost   TakenIn = "post"
	TakenInImport TakenIn = "import"
)

// Valid reports whether w is one of the ways.
func (w TakenIn) Valid() bool {
	return slices.Contains([]TakenIn{TakenInURL, TakenInFile, TakenInText, TakenInPost, TakenInImport}, w)
}

// Limits of articles. An address is a key of the database, whose index takes 2,704 bytes.
const (
	MaxArticleURL  = 2_000     // bytes
	MaxSpellings   = 50        // other addresses of one article given at once
	MaxArticleText = 2 << 20   // bytes
	MaxFound       = 256 << 10 // bytes of what was found where
)

// ArticleInput is what is known of an article when it is taken in: its address; or, for a post that nobody can open, its
// platform, handle and text; or, for a text that was pasted, the text.
type ArticleInput struct {
	URL          string   // as it was found; empty for a post or a pasted text that has none
	Spellings    []string // all other addresses it was seen under
	Kind         ArticleKind
	Title        string
	Author       string // as it is shown to readers
	OutletName   string // empty: the outlet's site, if the outlet is new
	OutletSite   string // host name; empty: that of the address
	Language     string // BCP 47, or empty
	Published    Date
	Modified     time.Time // zero: unknown
	Text         string    // extracted; never public as a whole
	Snapshot     Snapshot  // none, or a picture, and a text: the text is kept as a snapshot
	Platform     string    // of a post
	Handle       string    // of a post; never public: it may be a private person's
	TakenIn      TakenIn   // empty: from its address, or as a post where there is none
	LeadImage    string
	ArchiveURL   string          // a copy elsewhere, for readers
	Found        json.RawMessage // what was found where, a JSON object; nil: nothing is known of it
	FetchedAt    time.Time       // of the answer, as are ETag and LastModified; zero: it was not fetched
	ETag         string
	LastModified string
}

// Clean returns the input trimmed and completed, after checking it; the error is CodeInvalid and names the field. The
// addresses are checked and left as they are spelled.
func (in ArticleInput) Clean() (ArticleInput, error) {
	for _, s := range []*string{&in.URL, &in.Title, &in.Author, &in.OutletName, &in.OutletSite, &in.Language, &in.Platform, &in.Handle, &in.LeadImage, &in.ArchiveURL} {
		*s = CleanLine(*s)
	}
	if in.Kind == "" {
		in.Kind = ArticlePage
	}
	if !in.Kind.Valid() {
		return in, Invalid("kind", "choose page, post or video")
	}
	if err := firstError(in.checkIdentity(), in.checkSpellings(), in.checkTexts(), CheckLead(in.LeadImage, in.ArchiveURL), CheckFound(in.Found)); err != nil {
		return in, err
	}
	if in.TakenIn == "" {
		in.TakenIn = TakenInURL
		if in.URL == "" {
			in.TakenIn = TakenInPost
		}
	}
	if !in.TakenIn.Valid() {
		return in, Invalid("taken_in", "choose url, file, text, post or import")
	}
	if in.OutletSite == "" {
		in.OutletSite = Site(in.URL)
	}
	var err error
	if in.OutletSite != "" || in.URL != "" {
		if in.OutletSite, err = CleanSite("outlet_site", in.OutletSite); err != nil {
			return in, err
		}
	}
	if in.Published, err = CleanDate("published", in.Published); err != nil {
		return in, err
	}
	in.Modified, in.FetchedAt = in.Modified.UTC().Truncate(time.Microsecond), in.FetchedAt.UTC().Truncate(time.Microsecond)
	if in.Snapshot.IsZero() {
		in.Snapshot = TextSnapshot(in.Text)
	}
	if !in.Snapshot.IsZero() {
		err = in.Snapshot.Check()
	}
	return in, err
}

// Snapshots returns what is to be kept of the input: the snapshot, and beside a picture the text it was read into.
func (in ArticleInput) Snapshots() []Snapshot {
	var out []Snapshot
	if !in.Snapshot.IsZero() {
		out = append(out, in.Snapshot)
	}
	if text := TextSnapshot(in.Text); in.Snapshot.Kind == SnapshotScreenshot && !text.IsZero() {
		out = append(out, text)
	}
	return out
}

// checkIdentity refuses what could not be known again.
func (in ArticleInput) checkIdentity() error {
	if in.URL != "" {
		return checkArticleURL("url", in.URL)
	}
	switch {
	case in.Kind != ArticlePost && in.TakenIn == TakenInText && strings.TrimSpace(in.Text) != "":
		return nil
	case in.Kind != ArticlePost:
		return Invalid("url", "give the article's address; it begins with http:// or https://")
	case in.Platform == "":
		return Invalid("platform", "a post without an address needs its platform, such as Telegram")
	case in.Handle == "":
		return Invalid("handle", "a post without an address needs the name or handle it was posted under")
	case strings.TrimSpace(in.Text) == "":
		return Invalid("text", "a post without an address needs its text; write down what a picture of it says")
	}
	return nil
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
		CheckText("text", in.Text, MaxArticleText), CheckLanguage("language", in.Language), CheckTime("modified", in.Modified),
		CheckText("platform", in.Platform, MaxLine), CheckText("handle", in.Handle, MaxLine), in.marks().check())
}

// fetchMarks is what is known of the last fetch, to ask whether there is something newer.
type fetchMarks struct {
	at                 time.Time
	etag, lastModified string
}

func (in ArticleInput) marks() fetchMarks { return fetchMarks{in.FetchedAt, in.ETag, in.LastModified} }

func (m fetchMarks) check() error {
	return firstError(CheckTime("fetched_at", m.at), CheckText("etag", m.etag, MaxLine), CheckText("last_modified", m.lastModified, MaxLine))
}

// CheckLead returns a CodeInvalid error unless the address of an article's picture and of its archived copy are web
// addresses or empty.
func CheckLead(image, archive string) error {
	for _, a := range []struct{ field, url string }{{"lead_image", image}, {"archive_url", archive}} {
		if a.url == "" {
			continue
		}
		if len(a.url) > MaxURL {
			return Invalid(a.field, "an address of %d bytes is too long; the limit is %d", len(a.url), MaxURL)
		}
		if err := CheckURL(a.field, a.url); err != nil {
			return err
		}
	}
	return nil
}

// CheckFound returns a CodeInvalid error unless what was found where is empty or a JSON object that can be stored.
func CheckFound(found json.RawMessage) error {
	if len(found) == 0 {
		return nil
	}
	if len(found) > MaxFound {
		return Invalid("found", "what was found has %d bytes; the limit is %d (256 KiB)", len(found), MaxFound)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(found, &object); err != nil || object == nil || !utf8.Valid(found) || strings.Contains(string(found), `\u0000`) {
		return Invalid("found", "what was found is no JSON object that can be stored")
	}
	return nil
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
