// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf-stat: what `perf stat` counts of the workload's process and its threads, by the system
 * call that perf makes: a counter begins with the very execve() and needs no program that
 * takes seconds to load on a testbed, and no text of it to be read. Where there is no PMU, the
 * kernel's own (software) events are all; the env event "pmu" says so.
 */
#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/perf-event.h"
#include "lab/protocol.h"

#include <linux/perf_event.h>
#include <unistd.h>

static const struct counter {
	const char *metric, *unit, *better;
	uint32_t type;
	uint64_t config;
	double factor; /* of the metric's unit */
} counters[] = {
	{"perf-stat.task_clock", "s", PROTOCOL_BETTER_LOWER, PERF_TYPE_SOFTWARE,
	 PERF_COUNT_SW_TASK_CLOCK, 1e-9},
	{"perf-stat.page_faults", "count", PROTOCOL_BETTER_NEITHER, PERF_TYPE_SOFTWARE,
	 PERF_COUNT_SW_PAGE_FAULTS, 1},
	{"perf-stat.context_switches", "count", PROTOCOL_BETTER_NEITHER, PERF_TYPE_SOFTWARE,
	 PERF_COUNT_SW_CONTEXT_SWITCHES, 1},
	{"perf-stat.cpu_migrations", "count", PROTOCOL_BETTER_NEITHER, PERF_TYPE_SOFTWARE,
	 PERF_COUNT_SW_CPU_MIGRATIONS, 1},
	{"perf-stat.cycles", "count", PROTOCOL_BETTER_LOWER, PERF_TYPE_HARDWARE,
	 PERF_COUNT_HW_CPU_CYCLES, 1},
	{"perf-stat.instructions", "count", PROTOCOL_BETTER_LOWER, PERF_TYPE_HARDWARE,
	 PERF_COUNT_HW_INSTRUCTIONS, 1},
};

#define COUNT (sizeof(counters) / sizeof(*counters))

static int fds[COUNT] = {[0 ... COUNT - 1] = -1};

static int attach(pid_t pid)
{
	bool pmu = perf_event_pmu();

	for (size_t i = 0; i < COUNT; i++) {
		if (counters[i].type == PERF_TYPE_HARDWARE && !pmu)
			continue;
		fds[i] = perf_event_count(pid, counters[i].type, counters[i].config);
		if (fds[i] < 0)
			return fail(-fds[i], "perf_event_open for %s", counters[i].metric);
	}
	return 0;
}

static int ended(const struct child *child)
{
	double value;
	int rc;

	(void)child;
	for (size_t i = 0; i < COUNT; i++) {
		if (fds[i] < 0)
			continue;
		rc = perf_event_read(fds[i], &value);
		if (rc)
			return fail(-rc, "cannot read %s", counters[i].metric);
		emit_metric(counters[i].metric, value * counters[i].factor, counters[i].unit,
			    counters[i].better);
	}
	return 0;
}

static int stop(void)
{
	for (size_t i = 0; i < COUNT; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return 0;
}

const struct collector perf_stat_collector = {
	.attach = attach,
	.ended = ended,
	.stop = stop,
};
