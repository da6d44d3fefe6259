package newsroom

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const (
	// formTokenField is the field of the form token.
	formTokenField = "form_token"
	// maxFields is how many fields a form may have.
	maxFields = 200
)

// form is what a form was sent with. Fields of the address do not count as fields of the form.
type form struct {
	values url.Values
	files  map[string][]*multipart.FileHeader
}

// readForm reads the body of a request: url-encoded or multipart.
func readForm(c *fiber.Ctx) (form, error) {
	media, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	f := form{values: url.Values{}}
	switch {
	case len(c.Body()) == 0:
		return f, nil
	case err == nil && media == fiber.MIMEApplicationForm:
		f.values, err = url.ParseQuery(string(c.Body()))
	case err == nil && media == fiber.MIMEMultipartForm:
		var m *multipart.Form
		if m, err = c.MultipartForm(); err == nil {
			f.values, f.files = m.Value, chosen(m.File)
		}
	default:
		return f, factcheck.Invalid("", "this is not a form")
	}
	if err != nil {
		return f, factcheck.Invalid("", "the form arrived damaged; send it again")
	}
	if len(f.values) > maxFields {
		return f, factcheck.Invalid("", "this form has too many fields")
	}
	return f, nil
}

// chosen returns the files that are there: browsers send an empty one for a field in which none was chosen.
func chosen(files map[string][]*multipart.FileHeader) map[string][]*multipart.FileHeader {
	for name, list := range files {
		list = slices.DeleteFunc(list, func(h *multipart.FileHeader) bool { return h.Size == 0 && h.Filename == "" })
		if len(list) == 0 {
			delete(files, name)
		} else {
			files[name] = list
		}
	}
	return files
}

// get returns a field as it was typed, with line breaks as one character; empty if it was not sent.
func (f form) get(name string) string {
	return strings.ReplaceAll(f.values.Get(name), "\r\n", "\n")
}

// line returns a field as one trimmed line.
func (f form) line(name string) string { return strings.TrimSpace(f.get(name)) }

// file returns the content of the file in a field; nil if none was chosen. CodeInvalid names the field if it is larger than
// limit bytes.
func (f form) file(name string, limit int) ([]byte, error) {
	list := f.files[name]
	if len(list) == 0 {
		return nil, nil
	}
	h := list[0]
	if h.Size > int64(limit) {
		return nil, factcheck.Invalid(name, "this file has %d bytes; the limit is %d (%d MiB)", h.Size, limit, limit>>20)
	}
	in, err := h.Open()
	if err != nil {
		return nil, factcheck.Invalid(name, "this file could not be read")
	}
	body, err := io.ReadAll(io.LimitReader(in, int64(limit)))
	if cerr := in.Close(); err != nil || cerr != nil {
		return nil, factcheck.Invalid(name, "this file could not be read")
	}
	return body, nil
}

// kept returns what was typed into the form, for sending it again.
func (f form) kept() []pages.KeptField {
	var out []pages.KeptField
	for name, values := range f.values {
		if name == formTokenField || strings.HasPrefix(name, "password") || strings.HasPrefix(name, confirmPrefix) {
			continue
		}
		for _, v := range values {
			out = append(out, pages.KeptField{Name: strings.ToValidUTF8(name, "�"), Value: strings.ToValidUTF8(strings.ReplaceAll(v, "\r\n", "\n"), "�")})
		}
	}
	slices.SortFunc(out, func(a, b pages.KeptField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// timeout bounds what is asked before a request is read.
func timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 5*time.Second)
}
