/* SPDX-License-Identifier: GPL-2.0-only */
/* How far a workload is that takes minutes: the memory that its process has got so far. */
#ifndef COLLECTORS_PROGRESS_H
#define COLLECTORS_PROGRESS_H

#include <stdint.h>
#include <sys/types.h>

/*
 * Tells of it every few seconds, from the loop; nothing where total (bytes) is 0. Short workloads
 * are over before the first time. -errno with fail().
 */
int progress_start(const char *what, pid_t pid, uint64_t total);
void progress_stop(void);

#endif
