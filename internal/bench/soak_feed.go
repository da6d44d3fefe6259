package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

// feedPage is the most changes that a follower asks for at once.
const feedPage = 100

// feedStall is after how long without any change seen by anybody the followers are given up.
const feedStall = time.Minute

// soakFeed lets followers read the feed over HTTP while versions are published: each must see every number once, in order.
func soakFeed(ctx context.Context, o Options) (found string, err error) {
	o.Claims = min(o.Claims, 1000) // the feed's length does not matter here
	f, err := NewFixture(ctx, o)
	if err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	o.Conns = 8 // publishers
	versions, err := f.prepare(ctx, o.Publications, 1)
	if err != nil {
		return "", err
	}
	_, head, _, err := f.DB.Head(ctx)
	if err != nil {
		return "", err
	}
	began := time.Now()
	crowd := newCrowd(f.Base, o.Followers)
	seen := newProgress(o, fmt.Sprintf("changes seen by %d followers", o.Followers), o.Followers*o.Publications)
	followed := make(chan error, 1)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { followed <- crowd.follow(ctx, head, head+int64(o.Publications), seen) }()
	if err := f.approve(ctx, o, versions); err != nil {
		cancel(err)
		return "", errors.Join(fmt.Errorf("publish: %w", err), <-followed)
	}
	published := time.Since(began)
	err = <-followed
	seen.end()
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d followers each saw %d changes, gapless and in order; published in %s, the last follower was there after %s; %d requests, %d MB, %d different pages",
		o.Followers, o.Publications, published.Round(time.Millisecond), time.Since(began).Round(time.Millisecond),
		crowd.requests.Load(), crowd.bytes.Load()>>20, crowd.pages.len()), nil
}

// crowd is many followers of one feed. They share what they parse: the same bytes are looked at once, whoever gets them.
type crowd struct {
	base            string
	n               int
	client          *fasthttp.HostClient
	pages           *seqPages
	requests, bytes atomic.Int64
}

func newCrowd(base string, n int) *crowd {
	return &crowd{base: base, n: n, pages: newSeqPages(), client: &fasthttp.HostClient{
		Addr: base[len("http://"):], MaxConns: n, ReadTimeout: time.Minute, WriteTimeout: time.Minute, MaxResponseBodySize: 64 << 20,
	}}
}

// follow returns when every follower has gone from after to last, or the first has seen something wrong.
func (c *crowd) follow(ctx context.Context, after, last int64, seen *progress) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer c.client.CloseIdleConnections()
	var total atomic.Int64
	var wg sync.WaitGroup
	for range c.n {
		wg.Go(func() {
			err := c.followOne(ctx, after, last, func(n int) {
				total.Add(int64(n))
				seen.add(n)
			})
			if err != nil {
				cancel(err)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		wg.Wait()
		close(done)
	}()
	for before := int64(-1); ; {
		select {
		case <-done:
			return context.Cause(ctx)
		case <-time.After(feedStall):
			now := total.Load()
			if now == before {
				cancel(fmt.Errorf("no follower has seen anything new for %s; %d of %d were seen", feedStall, now, int64(c.n)*(last-after)))
			}
			before = now
		}
	}
}

// followOne follows the feed from a number to another and checks that every page goes on where the one before ended.
func (c *crowd) followOne(ctx context.Context, after, last int64, saw func(n int)) error {
	req, resp := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(req)
	defer fasthttp.ReleaseResponse(resp)
	for after < last {
		if err := ctx.Err(); err != nil {
			return err
		}
		// Waiting is kept short, so that a follower notices the end of ctx.
		req.SetRequestURI(c.base + "/api/v1/changes?limit=" + strconv.Itoa(feedPage) + "&wait=5&after=" + strconv.FormatInt(after, 10))
		if err := c.client.Do(req, resp); err != nil {
			return fmt.Errorf("ask for changes after %d: %w", after, err)
		}
		if resp.StatusCode() != fasthttp.StatusOK {
			return fmt.Errorf("changes after %d: the answer is %d: %.300s", after, resp.StatusCode(), resp.Body())
		}
		c.requests.Add(1)
		c.bytes.Add(int64(len(resp.Body())))
		seqs, err := c.pages.read(resp.Body())
		if err != nil {
			return fmt.Errorf("changes after %d: %w", after, err)
		}
		if after, err = goOn(after, seqs); err != nil {
			return err
		}
		saw(len(seqs))
	}
	if after != last {
		return fmt.Errorf("the feed goes to %d; %d were published", after, last)
	}
	return nil
}

// goOn returns the last of the numbers, which must follow each other without a gap from the one after `after`.
func goOn(after int64, seqs []int64) (int64, error) {
	for _, seq := range seqs {
		if seq != after+1 {
			return after, fmt.Errorf("after %d came %d", after, seq)
		}
		after = seq
	}
	return after, nil
}

// seqPages remembers which numbers are in a page of the feed, by the hash of its bytes.
type seqPages struct {
	seed maphash.Seed
	mu   sync.RWMutex
	seqs map[uint64][]int64
}

func newSeqPages() *seqPages {
	return &seqPages{seed: maphash.MakeSeed(), seqs: map[uint64][]int64{}}
}

// read returns the numbers in a page. Documents are passed over, not decoded.
func (p *seqPages) read(body []byte) ([]int64, error) {
	key := maphash.Bytes(p.seed, body)
	p.mu.RLock()
	seqs, ok := p.seqs[key]
	p.mu.RUnlock()
	if ok {
		return seqs, nil
	}
	var page struct {
		Data []struct {
			Seq int64 `json:"seq"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, fmt.Errorf("parse a page of the feed: %w", err)
	}
	seqs = make([]int64, len(page.Data))
	for i, c := range page.Data {
		seqs[i] = c.Seq
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seqs[key] = seqs
	return seqs, nil
}

func (p *seqPages) len() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.seqs)
}
