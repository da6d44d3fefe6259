package newsroom

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/exchange"
	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/newsroom"
)

// auditPatience is how long an export of the audit log may take.
const auditPatience = 10 * time.Minute

func (n *Newsroom) auditRoutes() []Route {
	return []Route{
		show("/newsroom/audit", n.showAudit).needs(factcheck.ManageHouse),
		show("/newsroom/audit/export", n.exportAudit).needs(factcheck.ManageHouse),
	}
}

// showAudit lists who did what and when.
func (n *Newsroom) showAudit(c *fiber.Ctx, in visitor) error {
	page := pages.AuditPage{Filter: auditFilter(c)}
	f, err := n.auditQuery(c)
	if err != nil {
		problem, ok := problemOf(err)
		if !ok {
			return err
		}
		page.Error, page.Field, f = problem.message, problem.field, store.AuditFilter{}
	}
	f.Limit = listLength + 1
	entries, err := n.cfg.Store.AuditLog(c.UserContext(), in.Actor, f)
	if err != nil {
		return err
	}
	people, err := n.cfg.Store.Persons(c.UserContext(), in.Actor)
	if err != nil {
		return err
	}
	if page.Shell, err = n.shell(c.UserContext(), in, "/newsroom/audit"); err != nil {
		return err
	}
	names := map[string]string{}
	for _, p := range people {
		page.People = append(page.People, pages.Choice{ID: p.ID.String(), Name: p.Name})
		names[p.ID.String()] = p.Name
	}
	if len(entries) > listLength {
		entries = entries[:listLength]
		page.Next = strconv.FormatInt(entries[listLength-1].ID, 10)
	}
	for _, e := range entries {
		page.Entries = append(page.Entries, auditEntry(e, names))
	}
	status := fiber.StatusOK
	if page.Error != "" {
		status = fiber.StatusBadRequest
	}
	return n.render(c, status, pages.Audit(page))
}

// auditEntry returns an act with people by their names.
func auditEntry(e store.AuditEntry, names map[string]string) pages.AuditItem {
	item := pages.AuditItem{At: e.At, Kind: string(e.Kind), Who: e.Who, Owner: e.Owner, Action: e.Action, Object: e.Object, Request: e.RequestID}
	var details map[string]any
	if json.Unmarshal([]byte(e.Details), &details) == nil {
		item.Details = pages.AuditDetails(details)
		for i := range item.Details {
			d := &item.Details[i]
			d.Before, d.Value = orElse(names[d.Before], d.Before), orElse(names[d.Value], d.Value)
		}
	}
	return item
}

func auditFilter(c *fiber.Ctx) pages.AuditFilter {
	return pages.AuditFilter{
		Person: c.Query("person"), Kind: c.Query("kind"), Action: strings.TrimSpace(c.Query("act")), Object: strings.TrimSpace(c.Query("about")), From: c.Query("from"), Until: c.Query("until"), Before: c.Query("before"),
	}
}

// auditQuery reads the filters of an address. The days are the house's, both included.
func (n *Newsroom) auditQuery(c *fiber.Ctx) (store.AuditFilter, error) {
	typed := auditFilter(c)
	f := store.AuditFilter{Kind: factcheck.ActorKind(typed.Kind), Action: typed.Action}
	var err error
	if f.Person, err = idParam[factcheck.PersonID](typed.Person); err != nil {
		return f, factcheck.Invalid("person", "there is nobody with this id")
	}
	if strings.HasPrefix(typed.Object, "claim_") {
		if f.Claim, err = idParam[factcheck.ClaimID](typed.Object); err != nil {
			return f, factcheck.Invalid("about", "this is no id of a claim")
		}
	} else {
		f.Object = typed.Object
	}
	if f.From, err = n.dayOf("from", typed.From); err != nil {
		return f, err
	}
	if f.Until, err = n.dayOf("until", typed.Until); err != nil {
		return f, err
	}
	if !f.Until.IsZero() {
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	if typed.Before != "" {
		if f.Before, err = strconv.ParseInt(typed.Before, 10, 64); err != nil || f.Before < 1 {
			return f, factcheck.Invalid("before", "this is no place in the log; begin at the top")
		}
	}
	return f, nil
}

// dayOf reads a day as its beginning in the house's zone; the empty text is none.
func (n *Newsroom) dayOf(field, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, n.zone())
	if err != nil {
		return t, factcheck.Invalid(field, "write a day as 2025-06-07")
	}
	return t, nil
}

// exportAudit sends all entries that the filters ask for, as CSV that no spreadsheet runs anything of, or as NDJSON.
func (n *Newsroom) exportAudit(c *fiber.Ctx, in visitor) error {
	f, err := n.auditQuery(c)
	if err != nil {
		return err
	}
	kind, name := "application/x-ndjson", "audit.ndjson"
	write := writeAuditLine
	if c.Query("as") != "ndjson" {
		kind, name, write = "text/csv; charset=utf-8; header=present", "audit.csv", nil
	}
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s"`, name))
	actor, db, log := in.Actor, n.cfg.Store, n.cfg.Logger
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) { // runs after the handler returned
		ctx, cancel := context.WithTimeout(context.Background(), auditPatience)
		defer cancel()
		var err error
		if write != nil {
			err = db.EachAudit(ctx, actor, f, func(e store.AuditEntry) error { return write(w, e) })
		} else {
			err = auditCSV(ctx, w, db, actor, f)
		}
		if err != nil {
			log.WarnContext(ctx, "the export of the audit log was broken off", "error", err)
		}
	})
	return nil
}

func writeAuditLine(w io.Writer, e store.AuditEntry) error {
	line, err := json.Marshal(map[string]any{
		"id": e.ID, "at": e.At, "kind": e.Kind, "who": e.Who, "for": e.Owner, "act": e.Action, "about": e.Object, "details": json.RawMessage(e.Details), "request": e.RequestID,
	})
	if err == nil {
		_, err = w.Write(append(line, '\n'))
	}
	return err
}

func auditCSV(ctx context.Context, w io.Writer, db *store.DB, actor factcheck.Actor, f store.AuditFilter) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"id", "at", "kind", "who", "for", "act", "about", "details", "request"}); err != nil {
		return err
	}
	err := db.EachAudit(ctx, actor, f, func(e store.AuditEntry) error {
		row := []string{strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339Nano), string(e.Kind), e.Who, e.Owner, e.Action, e.Object, e.Details, e.RequestID}
		for i := range row {
			row[i] = exchange.Cell(row[i])
		}
		return out.Write(row)
	})
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}
