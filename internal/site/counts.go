package site

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
	"github.com/touchstone-factcheck/touchstone/internal/httpcache"
	"github.com/touchstone-factcheck/touchstone/internal/store"
	pages "github.com/touchstone-factcheck/touchstone/web/site"
)

// The page of the public counts by month, and the same as files.
const (
	countsPath = dataPath + "/counts"
	countsJSON = dataPath + "/counts.json"
	countsCSV  = dataPath + "/counts.csv"
)

// countsRule stands in the JSON, for those who read it alone.
const countsRule = "null is fewer than 5, which may be none; no sums over cells are published; a month is counted three days after its end, by UTC, and does not change"

// countedMonth is a month in the JSON; null stands for fewer than factcheck.CountFloor.
type countedMonth struct {
	Month     string          `json:"month"` // 2026-10
	CountedAt string          `json:"counted_at"`
	Tips      map[string]*int `json:"tips"`
	Declines  map[string]*int `json:"declines"`
	Selection map[string]*int `json:"selection"`
}

func (m *countedMonth) table(name string) map[string]*int {
	switch name {
	case factcheck.CountTips:
		return m.Tips
	case factcheck.CountDeclines:
		return m.Declines
	}
	return m.Selection
}

// showCounts serves /data/counts. It is made anew each time, for no entry of the change feed says that a month was counted.
func (s *Site) showCounts(c *fiber.Ctx) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	months, err := s.cfg.Store.MonthCounts(c.UserContext())
	if err != nil {
		return err
	}
	page := pages.CountsPage{Shell: s.shell(h, countsPath), Canonical: s.absolute(countsPath), JSON: countsJSON, CSV: countsCSV, Floor: factcheck.CountFloor}
	for _, m := range months {
		one := pages.CountedMonth{ID: "m" + m.Month.Format("2006-01"), Month: page.Date(factcheck.Date{At: m.Month, Precision: factcheck.PrecisionMonth}), CountedAt: page.Day(m.CountedAt)}
		for _, cell := range m.Cells {
			one.Add(cell)
		}
		page.Months = append(page.Months, one)
	}
	return s.render(c, pages.Counts(page))
}

// countsAsJSON serves /data/counts.json.
func (s *Site) countsAsJSON(c *fiber.Ctx) error {
	return s.sendCounts(c, "application/json", func(licence string, months []store.MonthCounts) ([]byte, error) {
		out := struct {
			Licence string         `json:"licence,omitempty"`
			Rule    string         `json:"rule"`
			Months  []countedMonth `json:"months"` // newest first
		}{licence, countsRule, []countedMonth{}}
		for _, m := range months {
			one := countedMonth{m.Month.Format("2006-01"), m.CountedAt.Format(time.RFC3339), map[string]*int{}, map[string]*int{}, map[string]*int{}}
			for _, cell := range m.Cells {
				var n *int
				if cell.N > 0 {
					n = &cell.N
				}
				one.table(cell.Table)[cell.Cell] = n
			}
			out.Months = append(out.Months, one)
		}
		return json.Marshal(out)
	})
}

// countsAsCSV serves /data/counts.csv: a row for each cell, an empty count for fewer than factcheck.CountFloor.
func (s *Site) countsAsCSV(c *fiber.Ctx) error {
	return s.sendCounts(c, "text/csv; charset=utf-8", func(_ string, months []store.MonthCounts) ([]byte, error) {
		var body bytes.Buffer
		w := csv.NewWriter(&body)
		w.UseCRLF = true
		rows := [][]string{{"month", "table", "cell", "count"}}
		for _, m := range months {
			for _, cell := range m.Cells {
				n := ""
				if cell.N > 0 {
					n = strconv.Itoa(cell.N)
				}
				rows = append(rows, []string{m.Month.Format("2006-01"), cell.Table, cell.Cell, n})
			}
		}
		err := w.WriteAll(rows)
		return body.Bytes(), err
	})
}

func (s *Site) sendCounts(c *fiber.Ctx, contentType string, write func(licence string, months []store.MonthCounts) ([]byte, error)) error {
	h, err := s.houseRow(c.UserContext())
	if err != nil {
		return err
	}
	months, err := s.cfg.Store.MonthCounts(c.UserContext())
	if err != nil {
		return err
	}
	body, err := write(h.Licence, months)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
	c.Set("Surrogate-Key", surrogateLists)
	page := httpcache.Content{Body: body, ContentType: contentType, ETag: httpcache.ETag(body), CacheControl: cacheFindings}
	page.Send(c.Context())
	return nil
}
