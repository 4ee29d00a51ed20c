/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's performance events, as far as the agent opens them itself. */
#ifndef COLLECTORS_PERF_EVENT_H
#define COLLECTORS_PERF_EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* true if this machine has a PMU that counts cycles: an emulated CPU has none. */
bool perf_event_pmu(void);

/* Says so as the env event "pmu": of every sample, for it is a fact of the testbed. */
void perf_event_report_pmu(void);

/*
 * A counter of a process and all that it forks, all CPUs, that starts with its execve(). A
 * descriptor, or -errno.
 */
int perf_event_count(pid_t pid, uint32_t type, uint64_t config);

/* What it counted; scaled up where it had to share the PMU. -errno; -ENODATA: it never ran. */
int perf_event_read(int fd, double *value);

/* What read() gives of a counter, made into its value: see perf_event_read(). */
int perf_event_scale(uint64_t count, uint64_t enabled, uint64_t running, double *value);

#endif
