package match

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/touchstone-factcheck/touchstone/internal/search"
)

// Spoken says how well the lines of transcripts are matched with the claims that were checked of them. Every line is matched
// as a passage of an article. A line without a link counts as wrong when it is told a claim, although most of those that are
// told "same" do repeat a claim that was linked elsewhere or not at all: precision is what the links alone can show.
type Spoken struct {
	Transcripts int     `json:"transcripts"`
	Lines       int     `json:"labelled_lines"`
	Others      int     `json:"other_lines"`
	R5          float64 `json:"r_at_5"`  // share of labelled lines with their claim among the first five
	Curve       []Point `json:"curve"`   // from the highest threshold to the lowest
	Same        Point   `json:"same"`    // leaving one out: its thresholds are those of the other transcripts
	Related     Point   `json:"related"` // the same
	// Least and Most are the thresholds of same, and then of related, over the transcripts left out.
	Least [2]float64 `json:"least_thresholds"`
	Most  [2]float64 `json:"most_thresholds"`
}

// Point is precision and recall of the best candidate when it is taken from a probability on, and the share of lines without a
// link that are told something there.
type Point struct {
	Threshold float64 `json:"threshold"` // that of the model, or of all transcripts together
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	Others    float64 `json:"others_told"`
}

// The rules by which the thresholds of passages are set: "same" is said from the least probability at which this share of the
// lines have the link, and "related" from that which so many of the lines without a link reach.
const (
	spokenPrecision = 0.30
	spokenOthers    = 0.05
)

// spoken is a line with what was found for it.
type spoken struct {
	transcript int
	top        float64 // probability of the best candidate
	right      bool    // it is the linked one
	among      bool    // the linked one is among the first five
	wanted     bool    // it has a link
}

// thresholds sets those of passages by the rules above.
func thresholds(lines []spoken) (same, related float64) {
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b spoken) int { return cmp.Compare(b.top, a.top) })
	same, related = 1, 1
	right, others := 0.0, 0
	for _, l := range sorted {
		if !l.wanted {
			others++
		}
	}
	told := 0
	for i, l := range sorted {
		if l.right {
			right++
		}
		if !l.wanted {
			told++
		}
		if right >= spokenPrecision*float64(i+1) {
			same = l.top
		}
		if float64(told) <= spokenOthers*float64(others) {
			related = l.top
		}
	}
	return same, min(same, related)
}

// EvaluateTranscripts measures a model (nil: the committed one) on transcripts: claims.jsonl (url, claim, title), links.tsv
// (transcript, line, url) and text/*.tsv (line, speaker, sentence, label). Nothing but the two thresholds of passages is ever
// learnt from transcripts, and those that a line is measured with are set on the other transcripts.
func EvaluateTranscripts(ctx context.Context, m *Model, dir fs.FS) (*Spoken, error) {
	matcher, err := New(m)
	if err != nil {
		return nil, err
	}
	lines, n, err := matcher.hear(ctx, dir)
	if err != nil {
		return nil, err
	}
	out := &Spoken{Transcripts: n, Least: [2]float64{1, 1}}
	for _, l := range lines {
		if !l.wanted {
			out.Others++
			continue
		}
		out.Lines++
		if l.among {
			out.R5++
		}
	}
	out.R5 /= float64(max(1, out.Lines))
	for _, t := range curveAt() {
		out.Curve = append(out.Curve, measure(lines, t, func(spoken) float64 { return t }))
	}
	same, related := make([]float64, n), make([]float64, n)
	for i := range n {
		same[i], related[i] = thresholds(slices.DeleteFunc(slices.Clone(lines), func(l spoken) bool { return l.transcript == i }))
		out.Least = [2]float64{min(out.Least[0], same[i]), min(out.Least[1], related[i])}
		out.Most = [2]float64{max(out.Most[0], same[i]), max(out.Most[1], related[i])}
	}
	cal := &matcher.model.cal
	out.Same = measure(lines, float64(cal.SamePassage), func(l spoken) float64 { return same[l.transcript] })
	out.Related = measure(lines, float64(cal.RelatedPassage), func(l spoken) float64 { return related[l.transcript] })
	return out, nil
}

// curveAt are the thresholds of the curve.
func curveAt() []float64 {
	var out []float64
	for t := 99; t >= 90; t-- {
		out = append(out, float64(t)/100)
	}
	for t := 85; t >= 5; t -= 5 {
		out = append(out, float64(t)/100)
	}
	return append(out, .02)
}

// measure computes a point, with a threshold for each line.
func measure(lines []spoken, threshold float64, from func(spoken) float64) Point {
	p := Point{Threshold: threshold}
	taken, right, wanted, others := 0.0, 0.0, 0.0, 0.0
	for _, l := range lines {
		if l.wanted {
			wanted++
		}
		if l.top < from(l) {
			continue
		}
		taken++
		if l.right {
			right++
		}
		if !l.wanted {
			others++
		}
	}
	p.Precision, p.Recall = right/max(1, taken), right/max(1, wanted)
	p.Others = others / max(1, float64(len(lines))-wanted)
	return p
}

// hear matches all lines of all transcripts, and says how many transcripts there are.
func (m *Matcher) hear(ctx context.Context, dir fs.FS) ([]spoken, int, error) {
	claims, links, err := readSpoken(dir)
	if err != nil {
		return nil, 0, err
	}
	index, err := (&Dataset{Claims: claims}).Index(ctx)
	if err != nil {
		return nil, 0, err
	}
	names, err := fs.Glob(dir, "text/*.tsv")
	if err != nil || len(names) == 0 {
		return nil, 0, fmt.Errorf("find transcripts in text: %d there, %w", len(names), cmp.Or(err, fs.ErrNotExist))
	}
	heard := make([][]spoken, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			f, err := dir.Open(name)
			if err != nil {
				return fmt.Errorf("open a transcript: %w", err)
			}
			defer func() { _ = f.Close() }() // only read
			return eachLine(f, name, func(line string) error {
				p := strings.Split(line, "\t")
				if len(p) < 3 {
					return fmt.Errorf("%d fields, want line, speaker, sentence", len(p))
				}
				want := links[strings.TrimSuffix(path.Base(name), ".tsv")+"\t"+p[0]]
				heard[i] = append(heard[i], m.hearLine(index.Snapshot(), i, p[2], want))
				return ctx.Err()
			})
		})
	}
	if err := group.Wait(); err != nil {
		return nil, 0, err
	}
	return slices.Concat(heard...), len(names), nil
}

// hearLine matches a line.
func (m *Matcher) hearLine(snap *search.Snapshot, transcript int, text string, want []string) spoken {
	line := spoken{transcript: transcript, wanted: len(want) > 0}
	for i, x := range m.match(text, Options{Limit: 5, Language: "en"}, true, []*search.Snapshot{snap}) {
		right := slices.ContainsFunc(want, func(url string) bool { return IDOf(url) == x.ID })
		if i == 0 {
			line.top, line.right = float64(x.Probability), right
		}
		line.among = line.among || right
	}
	return line
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
