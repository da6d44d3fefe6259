package extract

import (
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/claimreview"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// MaxInput is how many bytes of a page or of a pasted text are read; more is refused with CodeInvalid.
const MaxInput = 5 << 20

// Input is a page as it came over the wire or out of a file.
type Input struct {
	URL         string    // the address the page was finally read from, if any; relative links are resolved against it
	ContentType string    // the header of that name, if any; its charset counts
	Body        []byte    // the raw bytes, decompressed; never changed
	FetchedAt   time.Time // dates later than a day after this are not believed; zero sets no such bound
}

// Reading is what an article says about itself and in its text. An empty field was not found.
type Reading struct {
	Title     string
	Byline    string // names, several joined by ", "
	Outlet    string // the name of the medium
	Language  string // BCP 47 base tag: en, pt, zh
	Direction string // rtl or ltr, after the script that most of Text is written in; empty without text
	Text      string // paragraphs joined by blank lines; empty behind a wall
	LeadImage string // absolute http or https address
	Canonical string // the page's own word for its address, absolute; not checked against URL
	AMP       string // the address of the AMP version, absolute

	Published factcheck.Date // day precision where the page gives no time zone
	Modified  factcheck.Date

	Blocks     []Block // what the paragraphs of Text are, in order
	Quotations []Quotation
	Found      []Found // every candidate for every field, in order of trust
	Leads      []Lead
	Checks     []claimreview.Review // ClaimReview markup of the page, for the newsroom to take or leave
	Wall       Wall
}

// BlockKind says what a paragraph of the text is.
type BlockKind string

// The kinds of block.
const (
	BlockParagraph BlockKind = "paragraph"
	BlockHeading   BlockKind = "heading"
	BlockQuote     BlockKind = "quote"
	BlockItem      BlockKind = "item" // of a list
	BlockCaption   BlockKind = "caption"
	BlockRow       BlockKind = "row" // of a table
)

// Block is one paragraph of Reading.Text, from byte Start up to byte End.
type Block struct {
	Kind       BlockKind
	Start, End int
}

// Quotation is quoted speech: bytes Start up to End of Reading.Text, without the quotation marks.
type Quotation struct {
	Start   int    `json:"start"`
	End     int    `json:"end"`
	Text    string `json:"text"`
	Speaker string `json:"speaker"` // who said it, as the text names them next to the quotation; empty where that is not plain
}

// Found is one candidate for a field and the place it stood in, such as "json-ld NewsArticle.headline" or "og:title".
type Found struct {
	Field  string `json:"field"` // title, byline, outlet, language, published, modified, image, canonical, amp, text
	Value  string `json:"value"` // as it was found, cleaned, at most 1,000 bytes; of text only how many bytes it had
	Where  string `json:"where"`
	Chosen bool   `json:"chosen"`
}

// Lead is a pointer of the page to another story: a line "Also read: …" or an entry of "Recent posts". It is no part of
// the article, and the article says nothing of what it says.
type Lead struct {
	Title string `json:"title"`
	URL   string `json:"url"`   // absolute, or empty in pasted text
	Label string `json:"label"` // the words that introduced it: Also read, Recent Posts
}

// WallKind says what stands before an article.
type WallKind string

// The kinds of wall. WallEmpty is a page that shows nothing without running its scripts, or nothing at all.
const (
	WallNone    WallKind = ""
	WallLogin   WallKind = "login"
	WallConsent WallKind = "consent"
	WallPaywall WallKind = "paywall"
	WallBot     WallKind = "bot"
	WallError   WallKind = "error"
	WallEmpty   WallKind = "empty"
)

// Wall is what was served in the article's place. With a wall, Text, Blocks and Quotations are empty.
type Wall struct {
	Kind   WallKind `json:"kind"`
	Why    string   `json:"why"`    // what gave it away, for a person
	Teaser string   `json:"teaser"` // what a paywall lets through, kept apart and never article text
}
