package main

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/touchstone-factcheck/touchstone/internal/canonurl"
	"github.com/touchstone-factcheck/touchstone/internal/export"
)

// exportFormats returns the formats of export, from the command itself.
func exportFormats(t *testing.T) []string {
	t.Helper()
	field, ok := reflect.TypeFor[exportCmd]().FieldByName("Format")
	if !ok || field.Tag.Get("enum") == "" {
		t.Fatal("the export command names no formats")
	}
	return strings.Split(field.Tag.Get("enum"), ",")
}

// export exports everything in a format, as the command does.
func (w *walk) export(t *testing.T, format string) answer {
	t.Helper()
	var out bytes.Buffer
	run := &exporting{app: w.service.app, db: w.DB, format: format, public: gateURL}
	if err := run.write(t.Context(), &out); err != nil {
		t.Fatalf("export as %s: %v", format, err)
	}
	kind := map[string]string{"ndjson": "application/x-ndjson", "csv": "text/csv"}[format]
	if kind == "" {
		kind = "application/ld+json"
	}
	return answer{kind: kind, raw: out.String(), body: strings.ToLower(out.String())}
}

// exports looks at every export, and reports whether one told of what is turned.
func (w *walk) exports(t *testing.T, forbidden ...string) (told bool) {
	t.Helper()
	for _, format := range exportFormats(t) {
		got := w.export(t, format)
		w.silently(t, "export "+format, got, forbidden)
		if sent := w.send(asked{method: http.MethodGet, address: "/api/v1/export?format=" + format}); timeless(format, sent.raw) != timeless(format, got.raw) {
			t.Errorf("export as %s: the command writes %d bytes, the API sends %d others", format, len(got.raw), len(sent.raw))
		}
		told = told || strings.Contains(got.body, turned)
	}
	return told
}

// editionAt is a file of the edition that the walk makes, by the clock of its database.
const editionAt = "/data/2025-06/claims.ndjson.gz"

// edition has the monthly edition made, or made again, looks at its files, and reports whether one told of what is turned.
func (w *walk) edition(t *testing.T, forbidden ...string) (told bool) {
	t.Helper()
	done(t, export.Tend(t.Context(), w.DB, gateURL, w.service.log))
	for _, address := range []string{editionAt, strings.Replace(editionAt, "ndjson", "csv", 1)} {
		got := w.send(asked{method: http.MethodGet, address: address})
		in, err := gzip.NewReader(strings.NewReader(got.raw))
		if err != nil {
			t.Fatalf("%s: got %d, %v", address, got.status, err)
		}
		text, err := io.ReadAll(in)
		done(t, err)
		w.silently(t, address, answer{kind: "text/plain", raw: string(text), body: strings.ToLower(string(text))}, forbidden)
		told = told || strings.Contains(strings.ToLower(string(text)), turned)
	}
	return told
}

// timeless is an export without its first line, which says when it was made, where there is such a line.
func timeless(format, export string) string {
	if format == "csv" {
		return export
	}
	_, rest, _ := strings.Cut(export, "\n")
	return rest
}

// outlets looks at the rows that readers are answered from: nothing hidden stands in them, so that no way out can tell it. The
// states of pages are masked when they are read.
func (w *walk) outlets(t *testing.T) {
	t.Helper()
	for name, query := range map[string]string{
		"a document": `SELECT document FROM claim_documents`, "a finished page": `SELECT convert_from(html, 'UTF8') FROM claim_pages`, "a published verdict": `SELECT to_jsonb(v)::text FROM public_verdicts v`,
		"the feed": `SELECT to_jsonb(c)::text FROM changes c`, "a background job": `SELECT args::text || coalesce(errors::text, '') FROM river_job`,
	} {
		rows, err := w.DB.Pool().Query(t.Context(), query)
		done(t, err)
		n := 0
		for rows.Next() {
			var text string
			done(t, rows.Scan(&text))
			w.silently(t, name, answer{body: strings.ToLower(text)}, []string{inside, secret, turned})
			n++
		}
		done(t, rows.Err())
		if n == 0 {
			t.Errorf("there is no row of %s to look at", name)
		}
	}
}

// hashes looks addresses up by the first digits of their hashes, and reports those of articles that are not public.
func (w *walk) hashes(t *testing.T) {
	t.Helper()
	for kind, names := range map[string][]string{"hidden": w.hidden["article urls"], "public": w.shown["article urls"]} {
		for _, address := range names {
			known, err := canonurl.Parse(address)
			done(t, err)
			sum := known.Hash()
			hash := hex.EncodeToString(sum[:])
			got := w.send(asked{method: http.MethodGet, address: "/api/v1/url-hashes/" + hash[:5]})
			if strings.Contains(got.body, hash) != (kind == "public") {
				t.Errorf("the %s article at %s: got %d, and its hash in the answer %v", kind, address, got.status, kind != "public")
			}
		}
	}
}

// unmarked are the tables that hold text and nothing hidden of it, each with the reason. Every other table with text must have a
// row with a word of the walk, or else the walk does not look for what stands in it.
func unmarked() map[string]string {
	out := map[string]string{
		"actors": "who acts, by name of the table", "claim_visits": "names of parts of a page", "notices": "what happened, in words of the program", "attempts": "hashes", "claim_desk": "words of the program",
		"second_factors": "sealed", "recovery_codes": "hashes", "used_challenges": "hashes", "budgets": "hashes and counts", "filed_once": "hashes, and answers sealed with what was sent", "key_usage": "counts", "suggestion_looks": "hashes", "redactions": "hashes and places", "snapshot_contents": "compressed; snapshots hold a word",
		"import_outcomes": "what an import made of its file, for admins", "followers": "sealed", "mails": "kinds and states", "mail_stops": "hashes",
		"webhooks": "the addresses and filters of a partner, for its key", "webhook_deliveries": "types and states", "webhook_attempts": "what a receiver answered",
		"installation": "numbers of this installation", "settings": "rules of the house", "source_checks": "answers of other servers, in words of the program",
	}
	for _, table := range []string{
		"claim_documents", "claim_states", "claim_words", "claim_pages", "public_verdicts", "changes", "feed", "house_logo", "policies", "scales", "scale_labels", "verdicts", "source_archives", "static_files", "editions", "edition_pieces", "edition_files", "edition_earlier", "edition_recalls", "counted_months", "month_counts",
	} {
		out[table] = "public"
	}
	for _, table := range []string{"goose_db_version", "river_job", "river_leader", "river_migration", "river_notification", "river_queue"} {
		out[table] = "ids and numbers"
	}
	return out
}

// marks reports tables that hold text nothing was hidden in.
func (w *walk) marks(t *testing.T) {
	t.Helper()
	rows, err := w.DB.Pool().Query(t.Context(), `SELECT DISTINCT table_name::text FROM information_schema.columns c JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND (c.data_type IN ('text', 'jsonb', 'bytea', 'character varying') OR c.udt_name = '_text') ORDER BY 1`)
	done(t, err)
	var tables []string
	for rows.Next() {
		var name string
		done(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	done(t, rows.Err())
	for _, table := range tables {
		var marked bool
		done(t, w.DB.Pool().QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM "`+table+`" x WHERE to_jsonb(x)::text ~* '`+inside+`|`+secret+`')`).Scan(&marked))
		if reason, ok := unmarked()[table]; !marked && !ok {
			t.Errorf("nothing hidden stands in the table %s: make it in leak_things_test.go with a word of its own (w.mark), or say in unmarked why its text is no secret", table)
		} else if marked && ok && reason != "public" {
			t.Errorf("%s is said to hold nothing hidden and does: take it out of unmarked", table)
		}
	}
}
