package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/touchstone-factcheck/touchstone/internal/match"
)

type matchCmd struct {
	Text   matchTextCmd   `cmd:"" default:"withargs" help:"Which known claims does a text make? touchstone match TEXT, or - for standard input."`
	Eval   matchEvalCmd   `cmd:"" help:"Measure how well matching finds the claims of posts."`
	Spoken matchSpokenCmd `cmd:"" name:"eval-transcripts" help:"Measure how well matching finds the checked claims of speeches and debates."`
	Train  matchTrainCmd  `cmd:"" help:"Learn the weights of matching anew; the committed ones were made so."`
}

// matchData names the files of a data set.
type matchData struct {
	Claims  string `name:"claims" required:"" placeholder:"FILE" help:"Claims, a JSON object per line: vclaim_id, vclaim, title, subtitle."`
	Queries string `name:"queries" required:"" placeholder:"FILE" help:"Posts, a line each: id, tab, text."`
	Qrels   string `name:"qrels" required:"" placeholder:"FILE" help:"Which post makes which claim, a line each: post, 0, claim, 1. Other posts are left out."`
}

type matchEvalCmd struct {
	matchData

	Weights string `name:"weights" placeholder:"FILE" help:"Weights to measure instead of the built-in ones."`
	JSON    bool   `name:"json" help:"Print the measures for machines."`
}

type matchTrainCmd struct {
	matchData

	Transcripts string `name:"transcripts" placeholder:"DIR" help:"Directory of transcripts (see eval-transcripts) to set the thresholds of passages on."`
	Output      string `name:"output" short:"o" required:"" placeholder:"FILE" help:"File to write the weights to; it is there only once it is complete."`
}

type matchSpokenCmd struct {
	Data  string `name:"data" required:"" placeholder:"DIR" help:"Directory with claims.jsonl, links.tsv and text/*.tsv."`
	Curve string `name:"curve" placeholder:"FILE" help:"Draw precision over recall as an SVG; the file is there only once it is complete."`
	JSON  bool   `name:"json" help:"Print the measures for machines."`
}

// Run measures on transcripts.
func (c *matchSpokenCmd) Run(ctx context.Context, a *app) error {
	got, err := match.EvaluateTranscripts(ctx, nil, os.DirFS(c.Data))
	if err != nil {
		return fmt.Errorf("evaluate matching of transcripts: %w", err)
	}
	if c.Curve != "" {
		if err := whole(c.Curve, got.WriteCurve); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(a.stdout, got)
	}
	rows := [][]string{
		{"Measure", "Value"},
		{"Transcripts", fmt.Sprint(got.Transcripts)},
		{"Labelled lines, others", fmt.Sprintf("%d, %d", got.Lines, got.Others)},
		{"R@5 of labelled lines", fmt.Sprintf("%.4f", got.R5)},
	}
	for i, p := range [...]match.Point{got.Same, got.Related} {
		rows = append(rows, []string{
			[...]string{"Same", "Related"}[i],
			fmt.Sprintf("from %.3f to %.3f, without the transcript at hand (%.3f in use): precision %.3f, recall %.3f, told of other lines %.2f %%",
				got.Least[i], got.Most[i], p.Threshold, p.Precision, p.Recall, 100*p.Others),
		})
	}
	return table(a.stdout, rows)
}

// Run measures.
func (c *matchEvalCmd) Run(ctx context.Context, a *app) error {
	data, err := c.read()
	if err != nil {
		return err
	}
	model, err := match.Default()
	if c.Weights != "" {
		model, err = readWeights(c.Weights)
	}
	if err != nil {
		return err
	}
	got, err := match.Evaluate(ctx, model, data)
	if err != nil {
		return fmt.Errorf("evaluate matching: %w", err)
	}
	if c.JSON {
		return printJSON(a.stdout, got)
	}
	percent := func(v float64) string { return fmt.Sprintf("%.1f %%", 100*v) }
	return table(a.stdout, [][]string{
		{"Measure", "Value"},
		{"Claims, posts", fmt.Sprintf("%d, %d", len(data.Claims), got.Queries)},
		{"MAP@5", fmt.Sprintf("%.4f", got.MAP5)},
		{"P@1", fmt.Sprintf("%.4f", got.P1)},
		{"R@10", fmt.Sprintf("%.4f", got.R10)},
		{"Posts told \"same\"", percent(got.Same)},
		{"of these, rightly", percent(got.SameRight)},
		{"Told \"same\" with the right claim removed", percent(got.SameAway)},
	})
}

// Run learns weights and writes them.
func (c *matchTrainCmd) Run(ctx context.Context, a *app) error {
	data, err := c.read()
	if err != nil {
		return err
	}
	var transcripts fs.FS
	if c.Transcripts != "" {
		transcripts = os.DirFS(c.Transcripts)
	}
	model, err := match.Train(ctx, data, transcripts)
	if err != nil {
		return fmt.Errorf("train matching: %w", err)
	}
	if err := whole(c.Output, model.Write); err != nil {
		return err
	}
	return say(a.stdout, "learnt from %d claims and %d posts; weights are in %s", len(data.Claims), len(data.Queries), c.Output)
}

// read reads the data set.
func (d *matchData) read() (*match.Dataset, error) {
	var files [3]io.Reader
	for i, path := range [...]string{d.Claims, d.Queries, d.Qrels} {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("open data: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		files[i] = f
	}
	data, err := match.ReadDataset(files[0], files[1], files[2])
	if err != nil {
		return nil, fmt.Errorf("read data: %w", err)
	}
	return data, nil
}

// readWeights reads a file of weights.
func readWeights(path string) (*match.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open weights: %w", err)
	}
	defer func() { _ = f.Close() }() // only read
	return match.ReadModel(f)
}
