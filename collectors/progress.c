// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/progress.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/loop.h"
#include "collectors/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Telling costs some tenths of a millisecond. */
#define PERIOD_S 10

static struct {
	const char *what;
	pid_t pid;
	uint64_t total;
	int timer;
} watch = {.timer = -1};

/* A few words of statm, the second is what it has in memory: read without any lock. */
static uint64_t resident(pid_t pid)
{
	char *statm = sys_read("/proc/%d/statm", pid);
	unsigned long long pages = 0;

	if (statm && sscanf(statm, "%*s %llu", &pages) != 1)
		pages = 0;
	free(statm);
	return pages * sysconf(_SC_PAGESIZE);
}

static int on_timer(int fd, void *data)
{
	uint64_t times, done = resident(watch.pid);

	(void)data;
	if (read(fd, &times, sizeof(times)) == sizeof(times))
		emit_progress(watch.what, done < watch.total ? done : watch.total, watch.total);
	return 0;
}

int progress_start(const char *what, pid_t pid, uint64_t total)
{
	const struct itimerspec period = {.it_interval.tv_sec = PERIOD_S,
					  .it_value.tv_sec = PERIOD_S};

	if (!total)
		return 0;
	watch.what = what;
	watch.pid = pid;
	watch.total = total;
	watch.timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (watch.timer < 0 || timerfd_settime(watch.timer, 0, &period, NULL) < 0)
		return fail(errno, "a timer");
	return loop_add(watch.timer, on_timer, NULL);
}

void progress_stop(void)
{
	if (watch.timer < 0)
		return;
	loop_del(watch.timer);
	close(watch.timer);
	watch.timer = -1;
}
