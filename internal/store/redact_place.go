package store

// redactTable is a table that a redaction searches: which rows, by one list of ids, and which columns. What may stand in a
// column afterwards the database knows (redaction_places); a test holds the two lists together.
type redactTable struct {
	name    string
	columns []string
	by      redactBy
	query   string // selects the row's id as redaction_places wants it, then the columns as text
}

// redactBy says by which ids a table's rows are found.
type redactBy string

const (
	byClaims    redactBy = "claims"
	byClaimants redactBy = "claimants"
	byObjects   redactBy = "objects" // TypeIDs, in the audit log
)

const (
	ofVersions = ` JOIN verdicts vd ON vd.id = ver.verdict_id WHERE vd.claim_id = ANY ($1::uuid[])`
	ofSources  = ` JOIN sources s ON s.id = x.source_id JOIN verdict_versions ver ON ver.id = s.version_id` + ofVersions
	ofArticles = ` IN (SELECT ap.article_id FROM appearances ap WHERE ap.claim_id = ANY ($1::uuid[]))`
)

// redactTables lists what belongs to a claim, texts before the addresses and documents that repeat them. Not among them,
// because they belong to others: names of publishers, outlets and topics, labels of scales, and people.
func redactTables() []redactTable {
	return []redactTable{
		{"claims", []string{"text", "place", "why", "stage_note", "slug"}, byClaims,
			`SELECT id::text, text, place, why, stage_note, slug FROM claims WHERE id = ANY ($1::uuid[]) ORDER BY id`},
		{"claim_slugs", []string{"slug"}, byClaims,
			`SELECT claim_id || '/' || hidden_key(slug), slug FROM claim_slugs WHERE claim_id = ANY ($1::uuid[]) AND slug NOT LIKE '~%' ORDER BY claim_id, slug`},
		{"wordings", []string{"text"}, byClaims, `SELECT id::text, text FROM wordings WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"media", []string{"url", "alt"}, byClaims, `SELECT id::text, url, alt FROM media WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"claimants", []string{"name", "description", "named_reason", "same_as", "slug"}, byClaimants,
			`SELECT id::text, name, description, named_reason, same_as, slug FROM claimants WHERE id = ANY ($1::uuid[]) ORDER BY id`},
		{"articles", []string{"title", "author", "text", "platform", "handle", "etag", "last_modified", "url", "url_key", "lead_image", "archive_url", "found", "slug"}, byClaims,
			`SELECT id::text, title, author, text, platform, handle, etag, last_modified, url, url_key, lead_image, archive_url, found::text, slug FROM articles WHERE id` + ofArticles + ` ORDER BY id`},
		{"article_urls", []string{"url"}, byClaims,
			`SELECT article_id || '/' || hidden_key(url), url FROM article_urls WHERE article_id` + ofArticles + ` AND url NOT LIKE '~%' ORDER BY article_id, url`},
		{"verdicts", []string{"notice"}, byClaims, `SELECT id::text, notice FROM verdicts WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"verdict_versions", []string{"headline", "answer", "body", "what_is_true", "what_is_false", "what_is_unknown", "how_checked", "correction_note", "byline", "note",
			"review_url", "replies", "waivers", "wordings", "approved"}, byClaims,
			`SELECT ver.id::text, ver.headline, ver.answer, ver.body, ver.what_is_true, ver.what_is_false, ver.what_is_unknown, ver.how_checked, ver.correction_note, ver.byline, ver.note,
				ver.review_url, ver.replies::text, ver.waivers::text, ver.wordings::text, ver.approved FROM verdict_versions ver` + ofVersions + ` ORDER BY ver.id`},
		{"sources", []string{"url", "document", "title", "origin", "quote", "interest"}, byClaims,
			`SELECT s.id::text, s.url, s.document, s.title, s.origin, s.quote, s.interest FROM sources s JOIN verdict_versions ver ON ver.id = s.version_id` + ofVersions + ` ORDER BY s.id`},
		{"source_archives", []string{"url"}, byClaims, `SELECT x.id::text, x.url FROM source_archives x` + ofSources + ` ORDER BY x.id`},
		{"source_checks", []string{"detail"}, byClaims, `SELECT x.id::text, x.detail FROM source_checks x` + ofSources + ` ORDER BY x.id`},
		{"import_records", []string{"review_url"}, byClaims,
			`SELECT DISTINCT verdict_id || '/' || hidden_key(review_url), review_url FROM import_records WHERE claim_id = ANY ($1::uuid[]) AND review_url NOT LIKE '~%' ORDER BY 1`},
		{"appearances", []string{"quote", "quote_prefix", "quote_suffix"}, byClaims, `SELECT id::text, quote, quote_prefix, quote_suffix FROM appearances WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"appearance_listings", []string{"title"}, byClaims,
			`SELECT l.appearance_id || '/' || l.publisher_id, l.title FROM appearance_listings l LEFT JOIN appearances la ON la.id = l.appearance_id WHERE la.article_id` + ofArticles + `
				OR EXISTS (SELECT FROM appearance_events e WHERE e.appearance_id = l.appearance_id AND e.claim_id = ANY ($1::uuid[])) ORDER BY 1`},
		{"appearance_events", []string{"quote", "note", "before"}, byClaims,
			`SELECT e.id::text, e.quote, e.note, e.before::text FROM appearance_events e LEFT JOIN appearances ap ON ap.id = e.appearance_id
				WHERE coalesce(ap.claim_id, e.claim_id) = ANY ($1::uuid[]) ORDER BY e.id`},
		{"suggestions", []string{"quote", "quote_prefix", "quote_suffix", "why"}, byClaims,
			`SELECT id::text, quote, quote_prefix, quote_suffix, why::text FROM suggestions WHERE claim_id = ANY ($1::uuid[]) OR article_id` + ofArticles + ` ORDER BY id`},
		{"claim_distinctions", []string{"reason"}, byClaims, `SELECT id::text, reason FROM claim_distinctions WHERE claim_id = ANY ($1::uuid[]) OR filed_as = ANY ($1::uuid[]) ORDER BY id`},
		{"snapshots", []string{"url", "headers"}, byClaims, `SELECT id::text, url, headers::text FROM snapshots WHERE article_id` + ofArticles + ` ORDER BY id`},
		{"tips", []string{"text", "contact", "url", "answer"}, byClaims, `SELECT id::text, text, contact, url, answer FROM tips WHERE claim_id = ANY ($1::uuid[]) OR about_id = ANY ($1::uuid[]) ORDER BY id`},
		{"comments", []string{"text"}, byClaims, `SELECT id::text, text FROM comments WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"interests", []string{"reason"}, byClaims, `SELECT id::text, reason FROM interests WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"interests", []string{"reason"}, byClaimants, `SELECT id::text, reason FROM interests WHERE claimant_id = ANY ($1::uuid[]) ORDER BY id`},
		{"outlet_notices", []string{"how", "answer"}, byClaims, `SELECT id::text, how, answer FROM outlet_notices WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"confidences", []string{"reason"}, byClaims, `SELECT id::text, reason FROM confidences WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"claim_files", []string{"name"}, byClaims, `SELECT id::text, name FROM claim_files WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"proposals", []string{"reason"}, byClaims,
			`SELECT p.id::text, p.reason FROM proposals p LEFT JOIN verdicts v ON v.id = p.verdict_id WHERE coalesce(p.claim_id, v.claim_id) = ANY ($1::uuid[]) ORDER BY p.id`},
		{"proposals", []string{"reason"}, byClaimants, `SELECT id::text, reason FROM proposals WHERE claimant_id = ANY ($1::uuid[]) ORDER BY id`},
		{"verdict_submissions", []string{"approved", "notes"}, byClaims,
			`SELECT x.id::text, x.approved, x.notes::text FROM verdict_submissions x JOIN verdict_versions ver ON ver.id = x.version_id` + ofVersions + ` ORDER BY x.id`},
		{"verdict_reviews", []string{"note"}, byClaims,
			`SELECT x.verdict_id::text, x.note FROM verdict_reviews x JOIN verdicts v ON v.id = x.verdict_id WHERE v.claim_id = ANY ($1::uuid[]) ORDER BY x.verdict_id`},
		{"complaints", []string{"text", "contact", "answer", "url"}, byClaims,
			`SELECT id::text, text, contact, answer, url FROM complaints WHERE claim_id = ANY ($1::uuid[]) ORDER BY id`},
		{"claim_states", []string{"document", "note"}, byClaims,
			`SELECT claim_id || '/' || n, document, note FROM claim_states WHERE claim_id = ANY ($1::uuid[]) ORDER BY claim_id, n`},
		{"audit", []string{"details"}, byObjects, `SELECT id::text, details::text FROM audit WHERE object = ANY ($1) AND details <> '{}' ORDER BY id`},
	}
}

// redactSnapshots selects the contents kept of the claims' articles, texts first, with their articles, and whether an
// appearance among $2 quotes one of them.
const redactSnapshots = `SELECT c.id::text, array_agg(DISTINCT s.article_id::text), min(s.content_type), c.body,
		bool_or(EXISTS (SELECT FROM appearances q WHERE q.article_id = s.article_id AND q.id = ANY ($2::uuid[])))
	FROM snapshots s JOIN snapshot_contents c ON c.id = s.content_id WHERE s.article_id` + ofArticles + `
	GROUP BY c.id ORDER BY min(s.content_type) ~* 'text|html|json|xml' DESC, c.id`
