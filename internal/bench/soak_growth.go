package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	smallHouse   = 10_000 // claims that the large house is held against
	growthRounds = 7      // of both houses in turn
	growthAsks   = 200    // of each work in a round
	growthWarm   = 500    // claims whose pages are asked for, in memory in both houses
)

// growing is something that must not cost much more in a large house than in a small one.
type growing struct {
	name string
	goal float64 // most ratio of medians; 0: none stated
	ask  func(ctx context.Context, h *grownHouse) error
}

// growings are what the goals on growth name.
func growings() []growing {
	return []growing{
		{"claim page, warm", 1.5, func(ctx context.Context, h *grownHouse) error { return h.get(ctx, "/claims/"+h.pick().slug) }},
		{"claim by id, from the database", 0, func(ctx context.Context, h *grownHouse) error {
			_, err := h.f.DB.ClaimByID(ctx, h.any().id)
			return err
		}},
		{"list of 20", 1.5, func(ctx context.Context, h *grownHouse) error {
			docs, _, err := h.f.DB.ListClaims(ctx, store.ListFilter{Limit: 20, PublishedBefore: h.any().published})
			if err == nil && len(docs) != 20 {
				err = fmt.Errorf("the list has %d claims", len(docs))
			}
			return err
		}},
		{"100 changes", 1.5, func(ctx context.Context, h *grownHouse) error {
			feed, err := h.f.DB.Changes(ctx, rand.Int64N(h.head-100), 100)
			if err == nil && len(feed.Changes) != 100 {
				err = fmt.Errorf("the page of the feed has %d entries", len(feed.Changes))
			}
			return err
		}},
	}
}

// grownHouse is one of the two sides.
type grownHouse struct {
	f      *Fixture
	client *http.Client
	head   int64
	claims []claimPlace // anywhere in the house
}

type claimPlace struct {
	id        factcheck.ClaimID
	slug      string
	published time.Time
}

// soakGrowth asks a house of 10,000 claims and one of o.Claims the same, in turn, and holds the ratio of medians to the
// goals. Both are asked alone, one request at a time, by this process, and neither is durable: nothing measured writes.
func soakGrowth(ctx context.Context, o Options) (string, error) {
	if o.Claims < 2*smallHouse {
		return "", fmt.Errorf("growth from %d claims to %d says nothing; give -claims %d or more", smallHouse, o.Claims, 2*smallHouse)
	}
	return compareHouses(ctx, o, smallHouse)
}

// compareHouses fills a house of so many claims and one of o.Claims and measures them.
func compareHouses(ctx context.Context, o Options, fewer int) (found string, err error) {
	o.fast = true
	few := o
	few.Claims = fewer
	small, err := growHouse(ctx, few)
	if err != nil {
		return "", fmt.Errorf("the small house: %w", err)
	}
	defer func() { err = errors.Join(err, small.f.Close()) }()
	began := time.Now()
	large, err := growHouse(ctx, o)
	if err != nil {
		return "", fmt.Errorf("the large house: %w", err)
	}
	defer func() { err = errors.Join(err, large.f.Close()) }()
	o.say("the large house was ready after %s\n", time.Since(began).Round(time.Second))

	var told, missed []string
	for _, g := range growings() {
		grown, err := g.measure(ctx, small, large)
		if err != nil {
			return "", fmt.Errorf("%s: %w", g.name, err)
		}
		told = append(told, grown.String())
		o.say("%s\n", grown)
		if grown.missed() {
			missed = append(missed, grown.String())
		}
	}
	found = fmt.Sprintf("%d → %d claims: %s", fewer, o.Claims, strings.Join(told, "; "))
	if len(missed) > 0 {
		return found, fmt.Errorf("costs more than it may: %s", strings.Join(missed, "; "))
	}
	return found, nil
}

// pickPlaces picks claims from all over the house, but for the oldest: a list of what is older must be full.
const pickPlaces = `SELECT claim_id, slug, published_at FROM claim_documents JOIN claims ON claims.id = claim_id
	WHERE published_at > (SELECT min(published_at) + interval '1 hour' FROM claim_documents) ORDER BY md5(claim_id::text) LIMIT 20000`

// growHouse fills a house, starts the program on it and picks the claims to ask for.
func growHouse(ctx context.Context, o Options) (_ *grownHouse, err error) {
	f, err := NewFixture(ctx, o)
	if err != nil {
		return nil, err
	}
	h := &grownHouse{f: f, client: &http.Client{Timeout: time.Minute}}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if _, h.head, _, err = f.DB.Head(ctx); err != nil {
		return nil, err
	}
	rows, err := f.DB.Pool().Query(ctx, pickPlaces)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c claimPlace
		if err := rows.Scan(&c.id, &c.slug, &c.published); err != nil {
			return nil, err
		}
		h.claims = append(h.claims, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	return h, h.warm(ctx)
}

// warm has the pages that will be asked for finished.
func (h *grownHouse) warm(ctx context.Context) error {
	for _, c := range h.claims[:min(growthWarm, len(h.claims))] {
		if err := h.get(ctx, "/claims/"+c.slug); err != nil {
			return err
		}
	}
	return nil
}

func (h *grownHouse) pick() claimPlace { return h.claims[rand.IntN(min(growthWarm, len(h.claims)))] }
func (h *grownHouse) any() claimPlace  { return h.claims[rand.IntN(len(h.claims))] }

// get asks the program over a connection that is kept.
func (h *grownHouse) get(ctx context.Context, path string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.f.Base+path, nil)
	if err != nil {
		return err
	}
	resp, err := h.client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if cerr := resp.Body.Close(); err == nil {
		err = cerr
	}
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s", path, resp.Status)
	}
	return err
}

// grown is what became of a work when the house grew.
type grown struct {
	growing
	small, large time.Duration // medians
	ratio        float64       // median of the rounds' ratios
}

func (g grown) missed() bool { return g.goal > 0 && g.ratio > g.goal }

// String says it in a line.
func (g grown) String() string {
	s := fmt.Sprintf("%s %.2f × (%s → %s)", g.name, g.ratio, g.small.Round(time.Microsecond), g.large.Round(time.Microsecond))
	if g.goal > 0 {
		s += fmt.Sprintf(", goal ≤ %.1f ×", g.goal)
	}
	return s
}

// measure asks both houses in turn, round by round, after one round that does not count.
func (g growing) measure(ctx context.Context, small, large *grownHouse) (grown, error) {
	var few, many, ratios []float64
	for round := range growthRounds + 1 {
		a, err := g.round(ctx, small)
		if err != nil {
			return grown{}, err
		}
		b, err := g.round(ctx, large)
		if err != nil {
			return grown{}, err
		}
		if round > 0 {
			few, many, ratios = append(few, a), append(many, b), append(ratios, b/a)
		}
	}
	return grown{g, time.Duration(median(few)), time.Duration(median(many)), median(ratios)}, nil
}

// round returns the median of the nanoseconds that asking takes.
func (g growing) round(ctx context.Context, h *grownHouse) (float64, error) {
	took := make([]float64, growthAsks)
	for i := range took {
		began := time.Now()
		if err := g.ask(ctx, h); err != nil {
			return 0, err
		}
		took[i] = float64(time.Since(began))
	}
	return median(took), nil
}
