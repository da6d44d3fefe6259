package pgserver

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// procAttr returns how PostgreSQL's programs are started: as the account, in a
// session of their own, so that Ctrl-C in the terminal reaches us alone and we
// can drain requests first, and with a signal that the kernel sends when the
// thread that started them ends (0: none).
func procAttr(a account, onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: onDeath, Credential: a.credential()}
}

// alive reports whether a process exists and is no zombie. A zombie has given
// up its locks and its files; under an init that does not reap, as in many
// containers, it stays for ever, and a signal to it seems to succeed.
func alive(pid int) bool {
	if pid <= 0 {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	// The name, in brackets, may itself hold brackets and spaces.
	end := bytes.LastIndexByte(stat, ')')
	return end >= 0 && end+2 < len(stat) && stat[end+2] != 'Z' && stat[end+2] != 'X'
}

// commandLine returns the arguments of a process, or nil. Everybody may read
// them, unlike the working directory, which even root may not in a container.
func commandLine(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil || len(text) == 0 {
		return nil
	}
	return strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
}

// processes returns the ids of all processes of a user.
func processes(uid int) []int {
	dirs, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return nil // the pattern is right
	}
	var pids []int
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || ownerOf(info) != uid {
			continue
		}
		if pid, err := strconv.Atoi(filepath.Base(dir)); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
