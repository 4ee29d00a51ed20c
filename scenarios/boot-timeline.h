/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The marks of a guest's boot, all on the testbed's CLOCK_MONOTONIC:
 *   qemu_exec            in the child, just before it becomes QEMU
 *   vcpu_first_run       the start of the guest's boot: the first KVM entry, by the tracepoint
 *                        kvm:kvm_entry. Without KVM: the same as the next
 *   firmware_first_byte  the firmware's first byte on its debug console (port 0x402) has come
 *   guest_kernel         the guest kernel's first line has come on its console
 *   guest_init           the guest's userspace has said that it runs
 *   qemu_exit            QEMU has ended
 */
#ifndef SCENARIOS_BOOT_TIMELINE_H
#define SCENARIOS_BOOT_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

enum timeline_mark {
	MARK_QEMU_EXEC,
	MARK_VCPU_FIRST_RUN,
	MARK_FIRMWARE_FIRST_BYTE,
	MARK_GUEST_KERNEL,
	MARK_GUEST_INIT,
	MARK_QEMU_EXIT,
	MARKS,
};

/* Begins to watch for the first KVM entry, if kvm. Before QEMU starts. -errno with fail(). */
int timeline_start(bool kvm);

/* The first call for each mark counts. */
void timeline_mark(enum timeline_mark mark, int64_t t);
bool timeline_has(enum timeline_mark mark);

/* Emits the marks that there are and the gate marks_agree. */
void timeline_end(void);

/* Why the marks (0: not there) do not agree, written to text; false where they do. */
bool timeline_disagrees(const int64_t marks[MARKS], char *text, int size);

#endif
