//go:build !linux

package pgserver

import "syscall"

// Elsewhere Open refuses before any of these is called; they let the program be
// built for use with DATABASE_URL.

func procAttr(account, syscall.Signal) *syscall.SysProcAttr { return nil }

func alive(int) bool { return false }

func commandLine(int) []string { return nil }

func processes(int) []int { return nil }
