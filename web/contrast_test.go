package web

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
)

// palettes reads the custom properties that are colours: the light ones, and the dark ones over them.
func palettes(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	sheet := string(read("css/base.css"))
	before, after, found := strings.Cut(sheet, "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("base.css has no dark scheme")
	}
	after, _, _ = strings.Cut(after, "@media")
	colour := regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)
	parse := func(s string) map[string]string {
		m := map[string]string{}
		for _, c := range colour.FindAllStringSubmatch(s, -1) {
			m[c[1]] = c[2]
		}
		return m
	}
	return parse(before), parse(after)
}

// ratio is the contrast of two colours by WCAG 2.2, 1 to 21.
func ratio(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var r, g, b uint8
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		t.Fatalf("colour %q: %v", hex, err)
	}
	linear := func(c uint8) float64 {
		v := float64(c) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}

func TestRatio(t *testing.T) {
	t.Parallel()
	if got := ratio(t, "#ffffff", "#000000"); math.Abs(got-21) > 0.01 {
		t.Errorf("got %.2f for black on white, want 21", got)
	}
	if got := ratio(t, "#767676", "#ffffff"); math.Abs(got-4.54) > 0.01 {
		t.Errorf("got %.2f for #767676 on white, want 4.54", got)
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	light, dark := palettes(t)
	text := []string{"ink", "soft", "gold", "true", "mostly-true", "mixed", "mostly-false", "false", "none"}
	for scheme, p := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, ground := range []string{"paper", "raised", "wash"} {
			for _, name := range text {
				if p[name] == "" || p[ground] == "" {
					t.Fatalf("%s has no %s or %s", scheme, name, ground)
				}
				if got := ratio(t, p[name], p[ground]); got < 4.5 {
					t.Errorf("%s: %s on %s has %.2f, want at least 4.5", scheme, name, ground, got)
				}
			}
			if got := ratio(t, p["edge"], p[ground]); got < 3 {
				t.Errorf("%s: the edge of a control on %s has %.2f, want at least 3", scheme, ground, got)
			}
		}
	}
}
