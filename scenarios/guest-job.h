/* SPDX-License-Identifier: GPL-2.0-only */
/* A guest's life on the testbed, and what a workload has it do between its boot and its end. */
#ifndef SCENARIOS_GUEST_JOB_H
#define SCENARIOS_GUEST_JOB_H

#include "collectors/sample.h"

struct guest_job {
	const struct device *device; /* that is passed through */
	uint64_t bar;		     /* bytes that its largest BAR must have; 0: any */

	/* The rest only where the guest has more to do than to boot. */
	const char *append; /* words for its kernel's command line; NULL: that is all */
	int port_fd;	    /* QEMU's end of the guest's virtio-serial port, a socket; closed */
	int (*line)(const char *line, int64_t t); /* each line of its console, and its arrival */
};

/*
 * Boots it, by the parameters of guest-boot but for bar, and waits for its end. A guest with
 * more to do finds the host's root on 9p, and a port named as the agent's. -errno with fail().
 */
int guest_run(struct sample *sample, const struct guest_job *job);

#endif
