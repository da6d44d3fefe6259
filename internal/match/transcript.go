package match

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Spoken says how well the lines of transcripts are matched with the claims that were checked of them.
type Spoken struct {
	Lines   int     `json:"labelled_lines"`
	Others  int     `json:"other_lines"` // a sample: every tenth
	R5      float64 `json:"r_at_5"`      // share of labelled lines with their claim among the first five
	Curve   []Point `json:"curve"`       // from the highest threshold to the lowest
	Same    Point   `json:"same"`        // at the threshold of same
	Related Point   `json:"related"`     // at the threshold of related
}

// Point is precision and recall of the best candidate when it is taken from a probability on. Other lines count for as many
// as they stand for, and as wrong, although some of them repeat a claim that nobody linked.
type Point struct {
	Threshold float64 `json:"threshold"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
}

// everyOther is which of the lines without a claim are matched.
const everyOther = 10

// spoken is a line with what was found for it.
type spoken struct {
	top    float64
	right  bool
	weight float64 // for how many lines it stands
	wanted bool
}

// EvaluateTranscripts measures a model (nil: the committed one) on transcripts: claims.jsonl (url, claim, title), links.tsv
// (transcript, line, url) and text/*.tsv (line, speaker, sentence, label). No transcript was used for learning or for the
// thresholds, so each is left out.
func EvaluateTranscripts(ctx context.Context, m *Model, dir fs.FS) (*Spoken, error) {
	matcher, err := New(m)
	if err != nil {
		return nil, err
	}
	claims, links, err := readSpoken(dir)
	if err != nil {
		return nil, err
	}
	index, err := (&Dataset{Claims: claims}).Index(ctx)
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(dir, "text/*.tsv")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("find transcripts in text: %d there, %w", len(names), cmp.Or(err, fs.ErrNotExist))
	}
	out := &Spoken{}
	var all []spoken
	for _, name := range names {
		f, err := dir.Open(name)
		if err != nil {
			return nil, fmt.Errorf("open a transcript: %w", err)
		}
		err = eachLine(f, name, func(line string) error {
			p := strings.Split(line, "\t")
			if len(p) < 3 {
				return fmt.Errorf("%d fields, want line, speaker, sentence", len(p))
			}
			want := links[strings.TrimSuffix(path.Base(name), ".tsv")+"\t"+p[0]]
			if len(want) == 0 && search.HashWord(name+p[0])%everyOther != 0 {
				return nil
			}
			all = append(all, out.hear(matcher, index.Snapshot(), p[2], want))
			return nil
		})
		_ = f.Close() // only read
		if err != nil {
			return nil, err
		}
	}
	out.R5 /= float64(max(1, out.Lines))
	out.draw(all, &matcher.model.cal)
	return out, nil
}

// hear matches a line.
func (s *Spoken) hear(m *Matcher, snap *search.Snapshot, text string, want []string) spoken {
	found := m.Match(text, Options{Limit: 5, Language: "en"}, snap)
	line := spoken{weight: everyOther}
	if len(want) > 0 {
		s.Lines++
		line.weight, line.wanted = 1, true
	} else {
		s.Others++
	}
	for i, x := range found {
		right := slices.ContainsFunc(want, func(url string) bool { return IDOf(url) == x.ID })
		if i == 0 {
			line.top, line.right = float64(x.Probability), right
		}
		if right {
			s.R5++
			break
		}
	}
	return line
}

// draw computes the curve.
func (s *Spoken) draw(all []spoken, cal *calibration) {
	at := func(threshold float64) Point {
		p := Point{Threshold: threshold}
		taken, right, wanted := 0.0, 0.0, 0.0
		for _, l := range all {
			if l.wanted {
				wanted++
			}
			if l.top < threshold {
				continue
			}
			taken += l.weight
			if l.right {
				right++
			}
		}
		p.Precision, p.Recall = right/max(1, taken), right/max(1, wanted)
		return p
	}
	for t := 98; t >= 2; t -= 4 {
		s.Curve = append(s.Curve, at(float64(t)/100))
	}
	s.Same, s.Related = at(float64(cal.Same)), at(float64(cal.Related))
}

// readSpoken returns the claims, and which lines make which.
func readSpoken(dir fs.FS) ([]Claim, map[string][]string, error) {
	links := make(map[string][]string)
	read := func(name string, f func(string) error) error {
		file, err := dir.Open(name)
		if err != nil {
			return fmt.Errorf("open transcripts: %w", err)
		}
		defer func() { _ = file.Close() }() // only read
		return eachLine(file, name, f)
	}
	var claims []Claim
	err := read("claims.jsonl", func(line string) error {
		var r struct {
			URL   string `json:"url"`
			Claim string `json:"claim"`
			Title string `json:"title"`
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return fmt.Errorf("no claim: %w", err)
		}
		claims = append(claims, Claim{ID: r.URL, Text: r.Claim, Title: r.Title})
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return claims, links, read("links.tsv", func(line string) error {
		p := strings.Split(line, "\t")
		if len(p) != 3 {
			return fmt.Errorf("%d fields, want transcript, line, claim", len(p))
		}
		links[p[0]+"\t"+p[1]] = append(links[p[0]+"\t"+p[1]], p[2])
		return nil
	})
}

// WriteCurve draws precision over recall as an SVG.
func (s *Spoken) WriteCurve(w io.Writer) error {
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 340" font-family="sans-serif" font-size="12">` + "\n")
	b.WriteString(`<title>Precision over recall of the best candidate, transcripts</title><path d="M50 20V300H440" fill="none" stroke="#333"/>` + "\n")
	x, y := func(v float64) float64 { return 50 + 380*v }, func(v float64) float64 { return 300 - 270*v }
	for i := 0; i <= 10; i += 2 {
		v := float64(i) / 10
		fmt.Fprintf(&b, `<text x="%.0f" y="316" text-anchor="middle">%.1f</text><text x="44" y="%.0f" text-anchor="end">%.1f</text>`+"\n", x(v), v, y(v)+4, v)
	}
	b.WriteString(`<text x="240" y="334" text-anchor="middle">recall</text><text x="14" y="160" transform="rotate(-90 14 160)" text-anchor="middle">precision</text><polyline fill="none" stroke="#0a5" stroke-width="2" points="`)
	for _, p := range s.Curve {
		fmt.Fprintf(&b, "%.1f,%.1f ", x(p.Recall), y(p.Precision))
	}
	b.WriteString("\"/>\n")
	for i, p := range [...]Point{s.Related, s.Same} {
		name := [...]string{"related", "same"}[i]
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4" fill="#a03"/><text x="%.1f" y="%.1f">%s, from %.2f</text>`+"\n", x(p.Recall), y(p.Precision), x(p.Recall)+8, y(p.Precision)-6, name, p.Threshold)
	}
	b.WriteString("</svg>\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the curve: %w", err)
	}
	return nil
}
