/* SPDX-License-Identifier: GPL-2.0-only */
/* The QEMU that runs the guest: the host's program, by argv. */
#ifndef SCENARIOS_GUEST_QEMU_H
#define SCENARIOS_GUEST_QEMU_H

#include "scenarios/guest-job.h"

#include <stdbool.h>

#define QEMU_ARGV_MAX 64

/* What a guest whose memory is bound has on the testbed's own node: a PC's memory below 4G. */
#define GUEST_OWN_MEMORY (2ULL << 30)

struct guest_config {
	const struct guest_job *job;
	uint64_t memory, vcpus;
	uint64_t node; /* that all but GUEST_OWN_MEMORY is bound to; 0: nothing is bound */
	bool own_only; /* the guest's kernel is to use no more than GUEST_OWN_MEMORY */
	bool kvm;
	int console_fd, firmware_fd; /* a socket and a pipe's end, that QEMU inherits */
};

struct guest_argv {
	const char *argv[QEMU_ARGV_MAX];
	char words[4096];
	size_t argc, len;
};

extern const char guest_qemu_path[];

/* Fills in the command line. -errno with fail(). */
int guest_qemu_argv(struct guest_argv *argv, const struct sample *sample,
		    const struct guest_config *config);

/*
 * Has the host's QEMU and the guest's files read once, so that no sample measures the way
 * here of their first bytes; reports QEMU's version as env guest_qemu. -errno with fail().
 */
int guest_qemu_warm(const struct sample *sample);

#endif
