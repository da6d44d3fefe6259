package request

import (
	"fmt"
	"net"
	"syscall"
	"time"
)

// Wired reports whether there is a client behind a connection that may make us wait. Inside the process nobody does.
func Wired(conn net.Conn) bool {
	_, ok := conn.(syscall.Conn)
	return ok
}

// Patience gives the client of a long body this long to take what is written next: who reads too slowly is cut off. It is for
// the Read of a body that is made while it is sent, called with each piece.
func Patience(conn net.Conn, patience time.Duration) error {
	if !Wired(conn) {
		return nil
	}
	if err := conn.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return fmt.Errorf("wait for the client: %w", err)
	}
	return nil
}
