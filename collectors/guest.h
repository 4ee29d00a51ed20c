/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The agent as PID 1 of a guest that a workload boots on a testbed. On the kernel's command
 * line, besides PROTOCOL_ROLE_GUEST:
 *   bootlab.device=VVVV:DDDD  the passed-through device to look for
 *   bootlab.bar=BYTES         the size that its largest BAR must have
 *   bootlab.wait=1            power off only after a newline has come on the console: until
 *                             then the testbed can look at the guest's QEMU
 * and those of scenarios/guest-fio.h.
 */
#ifndef COLLECTORS_GUEST_H
#define COLLECTORS_GUEST_H

/* On the console, after PROTOCOL_GUEST_INIT: GUEST_DEVICE "ok ..." or GUEST_DEVICE "FAIL ...". */
#define GUEST_DEVICE "bootlab: guest_device "

void guest_main(const char *cmdline) __attribute__((noreturn));

#endif
