// SPDX-License-Identifier: GPL-2.0-only
/*
 * thp: how much memory is in transparent huge pages, and how many were split, ten times a second
 * while the workload runs. Of the whole testbed, where nothing else uses them: asking the
 * process itself (smaps) takes its mmap lock, which is what is measured.
 */
#include "collectors/thp-time.h"

#include "collectors/child.h"
#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/loop.h"
#include "collectors/sys.h"
#include "collectors/vmstat.h"
#include "lab/protocol.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define PERIOD_NS (NSEC_PER_SEC / 10)

/* Longer than that, the series is cut: an hour. */
#define POINTS_MAX 36000

struct point {
	int64_t t;
	uint64_t huge, split_page, split_pmd;
};

static int timer = -1;
static struct point *points;
static size_t n_points, room;

int meminfo_bytes(const char *meminfo, const char *field, uint64_t *bytes)
{
	size_t len = strlen(field);
	char unit[4];

	for (const char *line = meminfo; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, field, len) || line[len] != ':')
			continue;
		if (sscanf(line + len + 1, "%" SCNu64 " %3s", bytes, unit) != 2 ||
		    strcmp(unit, "kB"))
			return -EINVAL;
		*bytes *= 1024;
		return 0;
	}
	return -ENOENT;
}

static int read_point(struct point *point)
{
	char *meminfo = sys_read("/proc/meminfo"), *vmstat = sys_read("/proc/vmstat");
	int rc = meminfo && vmstat ? 0 : -errno;

	point->t = now_ns();
	if (!rc)
		rc = meminfo_bytes(meminfo, "AnonHugePages", &point->huge);
	if (!rc)
		rc = vmstat_value(vmstat, "thp_split_page", &point->split_page);
	if (!rc)
		rc = vmstat_value(vmstat, "thp_split_pmd", &point->split_pmd);
	free(meminfo);
	free(vmstat);
	return rc ? fail(-rc, "thp: /proc/meminfo or /proc/vmstat") : 0;
}

static int grow(void)
{
	size_t more = room ? room * 2 : 256;
	struct point *larger = realloc(points, more * sizeof(*points));

	if (!larger)
		return fail(ENOMEM, "thp");
	points = larger;
	room = more;
	return 0;
}

static int take_point(void)
{
	int rc = n_points == room ? grow() : 0;

	if (rc || n_points == POINTS_MAX)
		return rc;
	rc = read_point(&points[n_points]);
	n_points += !rc;
	return rc;
}

static int on_timer(int fd, void *data)
{
	uint64_t expirations;

	(void)data;
	if (read(fd, &expirations, sizeof(expirations)) < 0 && errno != EAGAIN)
		return fail(errno, "thp: timer");
	return take_point();
}

/* From the fork on: until its execve() the process has nothing. */
static int attach(pid_t pid)
{
	const struct itimerspec period = {.it_interval.tv_nsec = PERIOD_NS,
					  .it_value.tv_nsec = PERIOD_NS};
	int rc = take_point();

	(void)pid;
	if (rc)
		return rc;
	timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (timer < 0 || timerfd_settime(timer, 0, &period, NULL) < 0)
		return fail(errno, "thp: timer");
	return loop_add(timer, on_timer, NULL);
}

/* A workload holds still before it gives its memory away: the one point that is never missed. */
static int drain(void)
{
	return take_point();
}

static int ended(const struct child *child)
{
	(void)child;
	loop_del(timer);
	return take_point();
}

static void emit_series(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	fprintf(out, "seconds\thuge_bytes\tsplit_page\tsplit_pmd\n");
	for (const struct point *p = points; p < points + n_points; p++)
		fprintf(out, "%.3f\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
			(double)(p->t - points->t) / NSEC_PER_SEC, p->huge,
			p->split_page - points->split_page, p->split_pmd - points->split_pmd);
	fclose(out);
	emit_artifact("thp.tsv", text);
	free(text);
}

static int stop(void)
{
	uint64_t most = 0;

	if (timer >= 0)
		close(timer);
	if (!n_points)
		return 0;
	for (size_t i = 0; i < n_points; i++)
		most = points[i].huge > most ? points[i].huge : most;
	emit_metric("thp.huge_max", (double)most, "B", PROTOCOL_BETTER_NEITHER);
	emit_metric("thp.split_page",
		    (double)(points[n_points - 1].split_page - points->split_page), "count",
		    PROTOCOL_BETTER_NEITHER);
	emit_metric("thp.split_pmd", (double)(points[n_points - 1].split_pmd - points->split_pmd),
		    "count", PROTOCOL_BETTER_NEITHER);
	emit_series();
	free(points);
	return 0;
}

const struct collector thp_collector = {
	.attach = attach,
	.drain = drain,
	.ended = ended,
	.stop = stop,
};
