package server

import (
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	// slack is how much earlier than asked a time limit may end, and no more than a slackPart of what is left of it: a connection
	// that is answered a thousand times a second has its timers moved once a second then, not three times for each answer.
	slack     = time.Second
	slackPart = 8
)

// calmListener accepts connections that set their time limits only where somebody may come to wait.
type calmListener struct{ net.Listener }

// Accept implements net.Listener.
func (l calmListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err //nolint:wrapcheck // fasthttp looks at what it is
	}
	if raw, ok := c.(socket); ok {
		return &calmConn{socket: raw, reading: limit{set: raw.SetReadDeadline}, writing: limit{set: raw.SetWriteDeadline}}, nil
	}
	return c, nil
}

// socket is a connection of the operating system.
type socket interface {
	net.Conn
	syscall.Conn
}

// calmConn is a connection whose time limits reach the runtime with the Read or Write that may wait, and only if they are not much
// the same as those it has. fasthttp sets three for each request, most of which nobody ever waits for.
type calmConn struct {
	socket
	reading, writing limit
}

// Read implements net.Conn.
func (c *calmConn) Read(p []byte) (int, error) {
	if err := c.reading.begin(); err != nil {
		return 0, err
	}
	defer c.reading.end()
	return c.socket.Read(p) //nolint:wrapcheck // fasthttp looks at what it is
}

// Write implements net.Conn.
func (c *calmConn) Write(p []byte) (int, error) {
	if err := c.writing.begin(); err != nil {
		return 0, err
	}
	defer c.writing.end()
	return c.socket.Write(p) //nolint:wrapcheck // fasthttp looks at what it is
}

// SetDeadline implements net.Conn.
func (c *calmConn) SetDeadline(t time.Time) error {
	if err := c.reading.want(t); err != nil {
		return err
	}
	return c.writing.want(t)
}

// SetReadDeadline implements net.Conn.
func (c *calmConn) SetReadDeadline(t time.Time) error { return c.reading.want(t) }

// SetWriteDeadline implements net.Conn.
func (c *calmConn) SetWriteDeadline(t time.Time) error { return c.writing.want(t) }

// limit is a time limit as it is wanted, and as the runtime has it.
type limit struct {
	set func(time.Time) error

	mu            sync.Mutex
	wanted, armed time.Time
	waiting       int // calls that may wait
}

// want sets the limit: at once for who waits already, otherwise with the next who may.
func (l *limit) want(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wanted = t
	if l.waiting > 0 {
		return l.arm()
	}
	return nil
}

// begin is called before what may wait, end after it.
func (l *limit) begin() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	if l.near() {
		return nil
	}
	return l.arm()
}

func (l *limit) end() {
	l.mu.Lock()
	l.waiting--
	l.mu.Unlock()
}

// near reports whether what the runtime has is what is wanted, or ends a little earlier. The caller holds the lock.
func (l *limit) near() bool {
	early := l.wanted.Sub(l.armed)
	switch {
	case l.wanted.IsZero() || l.armed.IsZero():
		return l.wanted.IsZero() && l.armed.IsZero()
	case early == 0:
		return true
	}
	return early > 0 && early <= min(slack, time.Until(l.wanted)/slackPart)
}

// arm gives the limit to the runtime. The caller holds the lock.
func (l *limit) arm() error {
	if err := l.set(l.wanted); err != nil {
		return err
	}
	l.armed = l.wanted
	return nil
}
