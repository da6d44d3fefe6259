package document

import (
	"bytes"
	"encoding/json"
	"fmt"
)

var (
	urlSlot   = []byte(`"url":"`)
	creditKey = []byte(`,"attribution":"`)
)

// CreditName returns a house's name as it stands inside a JSON string, without its quotation marks: what AppendCredited takes.
func CreditName(name string) []byte {
	b, err := json.Marshal(name)
	if err != nil {
		panic(fmt.Sprintf("document: a name cannot be marshalled: %v", err)) // a string always can
	}
	return b[1 : len(b)-1]
}

// AppendCredited is Append with whom to name for the document behind it, as attribution: the house, as CreditName returns it, and
// the address of the page.
func AppendCredited(dst, stored []byte, base string, seq int64, house []byte) []byte {
	from := len(dst)
	dst = Append(dst, stored, base, seq)
	if dst[len(dst)-1] != '}' {
		return dst
	}
	dst = append(dst[:len(dst)-1], creditKey...)
	dst = append(dst, house...)
	// The address of the page is the first one in a document, before any text of a user, and needs no escaping.
	if _, rest, ok := bytes.Cut(dst[from:], urlSlot); ok {
		page, _, _ := bytes.Cut(rest, []byte{'"'})
		dst = append(append(dst, ", "...), page...)
	}
	return append(dst, `"}`...)
}
