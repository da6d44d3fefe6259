package newsroom

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// paletteClaims is how many claims the palette offers.
const paletteClaims = 8

func (n *Newsroom) paletteRoutes() []Route {
	return []Route{
		show("/newsroom/palette", n.showPalette),
		show("/newsroom/palette/find", n.findInPalette),
	}
}

// showPalette serves all places and keys on one page.
func (n *Newsroom) showPalette(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/palette")
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Palette(pages.PalettePage{Shell: shell}))
}

// findInPalette tells a script the places and claims that words find.
func (n *Newsroom) findInPalette(c *fiber.Ctx, in visitor) error {
	type item struct {
		Label string `json:"label"`
		Hint  string `json:"hint"`
		Lang  string `json:"lang,omitempty"`
		URL   string `json:"url"`
	}
	words := strings.TrimSpace(c.Query("q"))
	out := struct {
		Items []item      `json:"items"`
		Keys  [][2]string `json:"keys"`
	}{Items: []item{}, Keys: pages.Keys()}
	for _, place := range pages.Places(string(in.Actor.Role)) {
		if strings.Contains(strings.ToLower(place.Label+" "+place.Hint), strings.ToLower(words)) {
			out.Items = append(out.Items, item{Label: place.Label, Hint: place.Hint, URL: place.URL})
		}
	}
	if len([]rune(words)) > 1 {
		found, err := n.cfg.Store.FindClaims(c.UserContext(), in.Actor, clip(words, 500), paletteClaims)
		if err != nil {
			return err
		}
		for _, claim := range found {
			it := claimItem(claim)
			out.Items = append(out.Items, item{Label: clip(it.Text, 160), Hint: pages.StageWord(it.Stage), Lang: it.Lang, URL: pages.ClaimPath(it.ID)})
		}
		out.Items = append(out.Items, item{Label: "All claims with “" + clip(words, 60) + "”", Hint: "look for", URL: findURL(words)})
	}
	return c.JSON(out)
}
