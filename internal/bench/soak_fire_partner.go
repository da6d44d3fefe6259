package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// told is one change as a partner gets it.
type told struct {
	Seq     int64           `json:"seq"`
	ClaimID string          `json:"claim_id"`
	Claim   json.RawMessage `json:"claim"`
}

// partner is a program of a partner's that follows the feed. It is killed every now and then, in the middle of whatever it does,
// and goes on from what it had saved.
type partner struct {
	fire  *fire
	name  string
	sse   bool // by server-sent events, else by long-poll
	apart bool // it saves claims at once and its position now and then: it is told again what it has

	client *http.Client
	node   int
	lives  int

	epoch string
	after int64
	held  map[string]json.RawMessage

	savedAfter int64
	saved      map[string]json.RawMessage
}

func newPartner(f *fire, i int) *partner {
	p := &partner{fire: f, sse: i%2 == 0, apart: i%4 < 2, node: i % 2, held: map[string]json.RawMessage{}, saved: map[string]json.RawMessage{}, client: &http.Client{Transport: &http.Transport{}}}
	p.name = fmt.Sprintf("partner %d by long-poll", i)
	if p.sse {
		p.name = fmt.Sprintf("partner %d by server-sent events", i)
	}
	return p
}

// wrongError is what no follower may be told.
type wrongError struct{ said string }

// Error implements error.
func (e *wrongError) Error() string { return e.said }

// follow lives until everything is seen. The error says what was wrong with what it was told, or that ctx has ended.
func (p *partner) follow(ctx context.Context) error {
	defer p.client.CloseIdleConnections()
	for {
		if last := p.fire.last.Load(); last > 0 && p.after == last {
			return nil
		}
		err := p.live(ctx)
		if wrong, ok := errors.AsType[*wrongError](err); ok {
			return fmt.Errorf("%s: %w", p.name, wrong)
		}
		if ctx.Err() != nil {
			return nil // why is told elsewhere
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			p.node = 1 - p.node // it does not answer: the other one does
			<-time.After(20 * time.Millisecond)
		}
		p.after = p.savedAfter
		if !p.apart {
			p.held = maps.Clone(p.saved)
		}
	}
}

// live follows until it is killed, the node is gone, or everything is seen.
func (p *partner) live(ctx context.Context) error {
	p.lives++
	life := time.Duration(50+rand.IntN(1000)) * time.Millisecond
	if p.fire.last.Load() > 0 {
		life = 20 * time.Second // nobody is killed any more
	}
	ctx, die := context.WithTimeout(ctx, life)
	defer die()
	for p.fire.last.Load() == 0 || p.after < p.fire.last.Load() {
		follow := p.poll
		if p.sse {
			follow = p.stream
		}
		if err := follow(ctx); err != nil {
			return err
		}
	}
	p.save()
	return nil
}

// take takes a change in, which must be the next, and saves now and then.
func (p *partner) take(c told) error {
	if c.Seq != p.after+1 {
		return &wrongError{fmt.Sprintf("after %d came %d", p.after, c.Seq)}
	}
	p.after = c.Seq
	keep(p.held, c)
	if rand.IntN(4) == 0 {
		p.save()
	}
	return nil
}

func (p *partner) save() {
	p.savedAfter = p.after
	if !p.apart {
		p.saved = maps.Clone(p.held)
	}
}

// keep does with what is held of a claim what a change says.
func keep(held map[string]json.RawMessage, c told) {
	if bytes.Equal(c.Claim, []byte("null")) {
		delete(held, c.ClaimID)
		return
	}
	held[c.ClaimID] = c.Claim
}

// ask sends a request to the partner's node.
func (p *partner) ask(ctx context.Context, path, lastID string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.fire.nodes[p.node].Load().Base+path, nil)
	if err != nil {
		return nil, err
	}
	if lastID != "" {
		req.Header.Set("Last-Event-ID", lastID)
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 300)) // it only helps to see
		_ = resp.Body.Close()                                 // nothing more is read
		if resp.StatusCode == http.StatusServiceUnavailable {
			return nil, fmt.Errorf("the node is not there: %s", body)
		}
		return nil, &wrongError{fmt.Sprintf("%s answers %s: %s", path, resp.Status, body)}
	}
	return resp, nil
}

// poll asks once for what comes next, waiting for it.
func (p *partner) poll(ctx context.Context) error {
	resp, err := p.ask(ctx, "/api/v1/changes?limit=20&wait=5&epoch="+p.epoch+"&after="+strconv.FormatInt(p.after, 10), "")
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end below
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var page struct {
		Epoch string `json:"epoch"`
		Data  []told `json:"data"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return &wrongError{fmt.Sprintf("a page of the feed is no JSON: %v", err)}
	}
	p.epoch = page.Epoch
	for _, c := range page.Data {
		if err := p.take(c); err != nil {
			return err
		}
	}
	return nil
}

// stream follows one stream until it ends.
func (p *partner) stream(ctx context.Context) error {
	lastID := ""
	if p.epoch != "" {
		lastID = p.epoch + ":" + strconv.FormatInt(p.after, 10)
	}
	resp, err := p.ask(ctx, "/api/v1/changes/stream", lastID)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it is left in the middle
	lines := bufio.NewReaderSize(resp.Body, 64<<10)
	var id string
	for p.fire.last.Load() == 0 || p.after < p.fire.last.Load() {
		line, err := lines.ReadString('\n')
		if errors.Is(err, io.EOF) {
			return nil // it comes back
		}
		if err != nil {
			return err
		}
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		switch name {
		case "id":
			id = value
		case "data":
			var c told
			if err := json.Unmarshal([]byte(value), &c); err != nil {
				return &wrongError{fmt.Sprintf("an event is no JSON: %v", err)}
			}
			epoch, seq, _ := strings.Cut(id, ":")
			if seq != strconv.FormatInt(c.Seq, 10) {
				return &wrongError{fmt.Sprintf("the event %q has the change %d", id, c.Seq)}
			}
			p.epoch = epoch
			if err := p.take(c); err != nil {
				return err
			}
		}
	}
	return nil
}
