// Package client is a reference client for asking a newsroom about addresses without telling it which: only the first digits of
// a hash leave the machine. It is what partners are given, with the package canonurl beside it, and uses nothing else of the
// program.
package client

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
)

// Lookup asks one newsroom. The zero value of its optional fields is right.
type Lookup struct {
	Base   string       // origin of the newsroom, without a final slash
	Digits int          // of the hash that are told, 3 to 5; 0 is 4
	Client *http.Client // nil: one that gives up after half a minute
}

// Claim is what a newsroom says of an article. Act on one that Applies alone: an article may dispute or report a claim, too.
type Claim struct {
	ID       string `json:"id"`
	URL      string `json:"url"`
	Text     string `json:"text"`
	Language string `json:"language"`
	Stance   string `json:"stance"`
	Applies  bool   `json:"applies"`
	Verdicts []struct {
		State     string `json:"state"`
		Publisher struct {
			Name string `json:"name"`
			Site string `json:"site"`
		} `json:"publisher"`
		Rating struct {
			Label   string   `json:"label"`
			Truth   *string  `json:"truth"`
			Reasons []string `json:"reasons"`
		} `json:"rating"`
		Headline  string `json:"headline"`
		Answer    string `json:"answer"`
		ReviewURL string `json:"review_url"`
		Licence   string `json:"licence"`
	} `json:"verdicts"`
	Attribution string `json:"attribution"`
}

// Find returns the claims of the article at an address in any spelling; none if the newsroom has it in none. One request.
func (l Lookup) Find(ctx context.Context, address string) ([]Claim, error) {
	at, err := canonurl.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("read the address: %w", err)
	}
	digits := l.Digits
	if digits == 0 {
		digits = 4
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, l.Base+"/api/v1/url-hashes/"+at.Prefix(digits), nil)
	if err != nil {
		return nil, fmt.Errorf("ask the newsroom: %w", err)
	}
	client := l.Client
	if client == nil {
		client = &http.Client{Timeout: 30 * time.Second}
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("ask the newsroom: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the newsroom answers %s", resp.Status)
	}
	var answer struct {
		Data []struct {
			Hash   string  `json:"hash"`
			Claims []Claim `json:"claims"`
		} `json:"data"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	hash := at.Hash()
	for _, entry := range answer.Data {
		if entry.Hash == hex.EncodeToString(hash[:]) {
			return entry.Claims, nil
		}
	}
	return nil, nil
}
