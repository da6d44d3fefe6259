package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
)

// lookupBatch is how many addresses a partner asks for at once.
const lookupBatch = 100

// lookupPairs are 100 addresses in one request, of which every other is linked to a claim, as a platform asks for what its users
// share. The limit is what any answer costs: to read each address and hash it, on all cores, without a network. Beside it the
// same addresses are asked for one by one. What is sent is made beforehand, for both, so that what sends takes little of the machine.
func (f *Fixture) lookupPairs(o Options) []Pair {
	batch := func(ctx context.Context) (float64, error) { return f.lookUp(ctx, o, lookupBatch) }
	return []Pair{
		{Name: "look-up", Unit: "addresses/s", Limit: "each address read and hashed, on every core", Goal: 0.7, Ours: batch, Peer: func(ctx context.Context) (float64, error) { return hashAll(ctx, o), nil }},
		{Name: "look-up loop", Unit: "addresses/s", Limit: "the same addresses, a request each", Goal: 20, Ours: batch, Peer: func(ctx context.Context) (float64, error) { return f.lookUp(ctx, o, 1) }},
	}
}

// lookupKinds is how many different addresses are asked for.
const lookupKinds = 100 * lookupBatch

// lookupAddress is the i-th address that is asked for: of the fixture's articles, as people share them, and of others.
func lookupAddress(o Options, i int) string {
	n := i * 7919 % max(o.Claims, 1)
	if i%2 == 0 {
		return fmt.Sprintf("http://www.news%d.example/a/%d?utm_source=feed&fbclid=x", i/2%2, n)
	}
	return fmt.Sprintf("https://elsewhere.example/%d/story-of-today?page=2&utm_campaign=y", n)
}

// lookupBody is the request for n addresses from one on.
func lookupBody(o Options, from, n int) ([]byte, error) {
	ask := struct {
		URLs   []string `json:"urls"`
		Fields string   `json:"fields"`
	}{make([]string, n), "id,verdicts.rating"}
	for i := range ask.URLs {
		ask.URLs[i] = lookupAddress(o, from+i)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // nobody who asks writes & as \u0026
	err := enc.Encode(ask)
	return bytes.TrimSpace(b.Bytes()), err
}

// lookUp asks for so many addresses at a time, with wrk, and returns addresses per second. Before, each request is sent once, and
// it is seen that what is linked is found.
func (f *Fixture) lookUp(ctx context.Context, o Options, at int) (float64, error) {
	client := &http.Client{Timeout: time.Minute}
	defer client.CloseIdleConnections()
	var script bytes.Buffer
	script.WriteString("local bodies = {\n")
	for from := 0; from < lookupKinds; from += at {
		body, err := lookupBody(o, from, at)
		if err != nil {
			return 0, err
		}
		if at > 1 || from%100 < 2 { // one by one, a hundredth of them
			if err := f.lookUpOnce(ctx, client, body, from, at); err != nil {
				return 0, err
			}
		}
		fmt.Fprintf(&script, "[==[%s]==],\n", body)
	}
	script.WriteString(`}
local asked, n = {}, 0
function init()
  for i, body in ipairs(bodies) do asked[i] = wrk.format("POST", "/api/v1/lookup", {["Content-Type"] = "application/json", ["Host"] = wrk.host}, body) end;
end
function request()
  n = n % #asked + 1
  return asked[n]
end
`)
	path := filepath.Join(f.Dir, fmt.Sprintf("lookup%d.lua", at))
	if err := os.WriteFile(path, script.Bytes(), 0o600); err != nil {
		return 0, err
	}
	perSecond, err := wrkWith(ctx, o, f.Base, "-s", path)
	return perSecond * float64(at), err
}

// lookUpOnce sends one request, and looks whether what is linked was found.
func (f *Fixture) lookUpOnce(ctx context.Context, client *http.Client, body []byte, from, n int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.Base+"/api/v1/lookup", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("look up: %w", err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("look up: %w", err)
	}
	if found, want := bytes.Count(answer, []byte(`"status":"match"`)), (n+1-from%2)/2; resp.StatusCode != http.StatusOK || found != want {
		return fmt.Errorf("look up: %s with %d of %d found: %.300s", resp.Status, found, want, answer)
	}
	return nil
}

// hashAll reads and hashes the same addresses on every core and returns how many a second.
func hashAll(ctx context.Context, o Options) float64 {
	addresses := make([]string, lookupKinds)
	for i := range addresses {
		addresses[i] = lookupAddress(o, i)
	}
	began := time.Now()
	end := began.Add(time.Duration(o.Seconds) * time.Second)
	var done atomic.Int64
	var wg sync.WaitGroup
	for core := range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := core * 1_000; time.Now().Before(end) && ctx.Err() == nil; i += lookupBatch {
				for j := range lookupBatch {
					if a, err := canonurl.Parse(addresses[(i+j)%len(addresses)]); err == nil && a.Hash() != [32]byte{} {
						done.Add(1)
					}
				}
			}
		})
	}
	wg.Wait()
	return float64(done.Load()) / time.Since(began).Seconds()
}
