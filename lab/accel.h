/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which accelerator testbeds get. /dev/kvm may open and create VMs, and a kernel still hang in
 * them (a hypervisor below that supports only guests of its own); so KVM is believed only
 * after a kernel has booted in it, under a deadline, once per boot of this host and version
 * of QEMU. The answer is kept in the cache. Testbeds of another architecture than this host's
 * are emulated, without trying.
 */
#ifndef LAB_ACCEL_H
#define LAB_ACCEL_H

#include "lab/testbed.h"

struct accel_answer {
	const char *name; /* "kvm" or "tcg"; NULL: not tried yet */
	char *why;	  /* in words */
};

/* Tries if need be, with this testbed (whose `accel` is ignored). false with err. */
bool accel_choose(const struct testbed_config *testbed, struct accel_answer *answer, GError **err);

/* What is known without trying: for testbeds of that architecture. */
bool accel_known(const char *arch, struct accel_answer *answer, GError **err);

void accel_answer_clear(struct accel_answer *answer);

#endif
