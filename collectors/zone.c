// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/zone.h"

#include "collectors/fail.h"
#include "collectors/sys.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGEMAP_PRESENT (1ULL << 63)
#define PAGEMAP_PFN	((1ULL << 55) - 1)

/* What has been read so far of the section of one node's zone. */
struct section {
	bool wanted, has_spanned;
	uint64_t spanned;
};

/* The number that is all the rest of the line. */
static int number(const char *text, uint64_t *value)
{
	char *end;

	text += strspn(text, " ");
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, 10);
	return errno || (*end && *end != '\n') ? -EINVAL : 0;
}

/* The text after a key that begins the line, or NULL. */
static const char *after(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, " ");
	return strncmp(line, key, len) ? NULL : line + len;
}

/* "Node 0, zone  Movable" */
static int begin(struct section *section, const char *line, const char *name)
{
	char zone[32];
	int node;

	if (sscanf(line, "Node %d, zone %31s", &node, zone) != 2)
		return -EINVAL;
	*section = (struct section){.wanted = !strcmp(zone, name)};
	return 0;
}

/* A zone without memory has no start_pfn; its span says nothing. */
static int add_span(struct zone *zone, const struct section *section, const char *start)
{
	uint64_t pfn;

	if (!section->has_spanned || number(start, &pfn) || pfn + section->spanned < pfn)
		return -EINVAL;
	if (zone->n_spans == ZONE_NODES_MAX)
		return -EINVAL;
	zone->spans[zone->n_spans].pfn = pfn;
	zone->spans[zone->n_spans++].pages = section->spanned;
	return 0;
}

static int take_line(struct zone *zone, struct section *section, const char *line, const char *name)
{
	const char *value;

	if (after(line, "Node "))
		return begin(section, line, name);
	if (!section->wanted)
		return 0;
	value = after(line, "spanned ");
	if (value) {
		section->has_spanned = true;
		return number(value, &section->spanned);
	}
	value = after(line, "start_pfn:");
	return value ? add_span(zone, section, value) : 0;
}

int zone_parse(struct zone *zone, const char *zoneinfo, const char *name)
{
	struct section section = {0};
	int rc = 0;

	*zone = (struct zone){0};
	for (const char *line = zoneinfo; *line && !rc;
	     line += strcspn(line, "\n"), line += *line == '\n')
		rc = take_line(zone, &section, line, name);
	return rc;
}

int zone_find(struct zone *zone, const char *name)
{
	char *zoneinfo = sys_read("/proc/zoneinfo");
	int rc;

	if (!zoneinfo)
		return fail(errno, "/proc/zoneinfo");
	rc = zone_parse(zone, zoneinfo, name);
	free(zoneinfo);
	return rc ? fail(-rc, "/proc/zoneinfo: zone %s", name) : 0;
}

bool zone_has(const struct zone *zone, uint64_t pfn)
{
	for (size_t i = 0; i < zone->n_spans; i++)
		if (pfn >= zone->spans[i].pfn && pfn - zone->spans[i].pfn < zone->spans[i].pages)
			return true;
	return false;
}

int pagemap_pfn(uint64_t entry, uint64_t *pfn)
{
	if (!(entry & PAGEMAP_PRESENT))
		return -ENOENT;
	*pfn = entry & PAGEMAP_PFN;
	/* Without CAP_SYS_ADMIN they all read as 0, which is no page that a process can have. */
	return *pfn ? 0 : -EPERM;
}

static int count_entry(const struct zone *zone, uint64_t entry, struct zone_count *count)
{
	uint64_t pfn;
	int rc = pagemap_pfn(entry, &pfn);

	if (rc == -EPERM)
		return fail(EPERM, "/proc/self/pagemap hides its page numbers");
	if (rc)
		count->absent++;
	else if (zone_has(zone, pfn))
		count->inside++;
	else
		count->outside++;
	return 0;
}

static int count_pages(int fd, const struct zone *zone, uint64_t first, uint64_t n,
		       struct zone_count *count)
{
	uint64_t entries[512];
	int rc = 0;

	while (n && !rc) {
		uint64_t some = n < 512 ? n : 512;
		ssize_t bytes = some * sizeof(*entries);

		if (pread(fd, entries, bytes, first * sizeof(*entries)) != bytes)
			return fail(EIO, "/proc/self/pagemap");
		for (uint64_t i = 0; i < some && !rc; i++)
			rc = count_entry(zone, entries[i], count);
		first += some;
		n -= some;
	}
	return rc;
}

int zone_count(const struct zone *zone, const void *addr, uint64_t bytes, struct zone_count *count)
{
	uint64_t page = sysconf(_SC_PAGESIZE);
	int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC), rc;

	*count = (struct zone_count){0};
	if (fd < 0)
		return fail(errno, "/proc/self/pagemap");
	rc = count_pages(fd, zone, (uintptr_t)addr / page, bytes / page, count);
	close(fd);
	return rc;
}
