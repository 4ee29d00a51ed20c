// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/thp.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/sys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SYSFS "/sys/kernel/mm/transparent_hugepage/"

/* The kernel shows its choice as "always [madvise] never". */
static int report(const char *env, const char *path)
{
	char *text = sys_read("%s", path), *start, *end;

	if (!text)
		return fail(errno, "%s", path);
	start = strchr(text, '[');
	end = start ? strchr(start, ']') : NULL;
	if (end) {
		*end = '\0';
		emit_env(env, start + 1);
	}
	free(text);
	return end ? 0 : fail(0, "%s shows no choice", path);
}

int thp_setup(void)
{
	int rc = sys_write(SYSFS "enabled", "madvise");

	if (!rc)
		rc = sys_write(SYSFS "defrag", "madvise");
	if (!rc)
		rc = report("thp_enabled", SYSFS "enabled");
	return rc ? rc : report("thp_defrag", SYSFS "defrag");
}

uint64_t thp_size(void)
{
	static uint64_t size;

	/* A kernel without huge pages has none to align to: any size will do. */
	if (!size && (sys_read_u64(&size, SYSFS "hpage_pmd_size") < 0 || !size))
		size = sysconf(_SC_PAGESIZE);
	return size;
}

/* Puts value in its place among the n largest so far, the largest first. */
static void insert(uint64_t *largest, unsigned int n, uint64_t value)
{
	for (unsigned int i = 0; i < n; i++) {
		uint64_t smaller = largest[i];

		if (value <= smaller)
			continue;
		largest[i] = value;
		value = smaller;
	}
}

uint64_t smaps_largest_sum(const char *smaps, const char *field, unsigned int n)
{
	uint64_t largest[THP_MAPPINGS_MAX] = {0}, sum = 0;
	size_t len = strlen(field);

	for (const char *line = smaps; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, field, len) || line[len] != ':')
			continue;
		insert(largest, n, strtoull(line + len + 1, NULL, 10) * 1024);
	}
	for (unsigned int i = 0; i < n; i++)
		sum += largest[i];
	return sum;
}

uint64_t smaps_largest(const char *smaps, const char *field)
{
	return smaps_largest_sum(smaps, field, 1);
}

void thp_covered(pid_t pid, uint64_t bytes)
{
	thp_covered_by(pid, bytes, 1);
}

void thp_covered_by(pid_t pid, uint64_t bytes, unsigned int mappings)
{
	char *smaps = sys_read("/proc/%d/smaps", pid);
	uint64_t huge = smaps ? smaps_largest_sum(smaps, "AnonHugePages", mappings) : 0;

	emit_gate("thp_covered", huge >= bytes, "%" PRIu64 " of %" PRIu64 " bytes in huge pages",
		  huge, bytes);
	free(smaps);
}
