package api_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	format "github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

var (
	convergeActs = flag.Int("converge.acts", 20, "how many acts TestFollowersEndWithThePublishedState does; make soak does thousands") //nolint:gochecknoglobals // a flag
	convergeSeed = flag.Uint64("converge.seed", 0, "what TestFollowersEndWithThePublishedState draws from; 0: another one each time")  //nolint:gochecknoglobals // a flag
)

// TestFollowersEndWithThePublishedState has a newsroom do what it likes while followers of all kinds stop anywhere and go on from
// where they were, or from before: each ends with exactly the published state, byte for byte of each claim.
func TestFollowersEndWithThePublishedState(t *testing.T) {
	t.Parallel()
	seed := *convergeSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) //nolint:gosec // any number
	}
	t.Logf("again by -converge.seed=%d", seed)
	env := storetest.New(t)
	p := serve(t, env)
	w := &newsroomAtWork{t: t, env: env, rng: rand.New(rand.NewPCG(seed, 0)), suspended: map[factcheck.VerdictID]bool{}} //nolint:gosec // it need not be secret
	for range 4 {
		w.publish()
	}
	var over atomic.Int64 // the head at the end; 0 before it
	var crowd sync.WaitGroup
	followers := []*copyist{{name: "pages"}, {name: "waiting"}, {name: "stream"}, {name: "export, then pages"}, {name: "export, then stream"}}
	for i, f := range followers {
		f.p, f.rng, f.over, f.holds = p, rand.New(rand.NewPCG(seed, uint64(i)+1)), &over, map[string]string{} //nolint:gosec // as above
		crowd.Go(func() {
			if err := f.run(t.Context()); err != nil {
				t.Errorf("%s: %v", f.name, err)
			}
		})
	}
	for range *convergeActs {
		w.act()
	}
	over.Store(p.head())
	crowd.Wait()
	truth := &copyist{name: "the end", p: p, rng: rand.New(rand.NewPCG(seed, 99)), over: &over, holds: map[string]string{}} //nolint:gosec // as above
	for done := false; !done; {
		var err error
		if done, err = truth.takeExport(t.Context(), 1<<30); err != nil {
			t.Fatal(err)
		}
	}
	if len(truth.holds) < 3 {
		t.Fatalf("the export has %d claims, of which nothing can be told", len(truth.holds))
	}
	for _, f := range followers {
		for id, want := range truth.holds {
			if f.holds[id] != want {
				t.Errorf("%s: holds of %s\n%s\nwant\n%s", f.name, id, f.holds[id], want)
			}
		}
		for id := range f.holds {
			if truth.holds[id] == "" {
				t.Errorf("%s: holds %s still, which is public no more", f.name, id)
			}
		}
	}
}

// newsroomAtWork does what a newsroom may do, at random.
type newsroomAtWork struct {
	t         *testing.T
	env       *storetest.Env
	rng       *rand.Rand
	n         int
	current   []store.Version // published, and not retracted
	retracted []store.Version
	suspended map[factcheck.VerdictID]bool
	allowed   map[string]bool // imported publishers, and whether they are shown
}

func (w *newsroomAtWork) do(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *newsroomAtWork) publish() {
	w.n++
	w.current = append(w.current, w.env.Published(w.t, fmt.Sprintf("The baker of number %d, \"Mill\" Lane %d, is a spy.", w.n, w.n), "False"))
}

// act does one thing; another where that cannot be done now.
func (w *newsroomAtWork) act() {
	w.t.Helper()
	at := w.rng.IntN(len(w.current))
	v := w.current[at]
	if w.suspended[v.Verdict] {
		id, err := w.env.DB.ProposeRestore(w.t.Context(), w.env.Checker, v.Verdict, "It holds.")
		w.do(err)
		w.do(w.env.DB.DecideProposal(w.t.Context(), w.env.Editor, id, true))
		delete(w.suspended, v.Verdict)
		return
	}
	switch w.rng.IntN(8) {
	case 0:
		w.do(w.env.DB.SuspendVerdict(w.t.Context(), w.env.Editor, v.Verdict, "We look again."))
		w.suspended[v.Verdict] = true
	case 1:
		if len(w.current) > 2 {
			w.env.Corrected(w.t, v.Verdict, factcheck.CorrectionRetraction, "We take it back.")
			w.current = append(w.current[:at:at], w.current[at+1:]...)
			w.retracted = append(w.retracted, v)
			return
		}
		w.publish()
	case 2:
		if n := len(w.retracted); n > 0 {
			w.do(w.env.DB.MergeClaims(w.t.Context(), w.env.Editor, w.retracted[n-1].Claim, v.Claim, "The same."))
			w.retracted = w.retracted[:n-1]
			return
		}
		w.publish()
	case 3:
		id, err := w.env.DB.ProposeRedaction(w.t.Context(), w.env.Checker, store.RedactionInput{Claim: v.Claim, Passage: "Lane", Class: factcheck.RedactPrivateData, Reason: "asked to"})
		if factcheck.CodeOf(err) == factcheck.CodeInvalid { // it was done before
			w.publish()
			return
		}
		w.do(err)
		w.do(w.env.DB.DecideProposal(w.t.Context(), w.env.Editor, id, true))
	case 4:
		w.turnPublisher()
	case 5:
		w.publish()
	default:
		kinds := []factcheck.CorrectionKind{factcheck.CorrectionUpdate, factcheck.CorrectionClarification, factcheck.CorrectionCorrection}
		w.env.Corrected(w.t, v.Verdict, kinds[w.rng.IntN(len(kinds))], "More is known.")
	}
}

// turnPublisher imports a check of a publisher, hides one that is shown, shows one that is hidden.
func (w *newsroomAtWork) turnPublisher() {
	ctx := w.t.Context()
	if w.allowed == nil {
		w.allowed = map[string]bool{}
	}
	site := fmt.Sprintf("checks%d.example", w.rng.IntN(2))
	shown, known := w.allowed[site]
	w.allowed[site] = !shown
	switch {
	case shown:
		_, err := w.env.DB.HidePublisher(ctx, w.env.Admin, site)
		w.do(err)
	case known:
		_, err := w.env.DB.AllowPublisher(ctx, w.env.Admin, site)
		w.do(err)
	default:
		run, err := w.env.DB.BeginImport(ctx, factcheck.Operator(), store.ImportOptions{Name: site, Format: "test", AllowPublishers: true})
		w.do(err)
		_, err = run.Add(ctx, []format.Record{{
			Publisher: format.Publisher{Name: site, Site: site}, Text: "The tower of " + site + " leans.", Language: "en", ReviewURL: "https://" + site + "/1",
			Rating: factcheck.Rating{Label: "False", Truth: factcheck.TruthFalse}, Scale: "house/1", Published: factcheck.Date{At: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC), Precision: factcheck.PrecisionDay},
		}})
		w.do(err)
		w.do(run.Finish(ctx))
	}
}

// copyist keeps a copy of what is published, and stops anywhere.
type copyist struct {
	name  string
	p     *partner
	rng   *rand.Rand
	over  *atomic.Int64
	holds map[string]string // claims as they came
	after int64             // where it is in the feed
	last  string            // claim of the export
	least int64             // smallest number seen in an export; 0 before the first
}

// run follows until the end.
func (f *copyist) run(ctx context.Context) error {
	if strings.HasPrefix(f.name, "export") {
		for done := false; !done; {
			var err error
			if done, err = f.takeExport(ctx, f.rng.IntN(4)); err != nil {
				return err
			}
		}
		f.after = f.least
	}
	for deadline := time.Now().Add(2 * time.Minute); f.over.Load() == 0 || f.after < f.over.Load(); {
		if time.Now().After(deadline) {
			return fmt.Errorf("stopped at %d", f.after)
		}
		if f.rng.IntN(6) == 0 && f.over.Load() == 0 { // it lost what it had noted of its place last
			f.after -= min(f.after-f.least, f.rng.Int64N(5))
		}
		var err error
		if strings.HasSuffix(f.name, "stream") {
			err = f.stream(ctx, 1+f.rng.IntN(6))
		} else {
			err = f.page(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// ask opens an answer; whoever breaks it off cancels.
func (f *copyist) ask(ctx context.Context, path string) (io.ReadCloser, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.p.url+"/api/v1"+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := f.p.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close() // it is of no use
		return nil, fmt.Errorf("%s: got %d", path, resp.StatusCode)
	}
	return resp.Body, nil
}

// rawChange is a change with its claim as it came.
type rawChange struct {
	Seq     int64
	ClaimID string `json:"claim_id"`
	Claim   json.RawMessage
}

// take takes a change over, which must be the next one.
func (f *copyist) take(c rawChange) error {
	if c.Seq != f.after+1 {
		return fmt.Errorf("after %d came %d", f.after, c.Seq)
	}
	f.after = c.Seq
	if bytes.Equal(c.Claim, []byte("null")) {
		delete(f.holds, c.ClaimID)
	} else {
		f.holds[c.ClaimID] = string(c.Claim)
	}
	return nil
}

// page takes a page of changes, or only the beginning of it.
func (f *copyist) page(ctx context.Context) error {
	query := "/changes?after=" + strconv.FormatInt(f.after, 10) + "&limit=" + strconv.Itoa(1+f.rng.IntN(7))
	if f.name == "waiting" {
		query += "&wait=1"
	}
	body, err := f.ask(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // it was read
	var got struct{ Data []rawChange }
	if err := json.NewDecoder(body).Decode(&got); err != nil {
		return err
	}
	stop := f.rng.IntN(8)
	for i, c := range got.Data {
		if i == stop {
			break
		}
		if err := f.take(c); err != nil {
			return err
		}
	}
	return nil
}

// stream takes up to n events and hangs up.
func (f *copyist) stream(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	body, err := f.ask(ctx, "/changes/stream?after="+strconv.FormatInt(f.after, 10))
	if err != nil {
		return err
	}
	defer func() { _ = body.Close() }() // as above
	for in := bufio.NewReader(body); n > 0 && (f.over.Load() == 0 || f.after < f.over.Load()); {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil //nolint:nilerr // nothing came for a second; it comes back
		}
		data, ok := strings.CutPrefix(line, "data: ")
		if !ok {
			continue
		}
		var c rawChange
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			return err
		}
		if err := f.take(c); err != nil {
			return err
		}
		n--
	}
	return nil
}

// takeExport takes up to n claims of an export after the last one, and reports whether that was its end.
func (f *copyist) takeExport(ctx context.Context, n int) (done bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, err := f.ask(ctx, "/export?format=ndjson&after="+f.last)
	if err != nil {
		return false, err
	}
	defer func() { _ = body.Close() }() // as above
	in := bufio.NewReader(body)
	for first := true; n >= 0; first = false {
		line, err := in.ReadString('\n')
		if err != nil {
			return false, err
		}
		var c struct {
			ID  string
			Seq int64
			End bool
		}
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			return false, err
		}
		switch {
		case first && (f.least == 0 || c.Seq < f.least):
			f.least = c.Seq
		case c.End:
			return true, nil
		case c.ID != "":
			claim, _, found := strings.Cut(line, `,"versions":[`)
			if !found {
				return false, fmt.Errorf("got the line %.200s", line)
			}
			f.holds[c.ID], f.last = claim+"}", c.ID
			n--
		}
	}
	return false, nil
}
