package bench

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/touchstone-factcheck/touchstone/internal/document"
)

func source(i, n int) document.Source {
	return document.Source{
		URL: fmt.Sprintf("https://archive%d.example/doc/%d", n, i), Title: fmt.Sprintf("Register, page %d", i), Origin: fmt.Sprintf("Office %d", n),
		Kind: "primary", Bearing: "against", Quote: "The register shows no closure in the year in question.", ReadAt: "2025-06-07",
	}
}

var requestsPerSecond = regexp.MustCompile(`Requests/sec:\s+([0-9.]+)`)

// wrk loads a URL and returns requests per second. Answers that are not 2xx or 3xx make it an error.
func wrk(ctx context.Context, o Options, url string, headers ...string) (float64, error) {
	var args []string
	for _, h := range headers {
		args = append(args, "-H", h)
	}
	return wrkWith(ctx, o, url, args...)
}

// wrkWith is wrk with arguments of its own.
func wrkWith(ctx context.Context, o Options, url string, more ...string) (float64, error) {
	args := append([]string{"-t1", "-c", strconv.Itoa(o.Conns), "-d", strconv.Itoa(o.Seconds) + "s"}, more...)
	out, err := exec.CommandContext(ctx, "wrk", append(args, url)...).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("wrk: %w: %s", err, out)
	}
	if strings.Contains(string(out), "Non-2xx") {
		return 0, fmt.Errorf("%s answers with errors: %s", url, out)
	}
	m := requestsPerSecond.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("wrk says nothing of requests: %s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// nginx serves one stored file beside us: the limit for a finished page.
type nginx struct {
	cmd  *exec.Cmd
	Base string
	ETag string
}

const nginxConfig = `
daemon off; master_process on; worker_processes 2; pid %[1]s/nginx.pid; error_log %[1]s/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; open_file_cache max=100; etag on; default_type text/html;
  client_body_temp_path %[1]s/t1; proxy_temp_path %[1]s/t2; fastcgi_temp_path %[1]s/t3; uwsgi_temp_path %[1]s/t4; scgi_temp_path %[1]s/t5;
  server { listen %[2]s; root %[1]s/www; gzip_static on; }
}
`

// startNginx serves body, gzipped, as /page.html.
func startNginx(ctx context.Context, dir string, html, gz []byte) (*nginx, error) {
	www := filepath.Join(dir, "nginx", "www")
	if err := os.MkdirAll(www, 0o755); err != nil {
		return nil, err
	}
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	conf := filepath.Join(dir, "nginx", "nginx.conf")
	for path, b := range map[string][]byte{
		filepath.Join(www, "page.html"): html, filepath.Join(www, "page.html.gz"): gz, conf: fmt.Appendf(nil, nginxConfig, filepath.Join(dir, "nginx"), addr),
	} {
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return nil, err
		}
	}
	bin := "nginx"
	if _, err := exec.LookPath(bin); err != nil {
		bin = "/usr/sbin/nginx"
	}
	n := &nginx{cmd: exec.CommandContext(ctx, bin, "-c", conf), Base: "http://" + addr}
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := n.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start nginx: %w", err)
	}
	for range 100 {
		if n.ETag, err = etagOf(ctx, n.Base+"/page.html"); err == nil {
			return n, nil
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // waiting for another program
	}
	return n, fmt.Errorf("nginx does not answer: %w", err)
}

func (n *nginx) stop() error {
	err := n.cmd.Process.Signal(syscall.SIGTERM)
	_ = n.cmd.Wait() // its exit was asked for
	return err
}

func etagOf(ctx context.Context, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := (&http.Client{Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close() //nolint:errcheck // only the header counts
	if resp.StatusCode != http.StatusOK || resp.Header.Get("ETag") == "" {
		return "", fmt.Errorf("%s answers %s without an ETag", url, resp.Status)
	}
	return resp.Header.Get("ETag"), nil
}

var transactionsPerSecond = regexp.MustCompile(`tps = ([0-9.]+)`)

// pgbench runs a script on the fixture's database and returns transactions per second.
func (f *Fixture) pgbench(ctx context.Context, o Options, dsn, script string) (float64, error) {
	path := filepath.Join(f.Dir, "script.sql")
	if err := os.WriteFile(path, []byte(script), 0o600); err != nil {
		return 0, err
	}
	tool, err := f.Server.Binaries().Tool("pgbench")
	if err != nil {
		return 0, err
	}
	out, err := exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-c", strconv.Itoa(o.Conns), "-j", "2", "-T", strconv.Itoa(o.Seconds), "-f", path, dsn).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, out)
	}
	m := transactionsPerSecond.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("pgbench says nothing of transactions: %s", out)
	}
	return strconv.ParseFloat(string(m[1]), 64)
}

// copyOut runs a query through psql's COPY into nothing and returns bytes per second.
func (f *Fixture) copyOut(ctx context.Context, dsn, query string) (float64, error) {
	tool, err := f.Server.Binaries().Tool("psql")
	if err != nil {
		return 0, err
	}
	began := time.Now()
	out, err := exec.CommandContext(ctx, "sh", "-c", `"$0" -XqAt -d "$1" -c "\copy ($2) TO STDOUT" | wc -c`, tool, dsn, query).Output()
	if err != nil {
		return 0, fmt.Errorf("copy: %w", err)
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
	return n / time.Since(began).Seconds(), err
}
