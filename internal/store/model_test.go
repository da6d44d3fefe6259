package store_test

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm/schema"

	"github.com/touchstone-factcheck/touchstone/internal/store"
	"github.com/touchstone-factcheck/touchstone/internal/store/storetest"
)

// column is a column as the schema has it, or as a model wants it.
type column struct {
	Type string // as format_type prints it
	Null bool
	Key  bool // part of the primary key
}

// sqlOnly lists the tables that no model maps, with the reason.
var sqlOnly = map[string]string{ //nolint:gochecknoglobals // the expected list
	"approvals":           "appended in one statement",
	"counted_months":      "written once, with ON CONFLICT",
	"month_counts":        "written once with its month",
	"complaints":          "written by guarded statements",
	"notices":             "appended by triggers and in sets",
	"sensitive_claims":    "marks, set and unset",
	"sensitive_topics":    "marks, set and unset",
	"submission_looks":    "appended with ON CONFLICT",
	"verdict_reviews":     "written with ON CONFLICT",
	"verdict_submissions": "written by triggers",
	"appearance_listings": "written in batches",
	"appearance_events":   "appended in the statement that changes the appearance",
	"audit":               "appended by tx.audit alone",
	"attempts":            "buckets, charged in one statement",
	"budgets":             "taken from in one function",
	"article_urls":        "written in sets with ON CONFLICT",
	"changes":             "written by append_changes alone",
	"claim_distinctions":  "written with ON CONFLICT",
	"claim_desk":          "derived by triggers, judged in sets",
	"claim_documents":     "written in batches with ON CONFLICT, read as bytes",
	"claim_files":         "bytes, kept once, read one at a time",
	"claim_pages":         "finished bytes, replaced as a whole",
	"claim_slugs":         "taken with ON CONFLICT",
	"claim_states":        "appended in the statement that counts them",
	"claim_topics":        "keys, set as a whole",
	"claim_touches":       "written by triggers",
	"claim_visits":        "one row a person, set with ON CONFLICT",
	"claim_words":         "a tsvector, made by the server",
	"comment_mentions":    "keys, written with their comment",
	"comments":            "appended, erased by one statement",
	"confidences":         "appended, forgotten by one statement",
	"entry_links":         "written once, ended by guarded statements",
	"feed":                "one row, moved by append_changes alone",
	"house_logo":          "one row, bytes, replaced as a whole",
	"claim_pulls":         "counters, written in batches",
	"feed_pulls":          "counters, written in batches",
	"key_usage":           "counters, added to in batches",
	"static_files":        "bytes, written once in a batch",
	"followers":           "written with ON CONFLICT, moved on by guarded statements",
	"mails":               "written in sets, ended by guarded statements",
	"mail_stops":          "hashes, written with ON CONFLICT",
	"filed_once":          "hashes and what is sealed, in one statement",
	"webhooks":            "moved on by guarded statements",
	"webhook_deliveries":  "written in sets, moved on by guarded statements",
	"webhook_attempts":    "written in the statement that begins them",
	"editions":            "begun and ended by two statements",
	"edition_pieces":      "bytes, written one at a time",
	"edition_files":       "sums, written with the pieces",
	"edition_earlier":     "appended with a new sum",
	"edition_recalls":     "written by recall_editions, ended in sets",
	"import_records":      "written in batches",
	"import_jobs":         "one row a file, moved on by guarded statements",
	"import_outcomes":     "appended in batches",
	"imports":             "one row a run, written by two statements",
	"installation":        "one row",
	"interests":           "appended, ended by one statement",
	"outlet_notices":      "appended, answered by one guarded statement",
	"passkeys":            "written once, used by guarded statements",
	"policies":            "appended in the statement that counts their versions",
	"proposals":           "decided by guarded statements",
	"public_verdicts":     "written in batches with the documents",
	"publishers":          "written with ON CONFLICT and guarded statements",
	"recovery_codes":      "written in sets, spent by guarded statements",
	"redaction_passes":    "opened by the redaction's function alone",
	"redactions":          "written by the redaction's function alone",
	"second_factors":      "written once, spent by guarded statements",
	"settings":            "one value a row, as JSON",
	"snapshot_contents":   "bytes, kept once",
	"snapshots":           "appended with their contents, read one at a time",
	"source_archives":     "appended with NOT EXISTS",
	"source_checks":       "appended in batches",
	"suggestion_looks":    "one row an article, written with ON CONFLICT",
	"suggestions":         "written in batches, decided by guarded statements",
	"used_challenges":     "appended with ON CONFLICT, swept",
	"version_authors":     "written by triggers",
}

// foreign lists the tables of the libraries that bring their own migrations.
func foreign(table string) bool {
	return table == "goose_db_version" || strings.HasPrefix(table, "river_")
}

func TestModelsAreTheSchema(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	tables := columnsOf(t, env.OwnerURL)
	for _, model := range store.Models() {
		table, want, err := wanted(model)
		if err != nil {
			t.Errorf("%T: %v", model, err)
			continue
		}
		if have, ok := tables[table]; !ok {
			t.Errorf("%T maps the table %s, which is not there", model, table)
		} else if diff := differences(have, want); len(diff) > 0 {
			t.Errorf("%T differs from the table %s:\n%s", model, table, strings.Join(diff, "\n"))
		}
	}
}

func TestNoTableIsForgotten(t *testing.T) {
	t.Parallel()
	env := storetest.Empty(t)
	mapped := map[string]bool{}
	for _, model := range store.Models() {
		table, _, err := wanted(model)
		if err != nil {
			t.Fatal(err)
		}
		mapped[table] = true
	}
	tables := columnsOf(t, env.OwnerURL)
	for table := range tables {
		switch {
		case foreign(table):
		case mapped[table] && sqlOnly[table] != "":
			t.Errorf("%s has a model and is listed as one without", table)
		case !mapped[table] && sqlOnly[table] == "":
			t.Errorf("%s has no model; write one, or list it in sqlOnly with the reason", table)
		}
	}
	for table := range sqlOnly {
		if _, ok := tables[table]; !ok {
			t.Errorf("%s is listed in sqlOnly and is not there", table)
		}
	}
}

// A model is a type with a TableName method; each must be in store.Models.
func TestNoModelIsForgotten(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, m := range store.Models() {
		listed[reflect.TypeOf(m).Name()] = true
	}
	declared := modelTypes(t)
	if len(declared) < 10 {
		t.Errorf("found only %d models in the source: the search is broken", len(declared))
	}
	for _, name := range declared {
		if !listed[name] {
			t.Errorf("%s is not in store.Models, so nothing holds it to the schema", name)
		}
	}
}

// modelTypes returns the types of this directory's source that have a TableName method.
func modelTypes(t *testing.T) []string {
	t.Helper()
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "TableName" {
				continue
			}
			of := f.Recv.List[0].Type
			if star, ok := of.(*ast.StarExpr); ok {
				of = star.X
			}
			if id, ok := of.(*ast.Ident); ok {
				names = append(names, id.Name)
			}
		}
	}
	return names
}

// columnsOf reads the columns of all tables.
func columnsOf(t *testing.T, url string) map[string]map[string]column {
	t.Helper()
	rows, err := sqlConn(t, url).Query(t.Context(), `
		SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull, coalesce(a.attnum = ANY (k.conkey), false)
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`)
	if err != nil {
		t.Fatal(err)
	}
	tables := map[string]map[string]column{}
	var table, name string
	var col column
	_, err = pgx.ForEachRow(rows, []any{&table, &name, &col.Type, &col.Null, &col.Key}, func() error {
		if tables[table] == nil {
			tables[table] = map[string]column{}
		}
		tables[table][name] = col
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tables
}

// wanted returns the table and columns that a model is written for.
func wanted(model any) (string, map[string]column, error) {
	s, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		return "", nil, err
	}
	columns := map[string]column{}
	for _, f := range s.Fields {
		typ, err := typeOf(f)
		if err != nil {
			return s.Table, nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		columns[f.DBName] = column{Type: typ, Null: nullable(f), Key: f.PrimaryKey}
	}
	return s.Table, columns, nil
}

// typeOf returns the column type of a field: the one in its tag, or that of its Go type, to the width.
func typeOf(f *schema.Field) (string, error) {
	if tag := f.TagSettings["TYPE"]; tag != "" {
		return tag, nil
	}
	if named, ok := reflect.New(f.IndirectFieldType).Interface().(interface{ GormDataType() string }); ok {
		return named.GormDataType(), nil
	}
	switch f.IndirectFieldType {
	case reflect.TypeFor[time.Time]():
		return "timestamp with time zone", nil
	case reflect.TypeFor[[]byte]():
		return "bytea", nil
	}
	switch f.IndirectFieldType.Kind() {
	case reflect.String:
		return "text", nil
	case reflect.Bool:
		return "boolean", nil
	case reflect.Int16:
		return "smallint", nil
	case reflect.Int32:
		return "integer", nil
	case reflect.Int64:
		return "bigint", nil
	}
	return "", fmt.Errorf("no column type is known for %s; int and uint have no width in the database", f.IndirectFieldType)
}

// nullable reports whether the model can hold NULL, and so whether the column must allow it. A pointer can, and so can an
// id and bytes, whose zero is NULL: those that must be there say so with the tag "not null".
func nullable(f *schema.Field) bool {
	if f.PrimaryKey || f.NotNull {
		return false
	}
	_, id := reflect.New(f.IndirectFieldType).Interface().(interface{ UUID() string })
	return f.FieldType.Kind() == reflect.Pointer || id || f.FieldType == reflect.TypeFor[[]byte]()
}

// differences says in words where a table and its model part.
func differences(have, want map[string]column) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(want)) {
		w := want[name]
		h, ok := have[name]
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s: the table has no such column", name))
		case h.Type != w.Type:
			out = append(out, fmt.Sprintf("%s: the table has %s, the model %s", name, h.Type, w.Type))
		case h.Null != w.Null:
			out = append(out, fmt.Sprintf("%s: NULL allowed in the table %v, in the model %v (an id or bytes that must be there: tag it not null)", name, h.Null, w.Null))
		case h.Key != w.Key:
			out = append(out, fmt.Sprintf("%s: in the table's primary key %v, in the model's %v", name, h.Key, w.Key))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(have)) {
		if _, ok := want[name]; !ok {
			out = append(out, fmt.Sprintf("%s: the model has no such column", name))
		}
	}
	return out
}

// sqlConn opens a plain connection for as long as the test runs.
func sqlConn(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) }) // the database is dropped anyway
	return conn
}
