// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gate memory_back: what a workload took of the testbed's memory has come back.
 *
 * Compared are the pages that are nobody's, with those counted in that a CPU keeps at hand for
 * its next allocation, and with the caches of files, names and inodes dropped both times. What
 * the kernel then still has more of than before are structures that it made on first use and
 * keeps: slabs of each CPU, the stacks of ended threads, the trace buffers. SLACK is for those:
 * a few times what runs that leak nothing were seen to keep, and far less than a workload uses.
 */
#include "collectors/memory.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/gate.h"
#include "collectors/sys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <time.h>
#include <unistd.h>

/* klogctl()'s; the C library has no names for them. */
#define SYSLOG_ACTION_READ_ALL	  3
#define SYSLOG_ACTION_SIZE_BUFFER 10

#define SLACK_BYTES	    (8 << 20)
#define SLACK_PAGES_PER_CPU 16

/* KASAN frees an object late, to find its late users: up to such a part of memory waits. */
#define KASAN_QUARANTINE 32

/* Memory whose last user is gone may be freed only a while later: after an RCU grace period. */
#define WAIT_S	      5
#define LOOK_AGAIN_NS 20000000

static uint64_t before; /* pages */

/* The number behind the words, where the line has them and nothing else before. */
static uint64_t line_number(const char *line, const char *words)
{
	size_t len = strlen(words);

	line += strspn(line, " ");
	return strncmp(line, words, len) ? 0 : strtoull(line + len, NULL, 10);
}

uint64_t zoneinfo_free(const char *zoneinfo)
{
	uint64_t pages = 0;

	for (const char *line = zoneinfo; *line; line += strcspn(line, "\n"), line += *line == '\n')
		pages += line_number(line, "pages free ") + line_number(line, "count: ");
	return pages;
}

static int read_free(uint64_t *pages)
{
	/* Each CPU keeps the last few counts to itself until it is told to hand them in. */
	int rc = sys_write("/proc/sys/vm/drop_caches", "3");
	char *text;

	if (!rc)
		rc = sys_write("/proc/sys/vm/stat_refresh", "1");
	if (rc)
		return rc;
	text = sys_read("/proc/zoneinfo");
	if (!text)
		return fail(errno, "/proc/zoneinfo");
	*pages = zoneinfo_free(text);
	free(text);
	return *pages ? 0 : fail(0, "/proc/zoneinfo tells of no free page");
}

int memory_before(void)
{
	return read_free(&before);
}

/* Whether this kernel's log says, from its boot on, that it sets freed objects aside. */
static bool has_kasan(void)
{
	int size = klogctl(SYSLOG_ACTION_SIZE_BUFFER, NULL, 0);
	char *log = size > 0 ? calloc(1, size + 1) : NULL;
	bool found = log && klogctl(SYSLOG_ACTION_READ_ALL, log, size) > 0 &&
		     strstr(log, "KernelAddressSanitizer initialized");

	free(log);
	return found;
}

static int64_t slack_pages(void)
{
	int64_t slack = SLACK_BYTES / sysconf(_SC_PAGESIZE) +
			SLACK_PAGES_PER_CPU * sysconf(_SC_NPROCESSORS_CONF);

	return has_kasan() ? slack + (int64_t)before / KASAN_QUARANTINE : slack;
}

/* How many pages fewer are free than before, once that is within the slack or time is up. */
static int wait_until_back(int64_t slack, int64_t *missing)
{
	const struct timespec pause = {.tv_nsec = LOOK_AGAIN_NS};
	int64_t deadline = now_ns() + WAIT_S * NSEC_PER_SEC;
	uint64_t now;
	int rc;

	while (!(rc = read_free(&now))) {
		*missing = before - now;
		if (*missing <= slack || now_ns() >= deadline)
			return 0;
		nanosleep(&pause, NULL);
	}
	return rc;
}

void memory_back(const char *name, const struct sample *sample)
{
	int64_t kib = sysconf(_SC_PAGESIZE) / 1024, slack = slack_pages(), missing = 0;

	(void)sample;
	if (!before || wait_until_back(slack, &missing) < 0)
		emit_gate(name, false, "%s", fail_reason());
	else
		emit_gate(name, missing <= slack,
			  "%" PRId64 " kB fewer free than before, of %" PRIu64 "; %" PRId64
			  " are allowed",
			  missing * kib, before * kib, slack * kib);
}
