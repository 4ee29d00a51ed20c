/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SCENARIOS_KVM_H
#define SCENARIOS_KVM_H

#include <stdbool.h>

/* true if KVM runs code on this machine; else why says what it did instead. */
bool kvm_works(const char **why);

/*
 * The testbed's own CPU for a guest under KVM, in QEMU's words. Where that is emulated, without
 * XSAVE: QEMU's TCG lets a nested guest's XSETBV pass by the KVM below it, whose CPUID then
 * contradicts it, and the guest kernel warns of that with a backtrace. And without TSC deadlines:
 * on a busy machine, in about every second boot, the first came half a minute late, and with it
 * every tick. A guest that only boots may not notice; one that waits for a grace period stands.
 */
const char *kvm_cpu(void);

#endif
