// SPDX-License-Identifier: GPL-2.0-only
/*
 * munmap-thp: one thread of a process unmaps memory in huge pages while the others run on CPUs
 * of their own. What the kernel asks of those CPUs meanwhile shows twice: in the time that the
 * munmap() takes, and in how long one of the others was kept from running.
 *
 * The others do nothing but read the clock: a gap between two readings is time that was taken
 * from them, by the kernel or by whatever lies below.
 */
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "lab/protocol.h"
#include "scenarios/applet.h"
#include "scenarios/memory.h"
#include "scenarios/projection.h"
#include "scenarios/workload.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Each on its CPU; and on a cache line of its own, so that they do not disturb each other. */
struct spinner {
	_Alignas(128) pthread_t thread;
	int cpu;
	int64_t longest; /* ns between two readings of the clock, from the munmap()'s start on */
};

static struct spinner spinners[CPU_SETSIZE];
static atomic_uint spinning;
static _Atomic int64_t began; /* the munmap(): now_ns() time; 0: not yet */
static atomic_bool ended;

static void *spin(void *data)
{
	struct spinner *spinner = data;
	int64_t last, now, start;

	atomic_fetch_add(&spinning, 1);
	for (last = now_ns(); !atomic_load(&ended); last = now) {
		now = now_ns();
		start = atomic_load(&began);
		if (last < start)
			last = start;
		if (start && now - last > spinner->longest)
			spinner->longest = now - last;
	}
	return NULL;
}

/* A CPU for each; the first is this thread's. */
static int choose_cpus(uint64_t threads)
{
	cpu_set_t set;
	uint64_t n = 0;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return fail(errno, "sched_getaffinity");
	for (int cpu = 0; cpu < CPU_SETSIZE && n < threads; cpu++)
		if (CPU_ISSET(cpu, &set))
			spinners[n++].cpu = cpu;
	if (n < threads)
		return fail(0, "%" PRIu64 " threads need a CPU each, there are %" PRIu64, threads,
			    n);
	CPU_ZERO(&set);
	CPU_SET(spinners[0].cpu, &set);
	return sched_setaffinity(0, sizeof(set), &set) < 0 ? fail(errno, "sched_setaffinity") : 0;
}

static int start_on_cpu(struct spinner *spinner)
{
	pthread_attr_t attr;
	cpu_set_t set;
	int rc;

	CPU_ZERO(&set);
	CPU_SET(spinner->cpu, &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	rc = pthread_create(&spinner->thread, &attr, spin, spinner);
	pthread_attr_destroy(&attr);
	return rc ? fail(rc, "cannot start a thread on CPU %d", spinner->cpu) : 0;
}

/* Returns when all of them run. */
static int start_others(uint64_t threads)
{
	for (uint64_t i = 1; i < threads; i++) {
		int rc = start_on_cpu(&spinners[i]);

		if (rc)
			return rc;
	}
	while (atomic_load(&spinning) < threads - 1)
		sched_yield();
	return 0;
}

/* How long the one was kept that was kept longest. */
static int64_t end_others(uint64_t threads)
{
	int64_t longest = 0;

	atomic_store(&ended, true);
	for (uint64_t i = 1; i < threads; i++) {
		pthread_join(spinners[i].thread, NULL);
		if (spinners[i].longest > longest)
			longest = spinners[i].longest;
	}
	return longest;
}

static void metric(const char *name, int64_t ns)
{
	emit_metric(name, (double)ns / NSEC_PER_SEC, "s", PROTOCOL_BETTER_LOWER);
}

static int measure(uint64_t size, uint64_t threads, void *memory)
{
	struct projection projection;
	int64_t start, end, longest;
	int rc = start_others(threads);

	if (rc)
		return rc;
	projection_begin(&projection);
	start = now_ns();
	atomic_store(&began, start);
	if (munmap(memory, size) < 0)
		rc = fail(errno, "munmap of %" PRIu64 " bytes", size);
	end = now_ns();
	if (!rc)
		projection_end(&projection, "munmap_time", 0);
	longest = end_others(threads);
	if (rc)
		return rc;
	metric("munmap_time", end - start);
	if (threads > 1)
		metric("longest_stall", longest);
	return 0;
}

int munmap_thp(const char *args)
{
	uint64_t size, threads;
	void *memory;
	int rc = applet_arg(args, "size", &size);

	if (!rc)
		rc = applet_arg(args, "threads", &threads);
	if (!rc && (!size || size % thp_size()))
		rc = fail(0, "size must be a multiple of %" PRIu64, thp_size());
	if (!rc && !threads)
		rc = fail(0, "threads must be at least 1");
	if (!rc)
		rc = choose_cpus(threads);
	if (rc)
		return rc;
	memory = memory_map(size, true);
	if (!memory)
		return -ENOMEM;
	memory_touch(memory, size);
	thp_covered(getpid(), size);
	return measure(size, threads, memory);
}
