package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

const lighthouseVersion = "12.8" // 13 needs node 22

// lighthouseCategories are what Lighthouse scores, in the order it prints them.
var lighthouseCategories = [...]string{"performance", "accessibility", "best-practices", "seo"}

// lighthouseFloor is the least score of a category: all of 100 where it depends on the page alone. What is measured by the clock
// loses points to whatever else the machine does, the best of three runs included.
func lighthouseFloor(category string) int {
	if category == "performance" {
		return 95
	}
	return 100
}

// soakLighthouse has Lighthouse look at the home page, a claim, an article and the bare search page of the demonstration, on the
// phone it imitates.
func soakLighthouse(ctx context.Context, o Options) (found string, err error) {
	chrome, err := findChromium()
	if err != nil {
		return "", err
	}
	tools, err := os.MkdirTemp("", "ts-lighthouse-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(tools)) }()
	o.say("installing lighthouse %s by npm\n", lighthouseVersion)
	install := tool(ctx, "npm", "install", "--prefix", tools, "--no-audit", "--no-fund", "--no-save", "lighthouse@"+lighthouseVersion)
	if out, err := install.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install lighthouse (npm and node 20 are needed): %w: %s", err, out)
	}
	err = withDemo(ctx, o, func(d *demoHouse) error {
		claim, err := linked(ctx, d.Base+"/", claimLink)
		if err != nil {
			return err
		}
		article, err := linked(ctx, d.Base+claim, articleLink)
		if err != nil {
			return err
		}
		var told, low []string
		for _, path := range []string{"/", claim, article, "/search"} {
			r, err := bestOfThree(ctx, tools, chrome, d.Base+path)
			if err != nil {
				return fmt.Errorf("lighthouse on %s: %w", path, err)
			}
			o.say("%s: %s\n", path, r)
			told = append(told, path+": "+r.String())
			if below := r.below(); len(below) > 0 {
				low = append(low, path+": "+strings.Join(below, ", "))
			}
		}
		found = strings.Join(told, "; ")
		if len(low) > 0 {
			return fmt.Errorf("below what is asked: %s", strings.Join(low, "; "))
		}
		return nil
	})
	return found, err
}

// tool returns a command that is ended with all that it started.
func tool(ctx context.Context, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

func findChromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium on PATH")
}

var (
	claimLink   = regexp.MustCompile(`href="(/claims/[^"/?#]+)"`)
	articleLink = regexp.MustCompile(`href="(/articles/[^"/?#]+)"`)
)

// linked returns the first address of a kind that a page links.
func linked(ctx context.Context, page string, kind *regexp.Regexp) (string, error) {
	body, err := fetch(ctx, page, nil)
	if err != nil {
		return "", err
	}
	m := kind.FindSubmatch(body)
	if m == nil {
		return "", fmt.Errorf("%s links nothing like %s", page, kind)
	}
	return string(m[1]), nil
}

// lighthouseReport is what is used of Lighthouse's report.
type lighthouseReport struct {
	RuntimeError *struct {
		Message string `json:"message"`
	} `json:"runtimeError"`
	Categories map[string]struct {
		Score     *float64 `json:"score"`
		AuditRefs []struct {
			ID     string  `json:"id"`
			Weight float64 `json:"weight"`
		} `json:"auditRefs"`
	} `json:"categories"`
	Audits map[string]struct {
		Title string   `json:"title"`
		Score *float64 `json:"score"`
	} `json:"audits"`
}

// bestOfThree asks again when a score is low, and keeps the run with the best performance: whatever else the machine does
// can only lower it. The other scores do not vary.
func bestOfThree(ctx context.Context, tools, chrome, address string) (best lighthouseReport, err error) {
	for n := range 3 {
		r, err := runLighthouse(ctx, tools, chrome, address)
		if err != nil {
			return r, err
		}
		if n == 0 || r.score("performance") > best.score("performance") {
			best = r
		}
		if len(best.below()) == 0 {
			break
		}
	}
	return best, nil
}

// runLighthouse returns the report on an address.
func runLighthouse(ctx context.Context, tools, chrome, address string) (lighthouseReport, error) {
	var r lighthouseReport
	report := filepath.Join(tools, "report.json")
	flags := "--headless=new --disable-dev-shm-usage --disable-gpu"
	if os.Geteuid() == 0 {
		flags += " --no-sandbox"
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Minute)
	defer cancel()
	cmd := tool(ctx, filepath.Join(tools, "node_modules", ".bin", "lighthouse"), address, "--quiet", "--output=json", "--output-path="+report,
		"--chrome-flags="+flags, "--only-categories="+strings.Join(lighthouseCategories[:], ","))
	cmd.Env = append(os.Environ(), "CHROME_PATH="+chrome)
	if out, err := cmd.CombinedOutput(); err != nil {
		return r, fmt.Errorf("%w: %.2000s", err, out)
	}
	b, err := os.ReadFile(report)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal(b, &r); err != nil {
		return r, err
	}
	if r.RuntimeError != nil && r.RuntimeError.Message != "" {
		return r, errors.New(r.RuntimeError.Message)
	}
	return r, nil
}

// score returns a category's score of 100; 0 when Lighthouse could not tell.
func (r lighthouseReport) score(category string) int {
	if s := r.Categories[category].Score; s != nil {
		return int(math.Round(*s * 100))
	}
	return 0
}

// String says the scores in a line.
func (r lighthouseReport) String() string {
	var s []string
	for _, name := range lighthouseCategories {
		s = append(s, fmt.Sprintf("%s %d", name, r.score(name)))
	}
	return strings.Join(s, ", ")
}

// below returns the categories under their floors, with the audits that cost them points.
func (r lighthouseReport) below() []string {
	var low []string
	for _, name := range lighthouseCategories {
		if r.score(name) >= lighthouseFloor(name) {
			continue
		}
		var why []string
		for _, ref := range r.Categories[name].AuditRefs {
			if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 0.9 {
				why = append(why, fmt.Sprintf("%s (%s)", ref.ID, a.Title))
			}
		}
		slices.Sort(why)
		low = append(low, fmt.Sprintf("%s %d of %d because of %s", name, r.score(name), lighthouseFloor(name), strings.Join(why, ", ")))
	}
	return low
}
