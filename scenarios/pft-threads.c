// SPDX-License-Identifier: GPL-2.0-only
/*
 * pft-threads: page faults of one process by several threads at once, measured as the program
 * pft does: the clock is read and then the thread's resource usage, the share is written to
 * once a base page, and then usage and clock again. So the clock's interval holds the other.
 */
#include "scenarios/pft-threads.h"

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
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct worker {
	pthread_t thread;
	volatile char *share;
	uint64_t pages; /* base pages */
	struct pft_times times;
};

struct pft {
	uint64_t memory, threads, thp; /* the parameters */
	uint64_t share;		       /* bytes of each thread */
	double projected;	       /* s, were CPUs side by side; 0: not known */
	struct worker *workers;
};

static uint64_t page_size;
static atomic_uint ready;
static atomic_bool go;

uint64_t pft_share(uint64_t memory, uint64_t threads, uint64_t page)
{
	uint64_t pages = (memory + page - 1) / page;

	return (pages + threads - 1) / threads * page;
}

static int64_t cpu_ns(const struct rusage *usage)
{
	const struct timeval *user = &usage->ru_utime, *system = &usage->ru_stime;

	return (user->tv_sec + system->tv_sec) * NSEC_PER_SEC +
	       (user->tv_usec + system->tv_usec) * 1000;
}

static double seconds(const struct timeval *before, const struct timeval *after)
{
	return (double)(after->tv_sec - before->tv_sec) +
	       (double)(after->tv_usec - before->tv_usec) / 1e6;
}

int64_t pft_off_cpu_ns(const struct pft_times *t)
{
	int64_t off = t->end - t->start - (cpu_ns(&t->after) - cpu_ns(&t->before));

	/* Usage is told in whole microseconds. */
	return off > 0 ? off : 0;
}

void pft_sum(const struct pft_times *t, struct pft_result *sum)
{
	int64_t off = pft_off_cpu_ns(t);

	if (!sum->threads || t->start < sum->start)
		sum->start = t->start;
	if (!sum->threads || t->end > sum->end)
		sum->end = t->end;
	if (off > sum->off_cpu_max_ns)
		sum->off_cpu_max_ns = off;
	sum->off_cpu_ns += off;
	sum->user_s += seconds(&t->before.ru_utime, &t->after.ru_utime);
	sum->system_s += seconds(&t->before.ru_stime, &t->after.ru_stime);
	sum->voluntary += t->after.ru_nvcsw - t->before.ru_nvcsw;
	sum->involuntary += t->after.ru_nivcsw - t->before.ru_nivcsw;
	sum->minor_faults += t->after.ru_minflt - t->before.ru_minflt;
	sum->major_faults += t->after.ru_majflt - t->before.ru_majflt;
	sum->threads++;
}

/* ---- the threads ---- */

static void fault_in(struct worker *worker)
{
	volatile char *share = worker->share;

	worker->times.start = now_ns();
	getrusage(RUSAGE_THREAD, &worker->times.before);
	for (uint64_t i = 0; i < worker->pages; i++)
		share[i * page_size] = 1;
	getrusage(RUSAGE_THREAD, &worker->times.after);
	worker->times.end = now_ns();
}

/*
 * What the loop's beginning and end touch is touched before, so that no fault counts but those of
 * the share.
 */
static void warm_up(struct worker *worker)
{
	worker->times.start = now_ns();
	getrusage(RUSAGE_THREAD, &worker->times.before);
	worker->times.after = worker->times.before;
	atomic_fetch_add(&ready, 1);
}

/* They wait awake, for none to be late because it had to be woken. */
static void *work(void *data)
{
	struct worker *worker = data;

	warm_up(worker);
	while (!atomic_load(&go))
		sched_yield();
	fault_in(worker);
	return NULL;
}

/*
 * The first share is the main thread's, as in pft: one thread more, and one that is awake until
 * they start, would be in their way. After a failure those that were started are still waiting;
 * they end with the process.
 */
static int run_threads(struct pft *pft)
{
	struct projection projection;

	for (uint64_t i = 1; i < pft->threads; i++) {
		int err = pthread_create(&pft->workers[i].thread, NULL, work, &pft->workers[i]);

		if (err)
			return fail(err, "thread %" PRIu64, i + 1);
	}
	warm_up(&pft->workers[0]);
	while (atomic_load(&ready) < pft->threads)
		sched_yield();
	projection_begin(&projection);
	atomic_store(&go, true);
	fault_in(&pft->workers[0]);
	for (uint64_t i = 1; i < pft->threads; i++)
		pthread_join(pft->workers[i].thread, NULL);
	pft->projected = projection_end(&projection, "elapsed_time", pft->threads);
	return 0;
}

/* ---- the region ---- */

static int prepare(struct pft *pft)
{
	char *region;

	pft->share = pft_share(pft->memory, pft->threads, pft->thp ? thp_size() : page_size);
	region = memory_map(pft->share * pft->threads, pft->thp);
	pft->workers = calloc(pft->threads, sizeof(*pft->workers));
	if (!region || !pft->workers)
		return fail(ENOMEM, "%" PRIu64 " threads", pft->threads);
	for (uint64_t i = 0; i < pft->threads; i++)
		pft->workers[i] = (struct worker){.share = region + i * pft->share,
						  .pages = pft->share / page_size};
	return 0;
}

/* ---- the report ---- */

static void log_thread(uint64_t i, const struct pft_times *t)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "thread %" PRIu64 ": %.6f s, %.6f of them not on a CPU, %ld voluntary and %ld "
		 "involuntary switches, %ld faults",
		 i, (double)(t->end - t->start) / NSEC_PER_SEC,
		 (double)pft_off_cpu_ns(t) / NSEC_PER_SEC, t->after.ru_nvcsw - t->before.ru_nvcsw,
		 t->after.ru_nivcsw - t->before.ru_nivcsw,
		 t->after.ru_minflt - t->before.ru_minflt);
	emit_log("pft-threads", text);
}

static void report_metrics(const struct pft_result *sum, double pages)
{
	double elapsed = (double)(sum->end - sum->start) / NSEC_PER_SEC;
	const struct {
		const char *name, *unit, *better;
		double value;
	} metrics[] = {
		{"faults_per_cpu_second", "faults/s", PROTOCOL_BETTER_HIGHER,
		 pages / (sum->user_s + sum->system_s)},
		{"faults_per_wall_second", "faults/s", PROTOCOL_BETTER_HIGHER, pages / elapsed},
		{"elapsed_time", "s", PROTOCOL_BETTER_LOWER, elapsed},
		{"user_time", "s", PROTOCOL_BETTER_LOWER, sum->user_s},
		{"system_time", "s", PROTOCOL_BETTER_LOWER, sum->system_s},
		{"off_cpu_time", "s", PROTOCOL_BETTER_LOWER,
		 (double)sum->off_cpu_ns / NSEC_PER_SEC},
		{"off_cpu_time_max", "s", PROTOCOL_BETTER_LOWER,
		 (double)sum->off_cpu_max_ns / NSEC_PER_SEC},
		{"voluntary_switches", "count", PROTOCOL_BETTER_LOWER, (double)sum->voluntary},
		{"involuntary_switches", "count", PROTOCOL_BETTER_NEITHER,
		 (double)sum->involuntary},
	};

	for (size_t i = 0; i < sizeof(metrics) / sizeof(*metrics); i++)
		emit_metric(metrics[i].name, metrics[i].value, metrics[i].unit, metrics[i].better);
}

static int report(const struct pft *pft)
{
	uint64_t bytes = pft->share * pft->threads;
	uint64_t expected = bytes / (pft->thp ? thp_size() : page_size);
	double pages = (double)bytes / (double)page_size;
	struct pft_result sum = {0};

	for (uint64_t i = 0; i < pft->threads; i++) {
		log_thread(i, &pft->workers[i].times);
		pft_sum(&pft->workers[i].times, &sum);
	}
	if (sum.end <= sum.start || sum.user_s + sum.system_s <= 0)
		return fail(0, "%" PRIu64 " bytes are too few to be timed", bytes);
	report_metrics(&sum, pages);
	if (pft->projected > 0)
		emit_metric(PROTOCOL_PROJECTED "faults_per_wall_second", pages / pft->projected,
			    "faults/s", PROTOCOL_BETTER_HIGHER);
	emit_gate("faults_counted", sum.minor_faults == (int64_t)expected && !sum.major_faults,
		  "%" PRId64 " minor and %" PRId64 " major faults, %" PRIu64
		  " and 0 were to be taken",
		  sum.minor_faults, sum.major_faults, expected);
	return 0;
}

int pft_threads(const char *args)
{
	struct pft pft = {0};
	int rc = applet_arg(args, "memory", &pft.memory);

	if (!rc)
		rc = applet_arg(args, "threads", &pft.threads);
	if (!rc)
		rc = applet_arg(args, "thp", &pft.thp);
	if (!rc && (!pft.memory || !pft.threads))
		rc = fail(0, "needs memory, and a thread at least");
	if (rc)
		return rc;
	page_size = sysconf(_SC_PAGESIZE);
	rc = prepare(&pft);
	if (!rc)
		rc = run_threads(&pft);
	return rc ? rc : report(&pft);
}
