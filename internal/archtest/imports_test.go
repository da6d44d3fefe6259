package archtest

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/touchstone-factcheck/touchstone/"

// level says how high a package stands; it may import what stands lower, and what is below its own directory. The packages
// of level 0 are pure: they know no database and no server, and may import each other.
func level(pkg string) (int, bool) {
	levels := [...][]string{
		{
			"migrations", "internal/factcheck", "internal/document", "internal/claimreview", "internal/exchange", "internal/search", "internal/match",
			"internal/canonurl", "internal/card", "internal/auth", "internal/config", "internal/observe", "internal/pgserver", "internal/task",
			"internal/httpcache", "internal/logo", "internal/mail", "internal/problem", "internal/ratelimit", "internal/redact", "internal/request",
		},
		{"internal/store", "web"},
		{"internal/live", "internal/backup", "internal/ingest", "internal/courier", "internal/export"},
		{"internal/finder", "internal/webhook"},
		{"internal/site", "internal/newsroom", "internal/api", "internal/googlecompat", "internal/mcp", "internal/jobs", "internal/demo"},
		{"internal/server"},
		{"internal/bench", "cmd"},
	}
	for n, names := range levels {
		if slices.ContainsFunc(names, func(name string) bool { return within(pkg, name) }) {
			return n, true
		}
	}
	return 0, false
}

// rooms says where a library may be imported.
func rooms() map[string][]string {
	http := []string{"internal/server", "internal/site", "internal/newsroom", "internal/api", "internal/googlecompat", "internal/mcp"}
	sql := []string{"internal/store", "internal/jobs", "internal/backup", "internal/pgserver", "internal/config", "internal/bench", "cmd"}
	return map[string][]string{
		"github.com/gofiber/":              http,
		"github.com/valyala/fasthttp":      append(slices.Clone(http), "internal/httpcache", "internal/bench"),
		"github.com/danielgtaylor/huma/":   {"internal/api"},
		"github.com/modelcontextprotocol/": {"internal/mcp"},
		"gorm.io/":                         {"internal/store"},
		"github.com/riverqueue/":           {"internal/store", "internal/jobs", "cmd"},
		"github.com/jackc/":                sql,
		"database/sql":                     sql,
		"github.com/a-h/templ":             {"web", "internal/site", "internal/newsroom", "internal/courier"},
		"github.com/wneessen/go-mail":      {"internal/mail"},
	}
}

// within reports whether pkg is dir or below it.
func within(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }

// broken returns which rules a package breaks by an import.
func broken(pkg, imported string) []string {
	var out []string
	own, ok := level(pkg)
	if !ok {
		return []string{fmt.Sprintf("%s has no place: give it a level in internal/archtest", pkg)}
	}
	if target, found := strings.CutPrefix(imported, module); found {
		its, _ := level(target)
		siblings := own == its && own != 0 && !sameRoom(pkg, target)
		if its > own || siblings {
			out = append(out, fmt.Sprintf("%s imports %s, which does not stand below it", pkg, target))
		}
		if within(pkg, "web") && its == 0 && target != "internal/factcheck" && target != "internal/document" {
			out = append(out, fmt.Sprintf("%s imports %s: pages know claims and documents, nothing else", pkg, target))
		}
		if pkg == "internal/factcheck" {
			out = append(out, fmt.Sprintf("%s imports %s: the domain knows the standard library alone", pkg, target))
		}
		return out
	}
	if pkg == "internal/factcheck" && strings.Contains(strings.Split(imported, "/")[0], ".") {
		out = append(out, fmt.Sprintf("%s imports %s: the domain knows the standard library alone", pkg, imported))
	}
	for library, where := range rooms() {
		if strings.HasPrefix(imported, library) && imported != "database/sql/driver" && !slices.ContainsFunc(where, func(dir string) bool { return within(pkg, dir) }) {
			out = append(out, fmt.Sprintf("%s imports %s, which stays in %s", pkg, imported, strings.Join(where, ", ")))
		}
	}
	return out
}

// sameRoom reports whether both packages belong to one: internal/store and internal/store/storetest, web/ui and web/site.
func sameRoom(a, b string) bool {
	room := func(pkg string) string {
		parts := strings.SplitN(pkg, "/", 3)
		if parts[0] == "internal" {
			return path.Join(parts[:2]...)
		}
		return parts[0]
	}
	return room(a) == room(b)
}

// root returns the directory of go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(filepath.Dir(dir))
}

func TestImportsGoDown(t *testing.T) {
	t.Parallel()
	top, files := root(t), 0
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); name != top && (strings.HasPrefix(base, ".") || base == "testdata" || base == "node_modules" || base == "archtest") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		rel, err := filepath.Rel(top, filepath.Dir(name))
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		files++
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			for _, rule := range broken(filepath.ToSlash(rel), imported) {
				t.Errorf("%s: %s", filepath.Base(name), rule)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("looked at %d files only", files)
	}
}

func TestRulesBite(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		pkg, imported string
		bad           bool
	}{
		{"internal/api", module + "internal/store", false},
		{"internal/api", module + "internal/site", true},
		{"internal/site", module + "internal/api", true},
		{"internal/site", module + "internal/server", true},
		{"internal/store", module + "internal/live", true},
		{"internal/store", module + "web/ui", true},
		{"internal/live", module + "internal/store", false},
		{"internal/document", module + "internal/store", true},
		{"internal/problem", module + "internal/factcheck", false},
		{"internal/factcheck", module + "internal/document", true},
		{"internal/factcheck", "github.com/google/uuid", true},
		{"internal/factcheck", "database/sql/driver", false},
		{"internal/store/storetest", module + "internal/store", false},
		{"web/site", module + "web/ui", false},
		{"web/site", module + "internal/document", false},
		{"web/site", module + "internal/httpcache", true},
		{"internal/server", module + "internal/site", false},
		{"internal/server", module + "cmd/touchstone", true},
		{"cmd/touchstone", module + "internal/server", false},
		{"internal/newsroom", module + "internal/jobs", true},
		{"internal/store", "gorm.io/gorm", false},
		{"internal/store/storetest", "github.com/jackc/pgx/v5", false},
		{"internal/site", "gorm.io/gorm", true},
		{"internal/api", "github.com/jackc/pgx/v5", true},
		{"internal/api", "database/sql", true},
		{"internal/store", "github.com/gofiber/fiber/v2", true},
		{"internal/live", "github.com/valyala/fasthttp", true},
		{"internal/httpcache", "github.com/valyala/fasthttp", false},
		{"internal/site", "github.com/riverqueue/river", true},
		{"internal/jobs", "github.com/riverqueue/river", false},
		{"internal/site", "github.com/danielgtaylor/huma/v2", true},
		{"internal/store", "github.com/a-h/templ", true},
		{"internal/helpers", "fmt", true},
	} {
		if got := broken(tt.pkg, tt.imported); (len(got) > 0) != tt.bad {
			t.Errorf("%s imports %s: got %v, want it refused: %v", tt.pkg, tt.imported, got, tt.bad)
		}
	}
}
