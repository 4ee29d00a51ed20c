/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The collectors there are: the one table of them, read by bootlab, which refuses a name that
 * is not in it before anything is built, and by the agent, which runs them. A collector is one
 * line here and one file, collectors/NAME.c, that defines IDENTIFIER_collector.
 *
 * Overhead is what a collector costs the workload that it watches:
 *   NONE      nothing while it runs: counters read before and after
 *   LIGHT     something, too little to matter; it may be in samples whose times are averaged
 *   DISTURBS  so much that the times say nothing: it gets samples of its own (lab/attach.h)
 * The metrics of one that DISTURBS are named NAME.what, and only they are reported of those.
 */
#ifndef LAB_COLLECTOR_TABLE_H
#define LAB_COLLECTOR_TABLE_H

/*
 * ROW(identifier, name, overhead, workload, summary)
 * workload: the only one that it has something to collect from; NULL: it watches any.
 */
#define COLLECTOR_TABLE(ROW)                                                                   \
	ROW(dma_map, "dma-map", LIGHT, NULL,                                                   \
	    "each VFIO DMA map and unmap call: kind, size, duration")                          \
	ROW(fio, "fio", NONE, "guest-io",                                                      \
	    "bandwidth, I/Os by second and latencies, by direction, of the fio of guest-io")   \
	ROW(lock_stat, "lock-stat", DISTURBS, NULL,                                            \
	    "who waited for which lock, readers and writers apart (kernel: BASE:debug-locks)") \
	ROW(off_cpu, "off-cpu", DISTURBS, NULL,                                                \
	    "how long the workload's threads did not run, and where in the kernel they slept") \
	ROW(perf_record, "perf-record", DISTURBS, NULL,                                        \
	    "where the time goes: sampled kernel stacks, top symbols, a flame graph")          \
	ROW(perf_stat, "perf-stat", LIGHT, NULL,                                               \
	    "faults, switches, migrations, CPU time; cycles and instructions where a PMU is")  \
	ROW(rusage, "rusage", NONE, NULL,                                                      \
	    "the workload's user, system and elapsed time, its switches")                      \
	ROW(thp, "thp", LIGHT, NULL,                                                           \
	    "memory in transparent huge pages and their splits, over time")                    \
	ROW(vmstat, "vmstat", NONE, NULL,                                                      \
	    "what migration, compaction, huge pages and page pins counted in /proc/vmstat")

#endif
