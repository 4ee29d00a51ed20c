/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Collectors: what watches the kernel while a workload runs. One C file, one line in the table
 * of lab/collector-table.h. Each function may be NULL; all return -errno with fail().
 */
#ifndef COLLECTORS_COLLECTOR_H
#define COLLECTORS_COLLECTOR_H

#include "lab/collector-table.h"

#include <jansson.h>
#include <stdint.h>
#include <sys/types.h>

struct child;

struct collector {
	int (*start)(void); /* before the workload */

	/* Its process is there, a fork of the agent that waits for this before it is a program. */
	int (*attach)(pid_t pid);
	int (*drain)(void);			 /* while it holds still: take in all it has done */
	int (*ended)(const struct child *child); /* the process has ended, and is reaped */
	int (*stop)(void); /* nothing of it runs: emit what is left, undo what start() did */
};

#define COLLECTOR_DECLARE(identifier, name, overhead, workload, summary) \
	extern const struct collector identifier##_collector;
COLLECTOR_TABLE(COLLECTOR_DECLARE)

/*
 * Starts those that the cell names. deadline: the sample's, in now_ns() time. -errno with
 * fail(), as all of these.
 */
int collectors_start(json_t *names, int64_t deadline);
int collectors_attach(pid_t pid);
int collectors_drain(void);
int collectors_ended(const struct child *child);

/* Stops those that were started, all of them also after a failure. */
int collectors_stop(void);

/* Until when a collector may wait for a program of its own: some time after the sample's. */
int64_t collectors_deadline(void);

#endif
