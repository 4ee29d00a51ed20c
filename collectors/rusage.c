// SPDX-License-Identifier: GPL-2.0-only
/*
 * rusage: what time(1) tells of a program: its CPU time and that of what it forked, the time
 * from its start to its end, and how often it was off a CPU. Costs nothing: the kernel counts
 * this of every process, and hands it over with its exit status.
 */
#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int ended(const struct child *child)
{
	const struct rusage *usage = &child->usage;
	const double elapsed = (double)(child->exit_ns - child->exec_ns) / NSEC_PER_SEC;

	emit_metric("rusage.elapsed", elapsed, "s", PROTOCOL_BETTER_LOWER);
	emit_metric("rusage.user", seconds(&usage->ru_utime), "s", PROTOCOL_BETTER_LOWER);
	emit_metric("rusage.system", seconds(&usage->ru_stime), "s", PROTOCOL_BETTER_LOWER);
	emit_metric("rusage.voluntary_switches", (double)usage->ru_nvcsw, "count",
		    PROTOCOL_BETTER_NEITHER);
	emit_metric("rusage.involuntary_switches", (double)usage->ru_nivcsw, "count",
		    PROTOCOL_BETTER_NEITHER);
	return 0;
}

const struct collector rusage_collector = {
	.ended = ended,
};
