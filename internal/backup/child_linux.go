package backup

import "syscall"

// childAttr has the kernel end PostgreSQL's programs when this one is killed, and keeps the terminal's Ctrl-C from them: we
// end them ourselves.
func childAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
