package mcp_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/touchstone-factcheck/touchstone/internal/ratelimit"
)

const listTools = `{"jsonrpc":"2.0","id":1,"method":"tools/list"}`

// atTheDoor sends what no client of the SDK would.
func (d *desk) atTheDoor(t *testing.T) {
	bearer := "Bearer " + d.key
	for _, tt := range []struct {
		name, method, body string
		headers            []string
		status             int
		says               string
	}{
		{"as it should be", "POST", listTools, []string{"Authorization", bearer}, 200, "search_claims"},
		{"with the scheme in capitals", "POST", listTools, []string{"Authorization", "BEARER " + d.key}, 200, "search_claims"},
		{"from its own origin", "POST", listTools, []string{"Authorization", bearer, "Origin", public}, 200, "search_claims"},
		{"an older version", "POST", listTools, []string{"Authorization", bearer, "Mcp-Protocol-Version", "2025-06-18"}, 200, "search_claims"},
		{"a session of another node", "POST", listTools, []string{"Authorization", bearer, "Mcp-Session-Id", "x"}, 200, "search_claims"},
		{"a notification", "POST", `{"jsonrpc":"2.0","method":"notifications/initialized"}`, []string{"Authorization", bearer}, 202, ""},
		{"without a key", "POST", listTools, nil, 401, "the newsroom gives keys to partners"},
		{"with another scheme", "POST", listTools, []string{"Authorization", "Basic eDp5"}, 401, "Bearer"},
		{"with a wrong key", "POST", listTools, []string{"Authorization", "Bearer ts_wrong"}, 401, ""},
		{"from another origin", "POST", listTools, []string{"Authorization", bearer, "Origin", "https://evil.example"}, 403, "origins"},
		{"rebound", "POST", listTools, []string{"Authorization", bearer, "Origin", "http://evil.example", "Host", "evil.example"}, 403, "origins"},
		{"from a file", "POST", listTools, []string{"Authorization", bearer, "Origin", "null"}, 403, "origins"},
		{"GET", "GET", "", []string{"Authorization", bearer}, 405, "Allow"},
		{"DELETE", "DELETE", "", []string{"Authorization", bearer}, 405, "Allow"},
		{"a batch", "POST", " [" + listTools + "]", []string{"Authorization", bearer}, 400, "one message at a time"},
		{"too long", "POST", `{"jsonrpc":"2.0","id":1,"method":"` + strings.Repeat("x", 256<<10) + `"}`, []string{"Authorization", bearer}, 413, "256 KiB"},
		{"another type", "POST", listTools, []string{"Authorization", bearer, "Content-Type", "text/plain"}, 415, "application/json"},
		{"no JSON", "POST", `{"jsonrpc":`, []string{"Authorization", bearer}, 400, ""},
		{"nothing", "POST", ``, []string{"Authorization", bearer}, 400, ""},
		{"deep JSON", "POST", `{"jsonrpc":"2.0","id":1,"method":"tools/list","params":` + strings.Repeat(`{"a":`, 20_000) + `1` + strings.Repeat(`}`, 20_000) + `}`, []string{"Authorization", bearer}, 0, ""},
		{"broken UTF-8", "POST", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_claims","arguments":{"query":"` + "\xff" + `"}}}`, []string{"Authorization", bearer}, 0, ""},
		{"an unknown version", "POST", listTools, []string{"Authorization", bearer, "Mcp-Protocol-Version", "1999-01-01"}, 400, "version"},
	} {
		resp, body := d.post(t, tt.method, tt.body, tt.headers...)
		if tt.status == 0 && resp.StatusCode < 500 {
			continue
		}
		if resp.StatusCode != tt.status || !strings.Contains(body+resp.Header.Get("Allow")+"Allow", tt.says) {
			t.Errorf("%s: got %d: %.300s, want %d that says %q", tt.name, resp.StatusCode, body, tt.status, tt.says)
		}
		if kind := resp.Header.Get("Content-Type"); resp.StatusCode >= 400 && (kind != "application/problem+json" || !json.Valid([]byte(body))) {
			t.Errorf("%s: got %s as %s, want a problem document", tt.name, body, kind)
		}
		if resp.StatusCode == http.StatusUnauthorized && !strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "Bearer") {
			t.Errorf("%s: got WWW-Authenticate %q", tt.name, resp.Header.Get("WWW-Authenticate"))
		}
		if resp.Header.Get("Mcp-Session-Id") != "" || resp.StatusCode < 500 && resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got session %q, Cache-Control %q", tt.name, resp.Header.Get("Mcp-Session-Id"), resp.Header.Get("Cache-Control"))
		}
	}
}

// tooMuch sees that assistants share the limits of the API.
func (d *desk) tooMuch(t *testing.T) {
	slow := *d.door
	slow.serve(t, false, ratelimit.Policy{Name: "key", Quota: 1, Window: time.Hour})
	headers := []string{"Authorization", "Bearer " + d.key, "X-Forwarded-For", "192.0.2.1"} // this machine's own programs may do more
	slow.post(t, "POST", listTools, headers...)
	if resp, body := slow.post(t, "POST", listTools, headers...); resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" || resp.Header.Get("RateLimit") == "" {
		t.Errorf("got %d: %s, want 429 with when to come back", resp.StatusCode, body)
	}
}

// withoutIndex sees that nothing is said of a text that could not be looked up.
func (d *desk) withoutIndex(t *testing.T) {
	cold := *d.door
	cold.serve(t, true, ratelimit.Policy{})
	s := cold.connect(t)
	for tool, args := range map[string]map[string]any{"look_up": {"text": mayor}, "search_claims": {"query": "mayor"}} {
		if got := refused(t, s, tool, args); !strings.Contains(got, "try again") || !strings.Contains(got, "it is no verdict") {
			t.Errorf("%s: got %q, want it to say that this is no verdict", tool, got)
		}
	}
	if _, err := s.CallTool(t.Context(), &sdk.CallToolParams{Name: "get_claim", Arguments: map[string]any{"claim": d.mayor.Claim.String()}}); err != nil {
		t.Errorf("a claim needs no index: %v", err)
	}
}
