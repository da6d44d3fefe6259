package newsroom

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
	"github.com/touchstone-factcheck/touchstone/web/ui"
)

// partnerRoutes are how partners use their keys: for editors and admins all of them, for others those that act for them.
func (n *Newsroom) partnerRoutes() []Route {
	return []Route{
		show("/newsroom/partners", n.showPartners).needs(factcheck.ReadUsage),
		show("/newsroom/partners/:key", n.showPartner).needs(factcheck.ReadUsage),
		show("/newsroom/partners/:key/usage.csv", n.sendUsage).needs(factcheck.ReadUsage),
	}
}

// showPartners lists the keys whose use the visitor may see.
func (n *Newsroom) showPartners(c *fiber.Ctx, in visitor) error {
	list, err := n.cfg.Store.Partners(c.UserContext(), in.Actor)
	if err != nil {
		return err
	}
	page := pages.PartnersPage{All: in.Actor.Role != factcheck.RoleChecker}
	if page.Shell, err = n.shell(c.UserContext(), in, "/newsroom/partners"); err != nil {
		return err
	}
	for _, p := range list {
		page.Partners = append(page.Partners, pages.PartnerItem{
			KeyItem: n.keyItem(page.Shell, p.Key), Calls: int(p.Week.Calls), Errors: int(p.Week.Errors()), P95: quantile(p.Week.Latency, .95), Near: (max(p.Week.Burst, p.Week.Daily) + 9) / 10,
		})
	}
	return n.render(c, fiber.StatusOK, pages.Partners(page))
}

// quantile returns a time that a part of the answers stayed within; below zero where none was timed.
func quantile(l factcheck.Latency, part float64) time.Duration {
	if l == (factcheck.Latency{}) {
		return -1
	}
	return l.Quantile(part)
}

// showPartner shows how a key is used.
func (n *Newsroom) showPartner(c *fiber.Ctx, in visitor) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	report := ui.Usage{Page: "/newsroom/partners/" + id.String(), Range: c.Query("range"), From: c.Query("from"), Until: c.Query("until")}
	report.CSV = report.Page + "/usage.csv"
	span, err := n.usageSpan(&report)
	status := fiber.StatusOK
	if err != nil {
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		report.Error, status = problem.message, fiber.StatusBadRequest
	}
	use, err := n.cfg.Store.KeyUsage(c.UserContext(), in.Actor, id, span)
	if err != nil {
		return err
	}
	before, err := beforeSeq(c.Query("before"))
	if err != nil {
		return err
	}
	held, err := n.cfg.Store.KeyHoldings(c.UserContext(), in.Actor, id, before)
	if err != nil {
		return err
	}
	fillUsage(&report, use)
	report.Held = heldBy(&report, held)
	page := pages.PartnerPage{Admin: factcheck.Permit(in.Actor, factcheck.ManageKeys) == nil, Report: report}
	if page.Shell, err = n.shell(c.UserContext(), in, "/newsroom/partners"); err != nil {
		return err
	}
	page.Key = n.keyItem(page.Shell, use.Key)
	return n.render(c, status, pages.Partner(page))
}

// usageSpan returns the time that a page asks for: the last day, week or month, or days, the last one included. Where it cannot be
// understood the last week is shown with what is wrong.
func (n *Newsroom) usageSpan(r *ui.Usage) (store.UsageSpan, error) {
	now := n.cfg.Now().In(n.zone())
	next := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location())
	if r.Range == "" && (r.From != "" || r.Until != "") {
		span, err := n.chosenSpan(r, next)
		if err == nil {
			r.Step = span.Step
			return span, nil
		}
		week, _ := store.UsageSpanOf(next.AddDate(0, 0, -7), next, n.zone()) // a week is a span
		r.Step = week.Step
		return week, err
	}
	from := next.AddDate(0, 0, -7)
	switch r.Range {
	case "day":
		from, next = now.Add(-23*time.Hour), now
	case "month":
		from = next.AddDate(0, 0, -30)
	default:
		r.Range = "week"
	}
	span, err := store.UsageSpanOf(from, next, n.zone())
	r.Step, r.From, r.Until = span.Step, from.Format(time.DateOnly), next.Add(-time.Nanosecond).Format(time.DateOnly)
	return span, err
}

// chosenSpan returns the days that were chosen; without an end up to today.
func (n *Newsroom) chosenSpan(r *ui.Usage, next time.Time) (store.UsageSpan, error) {
	from, err := n.dayOf("from", r.From)
	if err != nil {
		return store.UsageSpan{}, err
	}
	until, err := n.dayOf("until", r.Until)
	if err != nil {
		return store.UsageSpan{}, err
	}
	if until.IsZero() {
		until = next.AddDate(0, 0, -1)
		r.Until = until.Format(time.DateOnly)
	}
	if from.IsZero() {
		from = until
		r.From = from.Format(time.DateOnly)
	}
	return store.UsageSpanOf(from, until.AddDate(0, 0, 1), n.zone())
}

// beforeSeq reads where a list goes on; empty is its beginning.
func beforeSeq(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil || v < 1 {
		return 0, factcheck.NotFound("there is no such page of this list")
	}
	return v, nil
}

// fillUsage fills in what was counted.
func fillUsage(r *ui.Usage, use store.KeyUsage) {
	for _, row := range use.ByStep() {
		r.Steps = append(r.Steps, usageStep(row))
	}
	for _, row := range use.ByOperation() {
		r.Operations = append(r.Operations, usageStep(row))
	}
	total := use.Total()
	r.Total = usageStep(store.UsageRow{UsageCount: total})
	limit := func(name string, own, house, near int) ui.UsageLimit {
		if own > 0 {
			return ui.UsageLimit{Name: name, Quota: own, Near: near}
		}
		return ui.UsageLimit{Name: name, Quota: house, House: true, Near: near}
	}
	r.Limits = []ui.UsageLimit{limit("burst", use.Key.Burst, store.HouseBurst, total.Burst), limit("daily", use.Key.Daily, store.HouseDaily, total.Daily)}
}

func usageStep(r store.UsageRow) ui.UsageStep {
	return ui.UsageStep{
		At: r.At, Operation: string(r.Operation), Calls: int(r.Calls), Refused: int(r.Refused), Limited: int(r.Limited), Failed: int(r.Failed),
		P50: quantile(r.Latency, .5), P95: quantile(r.Latency, .95),
	}
}

// heldBy fills in what a partner holds. In the newsroom a claim leads to its page there, public or not.
func heldBy(r *ui.Usage, h store.Holdings) ui.UsageHeld {
	out := ui.UsageHeld{
		Taken: h.Taken, Outdated: h.Outdated, Followed: int(h.Followed), Head: int(h.Head), FollowedAt: h.FollowedAt, Missing: int(h.Missing), MissingAt: h.MissingAt,
	}
	for _, one := range h.List {
		out.List = append(out.List, ui.UsageClaim{
			ID: one.Claim.String(), URL: "/newsroom/claims/" + one.Claim.String(), Text: one.Text, Lang: one.Language,
			N: one.N, NowN: one.NowN, Label: one.Label, NowLabel: one.NowLabel, Given: one.Given, Changed: one.At,
		})
	}
	if h.Next > 0 {
		out.NextURL = r.Page + r.Query() + "&before=" + strconv.FormatInt(h.Next, 10) + "#held"
	}
	return out
}

// sendUsage sends the numbers of the page as CSV: a row for each step and operation, in UTC. No cell is one that a spreadsheet runs.
func (n *Newsroom) sendUsage(c *fiber.Ctx, in visitor) error {
	id, err := idParam[factcheck.KeyID](c.Params("key"))
	if err != nil {
		return err
	}
	span, err := n.usageSpan(&ui.Usage{Range: c.Query("range"), From: c.Query("from"), Until: c.Query("until")})
	if err != nil {
		return err
	}
	use, err := n.cfg.Store.KeyUsage(c.UserContext(), in.Actor, id, span)
	if err != nil {
		return err
	}
	body, err := usageCSV(use)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/csv; charset=utf-8; header=present")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="usage.csv"`)
	return c.Send(body)
}

// usageCSV writes the rows of a key's use.
func usageCSV(use store.KeyUsage) ([]byte, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.UseCRLF = true // RFC 4180
	rows := [][]string{{"begins", "step", "operation", "calls", "refused_4xx", "limited_429", "failed_5xx", "p50_ms", "p95_ms"}}
	ms := func(l factcheck.Latency, part float64) string {
		took := quantile(l, part)
		if took < 0 {
			return ""
		}
		return strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 1, 64)
	}
	for _, r := range use.Rows {
		row := []string{r.At.UTC().Format(time.RFC3339), use.Span.Step, string(r.Operation)}
		for _, count := range []int64{r.Calls, r.Refused, r.Limited, r.Failed} {
			row = append(row, strconv.FormatInt(count, 10))
		}
		rows = append(rows, append(row, ms(r.Latency, .5), ms(r.Latency, .95)))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = exchange.Cell(row[i])
		}
		if err := w.Write(row); err != nil {
			return nil, fmt.Errorf("write usage as CSV: %w", err)
		}
	}
	w.Flush()
	return out.Bytes(), nil
}
