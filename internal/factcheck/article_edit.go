package factcheck

import (
	"encoding/json"
	"time"
)

// ArticleEdit is what an editor sets of an article, all of it at once.
type ArticleEdit struct {
	Title      string
	Author     string // as it is shown to readers
	OutletName string // another than OutletWas names the outlet anew; empty: it is called as before
	OutletWas  string // what the editor read there; empty: nothing
	OutletSite string // host name; empty: none is known
	Language   string // BCP 47, or empty
	Published  Date
	Modified   time.Time // zero: unknown
	LeadImage  string
	ArchiveURL string  // a copy elsewhere, for readers
	Text       *string // nil: it stays as it is
}

// Clean returns the edit trimmed, after checking it; the error is CodeInvalid and names the field.
func (in ArticleEdit) Clean() (ArticleEdit, error) {
	for _, s := range []*string{&in.Title, &in.Author, &in.OutletName, &in.OutletWas, &in.OutletSite, &in.Language, &in.LeadImage, &in.ArchiveURL} {
		*s = CleanLine(*s)
	}
	asInput := ArticleInput{Title: in.Title, Author: in.Author, OutletName: in.OutletName, Language: in.Language, Modified: in.Modified}
	if in.Text != nil {
		asInput.Text = *in.Text
	}
	if err := firstError(asInput.checkTexts(), CheckLead(in.LeadImage, in.ArchiveURL)); err != nil {
		return in, err
	}
	var err error
	if in.OutletSite != "" {
		if in.OutletSite, err = CleanSite("outlet_site", in.OutletSite); err != nil {
			return in, err
		}
	}
	in.Modified = in.Modified.UTC().Truncate(time.Microsecond)
	in.Published, err = CleanDate("published", in.Published)
	return in, err
}

// RefreshInput is an article taken in anew: what was read out of it, or, without text and snapshot, that it is as it was.
type RefreshInput struct {
	Text         string
	Snapshot     Snapshot
	Modified     time.Time       // zero: as it is
	Found        json.RawMessage // nil: as it is
	Spellings    []string        // addresses it was seen under
	FetchedAt    time.Time
	ETag         string
	LastModified string
}

// Clean returns the input completed, after checking it; the error is CodeInvalid and names the field.
func (in RefreshInput) Clean() (RefreshInput, error) {
	asInput := ArticleInput{Text: in.Text, Modified: in.Modified, FetchedAt: in.FetchedAt, ETag: in.ETag, LastModified: in.LastModified, Spellings: in.Spellings}
	if err := firstError(asInput.checkTexts(), asInput.checkSpellings(), CheckFound(in.Found)); err != nil {
		return in, err
	}
	in.Modified, in.FetchedAt = in.Modified.UTC().Truncate(time.Microsecond), in.FetchedAt.UTC().Truncate(time.Microsecond)
	if in.Snapshot.IsZero() {
		return in, nil
	}
	return in, in.Snapshot.Check()
}
