//go:build !linux

package backup

import "syscall"

// childAttr asks for nothing special where the kernel has nothing to offer.
func childAttr() *syscall.SysProcAttr { return nil }
