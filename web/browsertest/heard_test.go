package browsertest

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"

	"github.com/touchstone-factcheck/touchstone/web/specimen"
)

// TestRatingIsHeardFirst reads the accessibility trees that Chromium gives to screen readers: the rating is in the first hundred
// characters of the page, and again where the main part begins, to which the skip link leads.
func TestRatingIsHeardFirst(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	var claims []specimen.Page
	for _, p := range specimen.Pages() {
		if strings.HasPrefix(p.Name, "claim") {
			claims = append(claims, p)
		}
	}
	origin := serve(t, handler(t, claims))
	for _, p := range claims {
		open(ctx, t, view{"light", 390, false}, origin+"/pages/"+p.Name)
		word, _, _ := strings.Cut(p.Title, ":")
		whole, main := heard(ctx, t)
		parts := map[string]string{"page": whole, "main part": main}
		if p.Name == "claim-version" || p.Name == "claim-asof" {
			delete(parts, "main part") // it says first that this is not how things stand now
		}
		for part, said := range parts {
			if first := string([]rune(said)[:min(100, len([]rune(said)))]); !strings.Contains(first, word) {
				t.Errorf("%s: the first hundred characters of the %s are %q, want %q among them", p.Name, part, first, word)
			}
		}
		// The picture of the spread is one thing to hear, and says its numbers.
		if p.Name == "claim" && !strings.Contains(main, "How it spread, from 4 June to 9 June. Made or repeated: 7.") {
			t.Errorf("%s: the chart is not heard", p.Name)
		}
	}
}

// heard returns the names in the accessibility tree of the open page in their order, and those of the main part.
func heard(ctx context.Context, t *testing.T) (whole, main string) {
	t.Helper()
	var nodes []*accessibility.Node
	err := do(ctx, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		tree, err := cdp.Call(ctx, target, accessibility.GetFullAXTree, accessibility.GetFullAXTreeParams{})
		nodes = tree.Nodes
		return err
	}))
	if err != nil {
		t.Fatalf("read the accessibility tree: %v", err)
	}
	byID := map[accessibility.NodeID]*accessibility.Node{}
	for _, n := range nodes {
		byID[n.NodeID] = n
	}
	var say func(n *accessibility.Node, out *strings.Builder)
	say = func(n *accessibility.Node, out *strings.Builder) {
		role := said(n.Role)
		if !n.Ignored && (role == "StaticText" || role == "RootWebArea" || role == "image") {
			out.WriteString(said(n.Name) + " ")
		}
		if role == "main" {
			out = &strings.Builder{}
			defer func() { main = out.String() }()
		}
		for _, id := range n.ChildIDs {
			if child := byID[id]; child != nil {
				say(child, out)
			}
		}
	}
	if len(nodes) == 0 {
		t.Fatal("the accessibility tree is empty")
	}
	var all strings.Builder
	say(nodes[0], &all)
	return all.String(), main
}

// said returns a value of the tree as text.
func said(v *accessibility.Value) (s string) {
	if v == nil || json.Unmarshal([]byte(v.Value), &s) != nil {
		return ""
	}
	return s
}
