//go:build unix

package api

import (
	"net"
	"syscall"
)

// gone reports whether the other end of a connection has closed it. fasthttp reads nothing while a handler runs, so it is
// asked by looking at what the kernel has received, without taking it. A client that only stopped sending counts as gone,
// as it does for net/http.
func gone(conn net.Conn) bool {
	raw, ok := conn.(syscall.Conn)
	if !ok {
		return false
	}
	rc, err := raw.SyscallConn()
	if err != nil {
		return true
	}
	closed := false
	err = rc.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		closed = n == 0 && err == nil || err == syscall.ECONNRESET || err == syscall.EPIPE
	})
	return closed || err != nil
}
