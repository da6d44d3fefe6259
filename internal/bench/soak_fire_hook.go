package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// receiver is a program of a partner's that is told by webhook. Now and then it dies of a message: before it has read it, or
// after it has kept what it says, and before it has answered.
type receiver struct {
	name string
	fire *fire
	addr string
	srv  *http.Server

	mu    sync.Mutex
	held  map[string]json.RawMessage
	last  map[string]int64 // of each claim
	seen  map[int64]bool
	again int   // messages that came more than once
	dies  int   // how often it may still die
	wrong error // the first thing that may not be
}

// listen starts the receivers.
func (f *fire) listen() (out []*receiver, stop func(), err error) {
	stop = func() {
		for _, r := range out {
			_ = r.srv.Close() // nothing is to be finished
		}
	}
	for i := range f.hooks {
		ln, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it is closed by stop
		if err != nil {
			stop()
			return nil, nil, err
		}
		r := &receiver{
			name: fmt.Sprintf("webhook %d", i), fire: f, addr: ln.Addr().String(), dies: 1 + f.acts/8,
			held: map[string]json.RawMessage{}, last: map[string]int64{}, seen: map[int64]bool{},
		}
		r.srv = &http.Server{Handler: r, ReadHeaderTimeout: time.Minute}
		go func() { _ = r.srv.Serve(ln) }() // until it is closed
		out = append(out, r)
	}
	return out, stop, nil
}

// allowed lets nodes send to the receivers, which are on this machine.
func allowed(told []*receiver) []string {
	var all []string
	for _, r := range told {
		all = append(all, r.addr)
	}
	return []string{"TOUCHSTONE_DEV=1", "TOUCHSTONE_FETCH_ALLOW=" + strings.Join(all, ",")}
}

func (r *receiver) url() string { return "http://" + r.addr + "/" }

// begin takes what is public before it is told of anything.
func (r *receiver) begin(ctx context.Context, base string) error {
	all, err := exported(ctx, base)
	if err != nil {
		return err
	}
	for id, claim := range all {
		if r.held[id], err = json.Marshal(claim); err != nil {
			return err
		}
	}
	return nil
}

// ServeHTTP implements http.Handler.
func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the node was killed meanwhile
	}
	if r.dead() {
		panic(http.ErrAbortHandler)
	}
	r.take(body)
	if r.dead() {
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(http.StatusNoContent)
}

// dead reports whether it dies now, as long as there is a fire.
func (r *receiver) dead() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dies == 0 || r.fire.last.Load() > 0 || rand.IntN(8) > 0 {
		return false
	}
	r.dies--
	return true
}

// take takes a message in: of one claim none may come that is older than what came before.
func (r *receiver) take(body []byte) {
	var m struct {
		Data told `json:"data"`
	}
	err := json.Unmarshal(body, &m)
	c := m.Data
	r.mu.Lock()
	defer r.mu.Unlock()
	switch before := r.last[c.ClaimID]; {
	case err != nil:
		r.wrong = errors.Join(r.wrong, fmt.Errorf("a message is no JSON: %w", err))
		return
	case c.Seq < before:
		r.wrong = errors.Join(r.wrong, fmt.Errorf("of %s came %d after %d", c.ClaimID, c.Seq, before))
		return
	case c.Seq == before:
		r.again++
	}
	r.last[c.ClaimID], r.seen[c.Seq] = c.Seq, true
	keep(r.held, c)
}

// complete waits until every change after a number has come.
func (r *receiver) complete(ctx context.Context, f *fire, after int64) error {
	for deadline := time.Now().Add(f.quiet); ; {
		r.mu.Lock()
		seen, wrong := int64(len(r.seen)), r.wrong
		r.mu.Unlock()
		if wrong != nil {
			return fmt.Errorf("%s: %w", r.name, wrong)
		}
		if want := f.last.Load() - after; seen == want {
			return nil
		} else if time.Now().After(deadline) {
			return fmt.Errorf("%s was told of %d changes of %d", r.name, seen, want)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// exported returns the claims that an export has, as the feed tells them.
func exported(ctx context.Context, base string) (map[string]any, error) {
	body, err := fetch(ctx, base+"/api/v1/export?format=ndjson", nil)
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(bytes.TrimSpace(body), []byte("\n"))
	if len(lines) < 2 || !bytes.HasPrefix(lines[len(lines)-1], []byte(`{"end":true`)) {
		return nil, errors.New("the export has no end")
	}
	out := map[string]any{}
	for _, line := range lines[1 : len(lines)-1] {
		claim, err := decoded(line)
		if err != nil {
			return nil, fmt.Errorf("a line of the export: %w", err)
		}
		delete(claim, "versions")
		delete(claim, "appearance_events")
		id, _ := claim["id"].(string)
		out[id] = claim
	}
	return out, nil
}

func decoded(text []byte) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out map[string]any
	err := d.Decode(&out)
	return out, err
}

// post sends JSON with a key; anything but 2xx is an error.
func post(ctx context.Context, url, key, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end below
	said, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("POST %s answers %s: %.300s", url, resp.Status, said)
	}
	return err
}
