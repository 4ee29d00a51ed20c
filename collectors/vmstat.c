// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmstat: by how much the kernel's counters of migration, compaction, huge pages and page pins
 * rose from before the workload to its end, each as a metric of its name. One that stood still
 * is reported too: it counts as 0 in an average.
 */
#include "collectors/vmstat.h"

#include "collectors/collector.h"
#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/sys.h"
#include "lab/protocol.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const wanted[] = {
	"pgmigrate_success",	"pgmigrate_fail",	"thp_migration_success",
	"thp_migration_fail",	"thp_migration_split",	"thp_split_page",
	"thp_split_pmd",	"thp_fault_alloc",	"thp_fault_fallback",
	"compact_stall",	"compact_success",	"compact_fail",
	"nr_foll_pin_acquired", "nr_foll_pin_released",
};

static char *before;

/* Each CPU keeps the last few counts to itself until it is told to hand them in. */
char *vmstat_read(void)
{
	char *text;

	if (sys_write("/proc/sys/vm/stat_refresh", "1"))
		return NULL;
	text = sys_read("/proc/vmstat");
	if (!text)
		fail(errno, "/proc/vmstat");
	return text;
}

int vmstat_value(const char *vmstat, const char *name, uint64_t *value)
{
	size_t len = strlen(name);

	for (const char *line = vmstat; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, name, len) || line[len] != ' ')
			continue;
		*value = strtoull(line + len, NULL, 10);
		return 0;
	}
	return -ENOENT;
}

static int start(void)
{
	before = vmstat_read();
	return before ? 0 : -EIO;
}

static int stop(void)
{
	char *now = vmstat_read();
	uint64_t from, to;

	/* Not every kernel has them all. */
	for (size_t i = 0; now && i < sizeof(wanted) / sizeof(*wanted); i++)
		if (!vmstat_value(before, wanted[i], &from) && !vmstat_value(now, wanted[i], &to))
			emit_metric(wanted[i], (double)(to - from), "count",
				    PROTOCOL_BETTER_NEITHER);
	free(before);
	if (!now)
		return -EIO;
	free(now);
	return 0;
}

const struct collector vmstat_collector = {
	.start = start,
	.stop = stop,
};
