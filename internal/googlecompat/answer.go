package googlecompat

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
)

// searchResponse is FactCheckTools's SearchResponse. As everywhere below, what is empty is left out: nothing is ever null.
type searchResponse struct {
	Claims        []claim `json:"claims,omitempty"`
	NextPageToken string  `json:"nextPageToken,omitempty"`
}

type claim struct {
	Text        string        `json:"text,omitempty"`
	Claimant    string        `json:"claimant,omitempty"`
	ClaimDate   string        `json:"claimDate,omitempty"` // google-datetime
	ClaimReview []claimReview `json:"claimReview,omitempty"`
}

type claimReview struct {
	Publisher     *publisher `json:"publisher,omitempty"`
	URL           string     `json:"url,omitempty"`
	Title         string     `json:"title,omitempty"`
	ReviewDate    string     `json:"reviewDate,omitempty"` // google-datetime
	TextualRating string     `json:"textualRating,omitempty"`
	LanguageCode  string     `json:"languageCode,omitempty"`
}

type publisher struct {
	Name string `json:"name,omitempty"`
	Site string `json:"site,omitempty"` // bare host of the review's address
}

// shown returns the claim as Google shows one, and false if nothing of it is wanted: it has no verdict that stands, or none
// that passes the conditions. A verdict that is suspended or retracted is no review. With a site only its reviews are there; a
// language chooses claims that have a review in it, and all their reviews are there.
func (p *params) shown(c document.Claim, now time.Time) (claim, bool) {
	date := claimDate(c)
	out := claim{Text: c.Text, ClaimDate: moment(date)}
	if c.Claimant != nil {
		out.Claimant = c.Claimant.Name
	}
	newest, spoken := date, p.Language == ""
	for _, v := range c.Verdicts {
		if v.State != string(factcheck.VerdictCurrent) || v.Rating.Label == "" {
			continue
		}
		r := reviewOf(v, c)
		if p.Site != "" && r.Publisher.Site != p.Site && v.Publisher.Site != p.Site {
			continue
		}
		out.ClaimReview = append(out.ClaimReview, r)
		if v.PublishedAt.After(newest) {
			newest = v.PublishedAt
		}
		spoken = spoken || factcheck.PrimaryLanguage(r.LanguageCode) == p.Language
	}
	aged := p.MaxAge > 0 && newest.Before(now.AddDate(0, 0, -p.MaxAge))
	return out, len(out.ClaimReview) > 0 && spoken && !aged
}

func reviewOf(v document.Verdict, c document.Claim) claimReview {
	r := claimReview{
		Publisher: &publisher{Name: v.Publisher.Name, Site: bareHost(v.ReviewURL)}, URL: v.ReviewURL, Title: v.Headline,
		ReviewDate: moment(v.PublishedAt), TextualRating: v.Rating.Label, LanguageCode: v.Language,
	}
	if r.Publisher.Site == "" {
		r.Publisher.Site = v.Publisher.Site
	}
	if r.LanguageCode == "" {
		r.LanguageCode = c.Language
	}
	return r
}

// claimDate returns when a claim was made, from the first moment of what is known of it; zero when it is not known.
func claimDate(c document.Claim) time.Time {
	if c.Date == nil {
		return time.Time{}
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2006-01", "2006"} {
		if at, err := time.Parse(layout, *c.Date); err == nil {
			return at
		}
	}
	return time.Time{}
}

// moment is a time as google-datetime, without fractions of a second; empty for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

// masked leaves of an answer what is wanted.
func (s searchResponse) masked(m mask) searchResponse {
	if m == nil {
		return s
	}
	out := searchResponse{NextPageToken: m.text("nextPageToken", s.NextPageToken)}
	wanted, ok := m.of("claims")
	if !ok {
		return out
	}
	for _, c := range s.Claims {
		out.Claims = append(out.Claims, c.masked(wanted))
	}
	return out
}

func (c claim) masked(m mask) claim {
	out := claim{Text: m.text("text", c.Text), Claimant: m.text("claimant", c.Claimant), ClaimDate: m.text("claimDate", c.ClaimDate)}
	wanted, ok := m.of("claimReview")
	if !ok {
		return out
	}
	for _, r := range c.ClaimReview {
		out.ClaimReview = append(out.ClaimReview, r.masked(wanted))
	}
	return out
}

func (r claimReview) masked(m mask) claimReview {
	out := claimReview{
		URL: m.text("url", r.URL), Title: m.text("title", r.Title), ReviewDate: m.text("reviewDate", r.ReviewDate),
		TextualRating: m.text("textualRating", r.TextualRating), LanguageCode: m.text("languageCode", r.LanguageCode),
	}
	if wanted, ok := m.of("publisher"); ok {
		out.Publisher = &publisher{Name: wanted.text("name", r.Publisher.Name), Site: wanted.text("site", r.Publisher.Site)}
	}
	return out
}

// write returns the bytes of an answer: indented unless prettyPrint is false, and as a call of a function where a callback is
// named. JSON that Go writes holds neither <, > and & nor the line separators that JavaScript knows, so it is safe as a script.
func (p *params) write(s searchResponse) (body []byte, contentType string, err error) {
	body, err = json.Marshal(s.masked(p.fields))
	if err == nil && !p.compact {
		var b bytes.Buffer
		err = json.Indent(&b, body, "", "  ")
		body = append(b.Bytes(), '\n')
	}
	if p.callback == "" {
		return body, "application/json; charset=UTF-8", err
	}
	// The comment keeps what comes before the parenthesis from being anything but a call.
	return slices.Concat([]byte("/**/"+p.callback+"("), bytes.TrimRight(body, "\n"), []byte(");\n")), "text/javascript; charset=UTF-8", err
}

// packLeast is from how many bytes on an answer is compressed.
const packLeast = 256

// send sends an answer with its validator: with 304 if the client has it, compressed if it takes that.
func send(c *fiber.Ctx, body []byte, contentType string) error {
	content := httpcache.Content{Body: body, ContentType: contentType, ETag: httpcache.ETag(body), CacheControl: "private, max-age=0, must-revalidate"}
	if len(body) >= packLeast && strings.Contains(strings.ToLower(c.Get(fiber.HeaderAcceptEncoding)), "gzip") {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write(body); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		content.Gzip = b.Bytes()
	} else {
		c.Vary(fiber.HeaderAcceptEncoding)
	}
	content.Send(c.Context())
	return nil
}
