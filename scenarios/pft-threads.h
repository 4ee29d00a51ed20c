/* SPDX-License-Identifier: GPL-2.0-only */
/* What is computed from the times of threads. */
#ifndef SCENARIOS_PFT_THREADS_H
#define SCENARIOS_PFT_THREADS_H

#include <stdint.h>
#include <sys/resource.h>

/* One thread's. The interval of the clock holds that of the usage. */
struct pft_times {
	int64_t start, end; /* now_ns() */
	struct rusage before, after;
};

/* All threads': from the earliest start to the latest end, the rest summed. */
struct pft_result {
	unsigned int threads;
	int64_t start, end;
	double user_s, system_s;
	int64_t off_cpu_ns, off_cpu_max_ns;
	int64_t voluntary, involuntary;
	int64_t minor_faults, major_faults;
};

/* The bytes of each thread: as many whole pages as hold the memory in equal shares. */
uint64_t pft_share(uint64_t memory, uint64_t threads, uint64_t page);

/* How long the thread did not run: it slept, or waited for a CPU. */
int64_t pft_off_cpu_ns(const struct pft_times *times);

/* Adds a thread to the sum, which starts as {0}. */
void pft_sum(const struct pft_times *times, struct pft_result *sum);

#endif
