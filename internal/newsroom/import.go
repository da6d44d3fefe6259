package newsroom

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/ingest"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

const importRuns = 30 // jobs on the page of imports

func (n *Newsroom) importRoutes() []Route {
	runs := func(r Route) Route { return r.needs(factcheck.ImportChecks) }
	again := func(c *fiber.Ctx, _ visitor) error { return see(c, "/newsroom/imports/"+c.Params("import")) }
	return []Route{
		runs(show("/newsroom/imports", n.showImports)),
		runs(do("/newsroom/imports", n.startImport)),
		show("/newsroom/imports/published", n.showPublished),
		do("/newsroom/imports/published", n.draftPublished),
		runs(show("/newsroom/imports/:import", n.showImport)),
		runs(show("/newsroom/imports/:import/state", n.tellImport)),
		runs(do("/newsroom/imports/:import/stop", n.stopImport)), runs(show("/newsroom/imports/:import/stop", again)),
		runs(do("/newsroom/imports/:import/resume", n.resumeImport)), runs(show("/newsroom/imports/:import/resume", again)),
		runs(do("/newsroom/imports/:import/again", n.importAgain)), runs(show("/newsroom/imports/:import/again", again)),
	}
}

// showImports lists the imports, with the form for one more.
func (n *Newsroom) showImports(c *fiber.Ctx, in visitor) error {
	page, err := n.importsPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Imports(page))
}

func (n *Newsroom) importsPage(c *fiber.Ctx, in visitor) (pages.ImportsPage, error) {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/imports")
	if err != nil {
		return pages.ImportsPage{}, err
	}
	page := pages.ImportsPage{Shell: shell, Now: n.cfg.Now(), Form: pages.ImportForm{Format: exchange.FormatAuto, DryRun: true}, Most: store.MaxImportFile >> 20}
	jobs, err := n.cfg.Store.ImportJobs(c.UserContext(), in.Actor, importRuns)
	if err != nil {
		return page, err
	}
	for _, j := range jobs {
		page.Jobs = append(page.Jobs, importItem(j))
	}
	page.Form.Fields = importFields(nil)
	return page, nil
}

// importFields returns the fields of a fact-check with the columns that hold them.
func importFields(columns map[string]string) []pages.ImportField {
	var out []pages.ImportField
	for _, f := range exchange.Fields() {
		out = append(out, pages.ImportField{Name: f[0], Means: f[1], Column: columns[f[0]]})
	}
	slices.SortStableFunc(out, func(a, b pages.ImportField) int { // those that nothing can do without first
		return cmp.Compare(needed(a.Name), needed(b.Name))
	})
	return out
}

// needed orders the fields of a fact-check.
func needed(field string) int {
	if i := slices.Index([]string{"claim", "url", "label"}, field); i >= 0 {
		return i
	}
	return 3
}

// importColumns reads which column holds what.
func importColumns(f form) map[string]string {
	columns := map[string]string{}
	for _, field := range exchange.Fields() {
		if column := f.line("map." + field[0]); column != "" {
			columns[field[0]] = column
		}
	}
	return columns
}

func importItem(j store.ImportJob) pages.ImportItem {
	item := pages.ImportItem{
		ID: j.ID.String(), Name: j.File.Name, State: j.State, Stopping: j.Stopping, Format: j.Format, DryRun: j.File.DryRun, Kept: j.Kept, Size: j.Size, Place: j.Read,
		Read: j.Counts.Read, Created: j.Counts.Created, Updated: j.Counts.Updated, Unchanged: j.Counts.Unchanged, Rejected: j.Counts.Rejected, Problem: j.Problem, By: j.By, At: j.CreatedAt,
	}
	if j.FinishedAt != nil {
		item.FinishedAt = *j.FinishedAt
	}
	return item
}

// startImport takes a file in and begins to read it in the background.
func (n *Newsroom) startImport(c *fiber.Ctx, in visitor, f form) error {
	file := store.ImportFile{Format: f.get("format"), Publisher: f.line("publisher"), Legacy: f.get("legacy") == "yes", AllowPublishers: f.get("allow") == "yes", DryRun: f.get("dry_run") == "yes", Map: importColumns(f)}
	var err error
	if list := f.files["file"]; len(list) > 0 {
		file.Name = list[0].Filename
	}
	if file.Content, err = f.file("file", store.MaxImportFile); err == nil {
		var id factcheck.ImportID
		if id, err = n.cfg.Store.StartImport(c.UserContext(), in.Actor, file); err == nil {
			return see(c, "/newsroom/imports/"+id.String())
		}
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	page, perr := n.importsPage(c, in)
	if perr != nil {
		return perr
	}
	form := &page.Form
	form.Format, form.Publisher, form.Legacy, form.Allow, form.DryRun = file.Format, file.Publisher, file.Legacy, file.AllowPublishers, file.DryRun
	form.Fields = importFields(file.Map)
	form.Error, form.Field, form.LostFile = problem.message, problem.field, len(f.files["file"]) > 0
	return n.render(c, problem.status, pages.Imports(page))
}

// showImport serves a job: how far it is, and what became of its records.
func (n *Newsroom) showImport(c *fiber.Ctx, in visitor) error {
	page, err := n.importPage(c, in)
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Import(page))
}

func (n *Newsroom) importPage(c *fiber.Ctx, in visitor) (pages.ImportPage, error) {
	id, err := idParam[factcheck.ImportID](c.Params("import"))
	if err != nil {
		return pages.ImportPage{}, err
	}
	job, err := n.cfg.Store.ImportJob(c.UserContext(), in.Actor, id)
	if err != nil {
		return pages.ImportPage{}, err
	}
	shell, err := n.shell(c.UserContext(), in, "/newsroom/imports")
	if err != nil {
		return pages.ImportPage{}, err
	}
	page := pages.ImportPage{Shell: shell, ImportItem: importItem(job), Only: c.Query("only"), Fields: importFields(job.File.Map)}
	if page.Over() && job.Kept {
		if page.Columns, err = n.cfg.Store.ImportColumns(c.UserContext(), in.Actor, id); err != nil {
			return page, err
		}
	}
	after, err := strconv.ParseInt(orElse(c.Query("after"), "0"), 10, 64)
	if err != nil || after < 0 {
		return page, factcheck.Invalid("after", "this is no place in the list; begin at the top")
	}
	records, err := n.cfg.Store.ImportOutcomes(c.UserContext(), in.Actor, id, store.OutcomeKind(page.Only), after, store.MaxPage)
	if err != nil {
		return page, err
	}
	page.Later = after > 0
	if len(records) == store.MaxPage {
		page.Next = strconv.FormatInt(records[len(records)-1].N, 10)
	}
	for _, r := range records {
		page.Records = append(page.Records, pages.ImportRecord{Line: r.Line, Outcome: string(r.Outcome), Text: r.Text, Reason: sentence(r.Reason), Notes: r.Notes})
	}
	return page, nil
}

// tellImport tells a script how far a job is.
func (n *Newsroom) tellImport(c *fiber.Ctx, in visitor) error {
	id, err := idParam[factcheck.ImportID](c.Params("import"))
	if err != nil {
		return err
	}
	job, err := n.cfg.Store.ImportJob(c.UserContext(), in.Actor, id)
	if err != nil {
		return err
	}
	item := importItem(job)
	return c.JSON(map[string]any{"over": item.Over(), "percent": item.Percent(), "text": item.Counted()})
}

// importActs does something to a job and leads back to it, or says there why it was not done; columns are those that were chosen.
func (n *Newsroom) importActs(c *fiber.Ctx, in visitor, columns map[string]string, do func(factcheck.ImportID) (factcheck.ImportID, error)) error {
	id, err := idParam[factcheck.ImportID](c.Params("import"))
	if err != nil {
		return err
	}
	next, err := do(id)
	if err == nil {
		return see(c, "/newsroom/imports/"+next.String())
	}
	problem, ok := problemOf(err)
	if !ok || factcheck.CodeOf(err) == factcheck.CodeNotFound {
		return err
	}
	page, perr := n.importPage(c, in)
	if perr != nil {
		return perr
	}
	page.Error = problem.message
	if columns != nil {
		page.Fields = importFields(columns)
	}
	return n.render(c, problem.status, pages.Import(page))
}

func (n *Newsroom) stopImport(c *fiber.Ctx, in visitor, _ form) error {
	return n.importActs(c, in, nil, func(id factcheck.ImportID) (factcheck.ImportID, error) {
		return id, n.cfg.Store.StopImport(c.UserContext(), in.Actor, id)
	})
}

func (n *Newsroom) resumeImport(c *fiber.Ctx, in visitor, _ form) error {
	return n.importActs(c, in, nil, func(id factcheck.ImportID) (factcheck.ImportID, error) {
		return id, n.cfg.Store.ResumeImport(c.UserContext(), in.Actor, id)
	})
}

// importAgain imports the file of a job for real, or tries it with other columns.
func (n *Newsroom) importAgain(c *fiber.Ctx, in visitor, f form) error {
	var columns map[string]string
	if f.get("columns") == "yes" {
		columns = importColumns(f)
	}
	return n.importActs(c, in, columns, func(id factcheck.ImportID) (factcheck.ImportID, error) {
		return n.cfg.Store.AgainImport(c.UserContext(), in.Actor, id, columns != nil, columns)
	})
}

// showPublished serves the form for a fact-check that stands on the house's own site already.
func (n *Newsroom) showPublished(c *fiber.Ctx, in visitor) error {
	shell, err := n.shell(c.UserContext(), in, "/newsroom/claims/new")
	if err != nil {
		return err
	}
	return n.render(c, fiber.StatusOK, pages.Published(pages.PublishedPage{Shell: shell, URL: c.Query("url")}))
}

// draftPublished reads the page and makes a draft of what it states.
func (n *Newsroom) draftPublished(c *fiber.Ctx, in visitor, f form) error {
	page := pages.PublishedPage{URL: f.line("url")}
	err := n.draftFrom(c, in, &page)
	if err == nil {
		return see(c, pages.ClaimPath(page.Claim))
	}
	problem, ok := problemOf(err)
	if !ok {
		return err
	}
	if i := strings.Index(problem.message, "claim_"); i >= 0 && len(problem.message) >= i+32 && factcheck.CodeOf(err) == factcheck.CodeConflict {
		page.Claim = problem.message[i : i+32]
		problem.message = "This claim is here already. Go on with that one."
	}
	shell, serr := n.shell(c.UserContext(), in, "/newsroom/claims/new")
	if serr != nil {
		return serr
	}
	page.Shell, page.Error = shell, problem.message
	return n.render(c, problem.status, pages.Published(page))
}

func (n *Newsroom) draftFrom(c *fiber.Ctx, in visitor, page *pages.PublishedPage) error {
	if !isAddress(page.URL) {
		return factcheck.Invalid("url", "give the address of the page, beginning with https://")
	}
	known, err := n.cfg.Store.FindArticle(c.UserContext(), in.Actor, page.URL)
	article := known.ID
	if factcheck.CodeOf(err) == factcheck.CodeNotFound {
		var taken ingest.Taken
		taken, err = n.cfg.Intake.URL(c.UserContext(), in.Actor, page.URL)
		article = taken.Article
	}
	if err != nil {
		return err
	}
	page.Article = article.String()
	claim, err := n.cfg.Store.DraftFromPage(c.UserContext(), in.Actor, article)
	page.Claim = claim.String()
	return err
}
