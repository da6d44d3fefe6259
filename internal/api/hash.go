package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/problem"
	"github.com/touchstone-factcheck/touchstone/internal/store"
)

const (
	// leastClass is the size in bytes of the smallest answer to a private look-up; the others are twice, four times, … that.
	leastClass = 16 << 10
	// formPath is where the canonical form is written down.
	formPath = "/developers/canonical-url.txt"
)

// hashInput are the parameters of GET /url-hashes/{prefix}.
type hashInput struct {
	Prefix string `path:"prefix" pattern:"^[0-9a-f]{3,5}$" doc:"The first 3 to 5 hexadecimal digits, in lower case, of the SHA-256 of the canonical URL: the fewer, the less is told" example:"b5b1"`
}

// hashAnswer is the answer of GET /url-hashes/{prefix}.
type hashAnswer struct {
	CanonicalForm string      `json:"canonical_form" doc:"By which rules a URL is brought to the one spelling that is hashed, with their version and where they stand"`
	Data          []hashEntry `json:"data" doc:"Every canonical URL under the prefix that public claims have, by its whole hash: see whether yours is among them"`
	Padding       string      `json:"padding" doc:"Means nothing: it makes the answer one of a few sizes, 16 KiB and its doubles, so that who sees only how long it is learns little"`
}

// hashEntry is a canonical URL, by its hash, with the claims its article appears in.
type hashEntry struct {
	Hash   string      `json:"hash" doc:"SHA-256 of the canonical URL, 64 hexadecimal digits"`
	Claims []hashClaim `json:"claims"`
}

// hashClaim is a claim with how the article at the address stands to it, complete enough that nothing more needs to be asked.
type hashClaim struct {
	shortClaim
	Stance     string                      `json:"stance" enum:"makes,repeats,reports,disputes,listed" doc:"How the article stands to the claim"`
	SetBy      string                      `json:"set_by" enum:"person,import"`
	Correction document.AppearanceStanding `json:"correction"`
	Applies    bool                        `json:"applies" doc:"Whether the verdict speaks of this article, as in /lookup"`
}

func (a *API) mountHashes(h huma.API, s *schemas) {
	op := get(s, "look-up-privately", "/url-hashes/{prefix}", "Look up an address without telling it",
		"Send the first digits of the hash of an address, and find among the answers whether it is there. The prefix is in no log, no metric and no count of who took what. "+
			"The answer is padded, and may be kept by anybody for as long as its entity tag holds. What this hides and what not is said at /developers, with clients in Go and JavaScript.", reflect.TypeFor[hashAnswer]())
	huma.Register(h, op, operation(a.getHashes))
}

// getHashes serves GET /url-hashes/{prefix}. From memory, and one query for the claims that are not kept there.
func (a *API) getHashes(ctx context.Context, c *fiber.Ctx, in *hashInput) error {
	if !isPrefix(in.Prefix) {
		return problem.BadRequest(problem.Detail{Location: "path.prefix", Message: "send 3 to 5 hexadecimal digits in lower case"})
	}
	ans, err := a.kept(ctx, "hashes "+in.Prefix, func() (*answer, error) {
		data, err := a.hashEntries(ctx, in.Prefix)
		if err != nil {
			return nil, err
		}
		body, err := padded(hashAnswer{CanonicalForm: a.canonicalForm(), Data: data})
		return &answer{Content: content(body)}, err
	})
	if err != nil {
		return err
	}
	return a.send(ctx, c, ans) // without what was taken: that would tell
}

// canonicalForm names the rules.
func (a *API) canonicalForm() string {
	return "version " + strconv.Itoa(canonurl.Version) + " of the rules at " + a.cfg.PublicURL + formPath + "; the hash is the SHA-256 of that spelling in UTF-8"
}

func isPrefix(s string) bool {
	if len(s) < 3 || len(s) > 5 {
		return false
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// hashEntries returns what there is under a prefix, in the order of the hashes.
func (a *API) hashEntries(ctx context.Context, prefix string) ([]hashEntry, error) {
	list, err := a.placesUnder(ctx, prefix)
	if err != nil {
		return nil, err
	}
	items := []looked{{}}
	for _, p := range list {
		items[0].found = append(items[0].found, hit{claim: p.Claim, article: p.Article})
	}
	if err := a.readFound(ctx, items); err != nil {
		return nil, err
	}
	out := []hashEntry{}
	for i, p := range list {
		found, ok, err := hashClaimOf(items[0].found[i].doc, p.Article)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		hash := hex.EncodeToString(p.Hash[:])
		if n := len(out); n == 0 || out[n-1].Hash != hash {
			out = append(out, hashEntry{Hash: hash})
		}
		last := &out[len(out)-1]
		last.Claims = append(last.Claims, found)
	}
	return out, nil
}

// placesUnder asks the memory where that knows all that is public, or else the store.
func (a *API) placesUnder(ctx context.Context, prefix string) ([]store.Place, error) {
	if now := a.cfg.Live.State(); now.Fresh {
		if list, ok := a.cfg.Finder.PlacesUnder(prefix, now.Seq); ok {
			return list, nil
		}
	}
	list, err := a.cfg.Store.PlacesUnder(ctx, prefix)
	slices.SortFunc(list, store.Place.Compare)
	return list, err
}

// hashClaimOf returns how an article stands to a claim; false if readers do not see it there.
func hashClaimOf(claim *claimAnswer, article factcheck.ArticleID) (hashClaim, bool, error) {
	if claim == nil {
		return hashClaim{}, false, nil
	}
	var doc document.Claim
	if err := json.Unmarshal(claim.Body, &doc); err != nil {
		return hashClaim{}, false, err
	}
	for _, p := range doc.Appearances {
		if p.Article.ID == article.String() {
			return hashClaim{shortClaim: shortOf(doc), Stance: p.Stance, SetBy: p.SetBy, Correction: p.Correction,
				Applies: factcheck.VerdictApplies(factcheck.Stance(p.Stance), p.SetBy, factcheck.CorrectionState(p.Correction.State)) && stands(doc)}, true, nil
		}
	}
	return hashClaim{}, false, nil
}

// padded writes an answer in the smallest size class that holds it. What it is padded with follows from what it says, so that
// its entity tag holds, and cannot be compressed away.
func padded(ans hashAnswer) ([]byte, error) {
	body, err := json.Marshal(ans)
	if err != nil {
		return nil, err
	}
	class := leastClass
	for class < len(body) {
		class *= 2
	}
	seed := sha256.Sum256(body)
	noise := make([]byte, 0, class)
	for i := uint64(0); len(noise) < class; i++ {
		block := sha256.Sum256(binary.BigEndian.AppendUint64(seed[:], i))
		noise = append(noise, base64.RawURLEncoding.EncodeToString(block[:])...)
	}
	out := append(make([]byte, 0, class), body[:len(body)-len(`"}`)]...)
	out = append(out, noise[:class-len(body)]...)
	return append(out, `"}`...), nil
}
