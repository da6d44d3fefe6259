package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// program is a running touchstone.
type program struct {
	Base string // its address, without a slash at the end
	cmd  *exec.Cmd
	said said
	done chan struct{} // closed when it has ended
}

// said keeps what a program writes, its last 64 KiB. It may be written and read at the same time.
type said struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (s *said) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.buf.Len() > 128<<10 {
		s.buf.Next(s.buf.Len() - 64<<10)
	}
	return s.buf.Write(p)
}

// String returns what was written.
func (s *said) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.buf.String()
}

// startProgram starts a subcommand that serves, on a free address and with these settings, and returns when it is ready. It
// ends with ctx, or when it is stopped.
func startProgram(ctx context.Context, o Options, subcommand string, env ...string) (*program, error) {
	addr, err := freeAddr(ctx)
	if err != nil {
		return nil, err
	}
	p := &program{Base: "http://" + addr, cmd: exec.CommandContext(ctx, o.Program, subcommand), done: make(chan struct{})}
	p.cmd.Env = append(os.Environ(), "DATABASE_URL=", "TOUCHSTONE_ADDR="+addr, "TOUCHSTONE_PUBLIC_URL="+p.Base, "TOUCHSTONE_LOG_LEVEL=warn")
	p.cmd.Env = append(p.cmd.Env, env...)
	p.cmd.Stdout, p.cmd.Stderr = &p.said, &p.said
	// Cleanly, because a private PostgreSQL ends with it, and in a group of its own, because Ctrl-C is for us to pass on.
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = time.Minute
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	if err := p.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s %s: %w", o.Program, subcommand, err)
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is asked for where it matters
		close(p.done)
	}()
	if err := p.ready(ctx, 3*time.Minute); err != nil {
		return nil, errors.Join(err, p.stop())
	}
	return p, nil
}

// ready waits until the program answers that it can serve.
func (p *program) ready(ctx context.Context, limit time.Duration) error {
	for deadline := time.Now().Add(limit); ; {
		if _, err := fetch(ctx, p.Base+"/readyz", nil); err == nil {
			return nil
		} else if time.Now().After(deadline) {
			return fmt.Errorf("the program does not become ready: %w: %s", err, p.said.String())
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return fmt.Errorf("the program ended: %s: %s", p.cmd.ProcessState, p.said.String())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// alive reports whether the program has not ended.
func (p *program) alive() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// stop asks the program to end and waits until it has, a private PostgreSQL with it.
func (p *program) stop() error {
	if p.alive() {
		if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return err
		}
	}
	select {
	case <-p.done:
		return nil
	case <-time.After(time.Minute):
		return errors.Join(errors.New("the program does not stop within a minute"), p.kill())
	}
}

// kill ends the program at once, without any chance to tidy up.
func (p *program) kill() error {
	err := p.cmd.Process.Kill()
	<-p.done
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// fetch gets a page once and returns its body; anything but 200 is an error.
func fetch(ctx context.Context, url string, header http.Header) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	resp, err := (&http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}, Timeout: 30 * time.Second}).Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to the end below
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %s: %.300s", url, resp.Status, body)
	}
	return body, err
}
