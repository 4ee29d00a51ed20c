// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/perf-event.h"

#include "collectors/emit.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_event(struct perf_event_attr *attr, pid_t pid)
{
	int fd;

	attr->size = sizeof(*attr);
	attr->exclude_hv = 1;
	fd = syscall(SYS_perf_event_open, attr, pid, -1, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

bool perf_event_pmu(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE, .config = PERF_COUNT_HW_CPU_CYCLES, .disabled = 1};
	int fd = open_event(&attr, 0);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

void perf_event_report_pmu(void)
{
	emit_env("pmu", perf_event_pmu() ? "yes" : "none");
}

int perf_event_count(pid_t pid, uint32_t type, uint64_t config)
{
	struct perf_event_attr attr = {
		.type = type,
		.config = config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.enable_on_exec = 1,
		.inherit = 1,
	};

	return open_event(&attr, pid);
}

int perf_event_scale(uint64_t count, uint64_t enabled, uint64_t running, double *value)
{
	if (!running && enabled)
		return -ENODATA;
	*value = (double)count;
	if (running && running < enabled)
		*value *= (double)enabled / (double)running;
	return 0;
}

int perf_event_read(int fd, double *value)
{
	uint64_t words[3];
	ssize_t n = read(fd, words, sizeof(words));

	if (n < 0)
		return -errno;
	if (n != sizeof(words))
		return -EIO;
	return perf_event_scale(words[0], words[1], words[2], value);
}
