package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/document"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// living is what holds for all states of a page by the decisions of today.
type living struct {
	suspended map[string]string        // notices by verdict
	hidden    map[string]bool          // verdicts of publishers that are not allowed
	names     map[string][2]string     // byline and approver by verdict and version
	unlisted  map[string]bool          // appearances that only publishers who are not allowed list
	listed    map[string]listedArticle // what may be said of an article that one who is not allowed lists too, by appearance
	mistaken  map[string]time.Time     // when appearances were unlinked that had been linked by mistake
	topics    map[string]bool          // filed: that only publishers who are not allowed filed a claim under
}

// listedArticle is what may be said of a listed article today.
type listedArticle struct {
	title, language      string
	published, firstSeen *time.Time
	precision            *string // of published
}

// livingClaimant is how a claimant is named today.
type livingClaimant struct {
	name, slug string
	instead    string // of a private person's name
	foreign    bool   // who brought them here is not allowed: others are quoted in their own words
}

// mask makes the states say what may be said today: no finding and no note on it while its verdict is suspended, nothing of a publisher that
// was hidden nor what its imports brought, no article that was linked by mistake (that one was is told), no name of a private
// person, the bylines people have now. A state that was led by
// a hidden verdict is worded as the verdict that leads it then. One that shows no verdict then is left out. At most three
// round trips however many states there are, of however many claims; those of one claim stand together, oldest first.
func mask(ctx context.Context, from reading, states []State) ([]State, error) {
	keep := strings.TrimSuffix(document.Own, "/") // own addresses stay as they are stored
	docs := make([]document.Claim, len(states))
	var claims []string
	for i, s := range states {
		if i == 0 || s.Claim != states[i-1].Claim {
			claims = append(claims, s.Claim.UUID())
		}
		var err error
		if docs[i], err = document.Decode(s.Stored, keep, 0); err != nil {
			return nil, fmt.Errorf("state %d: %w", s.N, err)
		}
	}
	now, err := readLiving(ctx, from, claims)
	if err != nil {
		return nil, err
	}
	led := make([]string, len(docs)) // by which version
	for i := range docs {
		led[i] = leader(docs[i])
		now.mask(&docs[i])
	}
	if err := reword(ctx, from, docs, led); err != nil {
		return nil, err
	}
	out := states[:0]
	for i, s := range states {
		if len(docs[i].Verdicts) == 0 {
			continue
		}
		if s.Stored, err = document.Encode(docs[i]); err != nil {
			return nil, err
		}
		about := docs[i].Verdicts[0]
		if i > 0 && states[i-1].Claim == s.Claim {
			about = moved(docs[i-1], docs[i])
		}
		s.Label, s.Publisher = about.Rating.Label, ""
		if tellsFinding(s.Type, about, docs[i]) {
			s.Note = ""
		}
		if about.Origin == string(factcheck.OriginImported) {
			s.Publisher = about.Publisher.Name
		}
		out = append(out, s)
	}
	return out, nil
}

// tellsFinding reports whether the note of a state is about the finding of a verdict that is under review now: what was wrong
// in it, or why it may stand after all. The notice of a suspension is what readers are to see, and other notes are the
// program's own words.
func tellsFinding(kind factcheck.ChangeType, about document.Verdict, doc document.Claim) bool {
	suspended := func(v document.Verdict) bool { return v.State == string(factcheck.VerdictSuspended) }
	switch kind {
	case factcheck.ChangeVerdictPublished, factcheck.ChangeVerdictUpdated, factcheck.ChangeVerdictClarified, factcheck.ChangeVerdictCorrected, factcheck.ChangeVerdictRetracted:
		return suspended(about)
	case factcheck.ChangeVerdictRestored: // two masked documents may not tell which verdict it was
		return slices.ContainsFunc(doc.Verdicts, suspended)
	}
	return false
}

// moved returns the verdict that is not in the state before as it is in the state after, the leading one if all are.
func moved(before, after document.Claim) document.Verdict {
	for _, v := range after.Verdicts {
		as := func(o document.Verdict) bool { return o.ID == v.ID && o.Version == v.Version && o.State == v.State }
		if !slices.ContainsFunc(before.Verdicts, as) {
			return v
		}
	}
	return after.Verdicts[0]
}

// leader names the version that a document's claim is worded after.
func leader(doc document.Claim) string {
	if len(doc.Verdicts) == 0 {
		return ""
	}
	return versionRef(doc.Verdicts[0].ID, doc.Verdicts[0].Version)
}

// mask takes out of a document of the past what is not to be seen today.
func (l living) mask(doc *document.Claim) {
	doc.Verdicts = slices.DeleteFunc(doc.Verdicts, func(v document.Verdict) bool { return l.hidden[v.ID] })
	doc.Appearances = slices.DeleteFunc(doc.Appearances, func(a document.Appearance) bool { return l.unlisted[a.ID] })
	doc.Appearances = slices.DeleteFunc(doc.Appearances, func(a document.Appearance) bool {
		at, wrong := l.mistaken[a.ID]
		if wrong {
			doc.Withdrawn = append(doc.Withdrawn, document.WithdrawnLink{At: at.UTC()})
		}
		return wrong
	})
	doc.Topics = slices.DeleteFunc(doc.Topics, func(t document.Topic) bool { return l.topics[filed(doc.ID, t.ID)] })
	for i, a := range doc.Appearances {
		if said, ok := l.listed[a.ID]; ok {
			a.Article.Title, a.Article.Language, a.Article.PublishedAt, a.FirstSeenAt = said.title, said.language, said.published, said.firstSeen
			a.Article.PublishedPrecision = said.precision
			doc.Appearances[i] = a
		}
	}
	for i, v := range doc.Verdicts {
		if names, ok := l.names[versionRef(v.ID, v.Version)]; ok && v.Byline != "" {
			v.Byline, v.Approver = names[0], names[1]
		}
		if notice, ok := l.suspended[v.ID]; ok {
			v = v.UnderReview(notice)
			for j := range doc.Wordings { // they word the leading verdict too
				if i == 0 {
					doc.Wordings[j].Headline, doc.Wordings[j].Answer = "", ""
				}
			}
		}
		doc.Verdicts[i] = v
	}
}

// reword words the claim of each document after the verdict that leads it now, where another one did before (led), and names
// claimants as they may be named today.
func reword(ctx context.Context, from reading, docs []document.Claim, led []string) error {
	words := map[string]document.Approved{}
	for i, doc := range docs {
		if ref := leader(doc); ref != led[i] {
			words[ref] = document.Approved{}
		}
	}
	if err := readApproved(ctx, from, words); err != nil {
		return err
	}
	for i := range docs {
		if ref := leader(docs[i]); ref != "" && ref != led[i] {
			if err := rewordClaim(&docs[i], words[ref]); err != nil {
				return err
			}
		}
	}
	return nameAgain(ctx, from, docs)
}

// nameAgain names the claimants as they may be named today.
func nameAgain(ctx context.Context, from reading, docs []document.Claim) error {
	people, err := livingClaimants(ctx, from, docs)
	if err != nil {
		return err
	}
	quoted := map[string]document.Approved{}
	foreign := func(doc document.Claim) bool {
		return len(doc.Verdicts) > 0 && doc.Claimant != nil && people[doc.Claimant.ID].foreign && doc.Verdicts[0].Origin == string(factcheck.OriginImported)
	}
	for _, doc := range docs {
		if foreign(doc) {
			quoted[leader(doc)] = document.Approved{}
		}
	}
	if err := readApproved(ctx, from, quoted); err != nil {
		return err
	}
	for i, doc := range docs {
		if doc.Claimant == nil {
			continue
		}
		who, known := people[doc.Claimant.ID]
		switch {
		case who.instead != "":
			docs[i].Claimant = &document.Claimant{Name: who.instead, Kind: doc.Claimant.Kind}
		case foreign(doc):
			docs[i].Claimant = said(quoted[leader(doc)])
		case known && doc.Claimant.Slug == "": // reworded
			docs[i].Claimant = &document.Claimant{ID: doc.Claimant.ID, Name: who.name, Kind: doc.Claimant.Kind, Slug: who.slug}
		}
	}
	return nil
}

// said returns the claimant in a publisher's own words, leading nowhere; nil if it names none.
func said(a document.Approved) *document.Claimant {
	if a.Claim.Claimant == nil {
		return nil
	}
	return &document.Claimant{Name: a.Claim.Claimant.Name, Kind: a.Claim.Claimant.Kind}
}

// rewordClaim words the claim of a document as its leading verdict does.
func rewordClaim(doc *document.Claim, approved document.Approved) error {
	first := doc.Verdicts[0]
	b := building{doc: *doc}
	b.doc.Wordings = nil
	if err := b.showApproved(approved, factcheck.VerdictState(first.State), factcheck.Origin(first.Origin)); err != nil {
		return err
	}
	*doc = b.doc
	doc.Claimant = nil
	if c := approved.Claim.Claimant; c != nil {
		doc.Claimant = &document.Claimant{ID: c.ID, Name: c.Name, Kind: c.Kind}
	}
	return nil
}

func versionRef(verdict string, n int) string { return fmt.Sprintf("%s/%d", verdict, n) }

// reading is what documents are read from: the pool, or a transaction that sees one moment.
type reading interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// readLiving reads the decisions of today on what hangs on claims: five queries in one round trip.
func readLiving(ctx context.Context, from reading, claims []string) (living, error) {
	l := living{
		suspended: map[string]string{}, hidden: map[string]bool{}, names: map[string][2]string{},
		unlisted: map[string]bool{}, listed: map[string]listedArticle{}, topics: map[string]bool{}, mistaken: map[string]time.Time{},
	}
	batch := &pgx.Batch{}
	batch.Queue(`SELECT v.id, v.state, v.notice, p.allowed_at IS NULL, ver.n,
			coalesce(nullif(author.byline, ''), author.name, ver.byline), coalesce(nullif(approver.byline, ''), approver.name, '')
		FROM verdicts v JOIN publishers p ON p.id = v.publisher_id JOIN verdict_versions ver ON ver.verdict_id = v.id AND ver.n IS NOT NULL
		LEFT JOIN actors a ON a.id = ver.created_by AND ver.import_id IS NULL LEFT JOIN people author ON author.id = a.person_id
		LEFT JOIN people approver ON approver.id = ver.approved_by WHERE v.claim_id = ANY ($1::uuid[])`, claims).Query(l.readVerdicts)
	batch.Queue(`SELECT ap.id FROM appearances ap WHERE ap.claim_id = ANY ($1::uuid[]) AND NOT `+shownAppearance, claims).Query(func(rows pgx.Rows) error {
		var id factcheck.AppearanceID
		_, err := pgx.ForEachRow(rows, []any{&id}, func() error { l.unlisted[id.String()] = true; return nil })
		return err
	})
	batch.Queue(`SELECT ap.id, coalesce(nullif(a.title, ''), said.title, ''), coalesce(nullif(a.language, ''), said.language, ''), coalesce(a.published_at, said.published_at), least(ap.first_seen_at, said.first_seen_at),
		CASE WHEN a.published_at IS NULL THEN said.published_precision ELSE a.published_precision END
		FROM appearances ap JOIN articles a ON a.id = ap.article_id`+listedSaid+`WHERE ap.claim_id = ANY ($1::uuid[])
		AND EXISTS (SELECT FROM appearance_listings h JOIN publishers hp ON hp.id = h.publisher_id WHERE h.appearance_id = ap.id AND hp.allowed_at IS NULL)`, claims).Query(l.readListed)
	batch.Queue(`SELECT ct.claim_id, ct.topic_id FROM claim_topics ct JOIN publishers p ON p.id = ct.publisher_id WHERE ct.claim_id = ANY ($1::uuid[]) AND p.allowed_at IS NULL
		EXCEPT SELECT ct.claim_id, ct.topic_id FROM claim_topics ct LEFT JOIN publishers p ON p.id = ct.publisher_id WHERE ct.claim_id = ANY ($1::uuid[]) AND (ct.publisher_id IS NULL OR p.allowed_at IS NOT NULL)`, claims).Query(func(rows pgx.Rows) error {
		var claim factcheck.ClaimID
		var id factcheck.TopicID
		_, err := pgx.ForEachRow(rows, []any{&claim, &id}, func() error { l.topics[filed(claim.String(), id.String())] = true; return nil })
		return err
	})
	batch.Queue(`SELECT e.appearance_id, max(e.recorded_at) FROM appearance_events e WHERE e.claim_id = ANY ($1::uuid[]) AND e.kind = 'unlinked'
		AND NOT EXISTS (SELECT FROM appearances ap WHERE ap.id = e.appearance_id) GROUP BY 1`, claims).Query(func(rows pgx.Rows) error {
		var id factcheck.AppearanceID
		var at time.Time
		_, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error { l.mistaken[id.String()] = at; return nil })
		return err
	})
	return l, from.SendBatch(ctx, batch).Close()
}

// filed names a topic of a claim.
func filed(claim, topic string) string { return claim + " " + topic }

func (l living) readVerdicts(rows pgx.Rows) error {
	var (
		id                       factcheck.VerdictID
		state                    factcheck.VerdictState
		notice, byline, approver string
		hidden                   bool
		n                        int
	)
	_, err := pgx.ForEachRow(rows, []any{&id, &state, &notice, &hidden, &n, &byline, &approver}, func() error {
		if state == factcheck.VerdictSuspended {
			l.suspended[id.String()] = notice
		}
		l.hidden[id.String()] = hidden
		l.names[versionRef(id.String(), n)] = [2]string{byline, approver}
		return nil
	})
	return err
}

func (l living) readListed(rows pgx.Rows) error {
	defer rows.Close()
	for rows.Next() {
		var id factcheck.AppearanceID
		var a listedArticle
		if err := rows.Scan(&id, &a.title, &a.language, &a.published, &a.firstSeen, &a.precision); err != nil {
			return err
		}
		l.listed[id.String()] = a
	}
	return rows.Err()
}

// readApproved fills in the texts of versions, by verdict and number; none are asked for without a query.
func readApproved(ctx context.Context, from reading, words map[string]document.Approved) error {
	var verdicts []string
	var ns []int32
	for ref := range words {
		if id, n, ok := strings.Cut(ref, "/"); ok {
			verdict, err := factcheck.ParseVerdictID(id)
			if err != nil {
				return err
			}
			number, err := strconv.ParseInt(n, 10, 32)
			if err != nil {
				return err
			}
			verdicts, ns = append(verdicts, verdict.UUID()), append(ns, int32(number))
		}
	}
	if len(verdicts) == 0 {
		return nil
	}
	rows, err := from.Query(ctx, `SELECT ver.verdict_id, ver.n, ver.approved FROM unnest($1::uuid[], $2::int[]) AS x (verdict, n)
		JOIN verdict_versions ver ON ver.verdict_id = x.verdict AND ver.n = x.n WHERE ver.approved IS NOT NULL`, verdicts, ns)
	if err != nil {
		return err
	}
	var id factcheck.VerdictID
	var n int
	var text string
	_, err = pgx.ForEachRow(rows, []any{&id, &n, &text}, func() error {
		approved, err := document.DecodeApproved([]byte(text))
		words[versionRef(id.String(), n)] = approved
		return err
	})
	return err
}

// livingClaimants returns how the claimants of documents are named today, by id.
func livingClaimants(ctx context.Context, from reading, docs []document.Claim) (map[string]livingClaimant, error) {
	var ids []string
	for _, doc := range docs {
		if doc.Claimant == nil || doc.Claimant.ID == "" {
			continue
		}
		id, err := factcheck.ParseClaimantID(doc.Claimant.ID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id.UUID())
	}
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := from.Query(ctx, `SELECT c.id, c.name, c.slug, c.description, c.private AND c.named_approved_by IS NULL, p.id IS NOT NULL AND p.allowed_at IS NULL
		FROM claimants c LEFT JOIN publishers p ON p.id = c.publisher_id WHERE c.id = ANY ($1::uuid[])`, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]livingClaimant{}
	var (
		id          factcheck.ClaimantID
		c           livingClaimant
		description string
		private     bool
	)
	_, err = pgx.ForEachRow(rows, []any{&id, &c.name, &c.slug, &description, &private, &c.foreign}, func() error {
		c.instead = ""
		if private {
			c.instead = unnamed(description)
		}
		out[id.String()] = c
		return nil
	})
	return out, err
}
