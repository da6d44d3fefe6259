package ui

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"github.com/touchstone-factcheck/touchstone/web/ui/text"
)

// Fill renders an interface message whose slots hold markup, such as a date or a link: part i goes into slot {i}.
// A nil part leaves its slot empty.
func Fill(l Locale, key string, parts ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		texts, order := text.Parts(l.Lang, key)
		for i, t := range texts {
			if _, err := io.WriteString(w, templ.EscapeString(t)); err != nil {
				return err
			}
			if i >= len(order) || order[i] < 0 || order[i] >= len(parts) || parts[order[i]] == nil {
				continue
			}
			if err := parts[order[i]].Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}
