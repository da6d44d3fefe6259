package googlecompat

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// maxToken is how long a page token may be.
const maxToken = 400

// place is where a page begins, inside a token. It holds nothing that is not public, and a token that somebody made up leads
// to another place of the same search at most.
type place struct {
	Of     string `json:"o"` // what the search is of
	Cursor string `json:"c"`
	Skip   int    `json:"s,omitempty"`
}

// of names a search: a token is good for the same parameters alone. The offset plays no part beside a token.
func (p *params) of() (string, error) {
	search := *p
	search.Offset, search.Token = 0, ""
	text, err := json.Marshal(search)
	sum := sha256.Sum256(text)
	return base64.RawURLEncoding.EncodeToString(sum[:9]), err
}

func (p *params) writeToken(at place) (string, error) {
	var err error
	if at.Of, err = p.of(); err != nil {
		return "", err
	}
	text, err := json.Marshal(at)
	return base64.RawURLEncoding.EncodeToString(text), err
}

// readToken returns where the page begins. It fails with a *problem.Problem for what is no token, and for one of another search.
func (p *params) readToken() (place, error) {
	if len(p.Token) > maxToken {
		return place{}, badPageToken()
	}
	text, err := base64.RawURLEncoding.DecodeString(p.Token)
	if err != nil {
		return place{}, badPageToken()
	}
	var at place
	if err := json.Unmarshal(text, &at); err != nil || at.Cursor == "" || at.Skip < 0 {
		return place{}, badPageToken()
	}
	of, err := p.of()
	if err == nil && at.Of != of {
		err = badPageToken()
	}
	return at, err
}
