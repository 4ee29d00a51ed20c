/* SPDX-License-Identifier: GPL-2.0-only */
/* Collectors: what watches the kernel while a workload runs. One C file, one line in the table. */
#ifndef COLLECTORS_COLLECTOR_H
#define COLLECTORS_COLLECTOR_H

#include <jansson.h>

struct collector {
	const char *name;
	const char *summary;
	int (*start)(void); /* before the workload */
	int (*drain)(void); /* while the workload holds still: take in all that it has done */
	int (*stop)(void);  /* after it: emit what is left, and undo what start() did */
};

/* Starts those that the cell names. -errno with fail(). */
int collectors_start(json_t *names);
int collectors_drain(void);

/* Stops those that were started, all of them also after a failure. */
int collectors_stop(void);

extern const struct collector dma_map_collector;
extern const struct collector vmstat_collector;

#endif
