// SPDX-License-Identifier: GPL-2.0-only
#include "collectors/node.h"

#include "collectors/emit.h"
#include "collectors/fail.h"
#include "collectors/gate.h"
#include "collectors/sys.h"
#include "collectors/thp.h"
#include "collectors/trace.h"
#include "lab/protocol.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES  "/sys/devices/system/node"
#define MEMORY "/sys/devices/system/memory"

#define EVENT "events/kmem/mm_page_alloc/"

/* Between two words about how far it is. */
#define PROGRESS_NS (2 * NSEC_PER_SEC)

static struct {
	unsigned int id;
	uint64_t bytes; /* 0: there is no such node */
	struct node_pages first, before;
	bool there;   /* all of it, and online */
	bool watched; /* by the trace */
	struct trace trace;
} node;

/* ---- reading ---- */

/* The number behind the words, where the line begins with them. */
static uint64_t line_number(const char *line, const char *words)
{
	size_t len = strlen(words);

	line += strspn(line, " ");
	return strncmp(line, words, len) ? 0 : strtoull(line + len, NULL, 10);
}

void node_pages_parse(struct node_pages *pages, const char *zoneinfo, unsigned int id)
{
	unsigned int of = UINT_MAX;
	char zone[32] = "";

	*pages = (struct node_pages){0};
	for (const char *line = zoneinfo; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		if (sscanf(line, "Node %u, zone %31s", &of, zone) == 2 || of != id)
			continue;
		*(strcmp(zone, "Movable") ? &pages->normal : &pages->movable) +=
			line_number(line, "managed ");
		pages->free += line_number(line, "pages free ") + line_number(line, "count: ");
	}
}

uint64_t numa_maps_pages(const char *numa_maps, unsigned int id)
{
	uint64_t pages = 0;
	char word[16];

	snprintf(word, sizeof(word), " N%u=", id);
	for (const char *at = numa_maps; (at = strstr(at, word)); at += strlen(word))
		pages += strtoull(at + strlen(word), NULL, 10);
	return pages;
}

/* Each CPU keeps the last few counts to itself until it is told to hand them in. */
static int read_pages(struct node_pages *pages, unsigned int id)
{
	int rc = sys_write("/proc/sys/vm/stat_refresh", "1");
	char *zoneinfo = rc ? NULL : sys_read("/proc/zoneinfo");

	if (rc)
		return rc;
	if (!zoneinfo)
		return fail(errno, "/proc/zoneinfo");
	node_pages_parse(pages, zoneinfo, id);
	free(zoneinfo);
	return 0;
}

/* ---- bringing it online ---- */

struct blocks {
	unsigned long *numbers; /* sorted */
	size_t n;
	uint64_t bytes; /* of each */
};

static int by_number(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return (x > y) - (x < y);
}

/* A node's folder has a link to each block of its memory, "memory80". */
static int list_blocks(struct blocks *blocks, size_t most)
{
	char path[PATH_MAX];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), NODES "/node%u", node.id);
	dir = opendir(path);
	if (!dir)
		return fail(errno, "%s", path);
	blocks->numbers = calloc(most, sizeof(*blocks->numbers));
	while (blocks->numbers && (entry = readdir(dir))) {
		if (sscanf(entry->d_name, "memory%lu", &blocks->numbers[blocks->n]) == 1 &&
		    ++blocks->n == most)
			break;
	}
	closedir(dir);
	if (!blocks->numbers)
		return fail(ENOMEM, "the blocks of node %u", node.id);
	qsort(blocks->numbers, blocks->n, sizeof(*blocks->numbers), by_number);
	return 0;
}

/* All DIMMs are plugged, one after the other, or it is too early. */
static int find_blocks(struct blocks *blocks)
{
	char *size = sys_read(MEMORY "/block_size_bytes");
	size_t want;
	int rc;

	if (!size)
		return fail(errno, MEMORY "/block_size_bytes");
	*blocks = (struct blocks){.bytes = strtoull(size, NULL, 16)};
	free(size);
	want = blocks->bytes ? node.bytes / blocks->bytes : 0;
	rc = list_blocks(blocks, want + 1);
	if (!rc && (!want || blocks->n != want ||
		    blocks->numbers[want - 1] - blocks->numbers[0] != want - 1))
		rc = fail(0,
			  "node %u has not the %zu blocks of memory that it is to have, in one "
			  "piece",
			  node.id, want);
	return rc;
}

/* From before its first page can be had: every page of the node that is not part of a huge one. */
static int watch_allocations(const struct blocks *blocks)
{
	uint64_t page = sysconf(_SC_PAGESIZE);
	uint64_t first = blocks->numbers[0] * blocks->bytes / page;
	char filter[128];
	int rc = trace_open(&node.trace, "bootlab-node");

	snprintf(filter, sizeof(filter), "pfn >= %" PRIu64 " && pfn < %" PRIu64 " && order != %d",
		 first, first + node.bytes / page, __builtin_ctzll(thp_size() / page));
	if (!rc)
		rc = trace_write(&node.trace, EVENT "filter", filter);
	return rc ? rc : trace_write(&node.trace, EVENT "enable", "1");
}

/*
 * The first, and then from the last one down. Each time a block comes online the kernel looks
 * whether its zone has holes, from the start up to the first one: this way it finds one at once,
 * and the work is not that of all blocks for each block.
 */
size_t node_order(size_t i, size_t n)
{
	return i ? n - i : 0;
}

/* "online_kernel": pages of a movable zone would be migrated away from it by the first pin. */
static int online_blocks(const struct blocks *blocks)
{
	int64_t told = now_ns();
	char path[PATH_MAX];
	int rc = 0;

	for (size_t i = 0; i < blocks->n && !rc; i++) {
		snprintf(path, sizeof(path), MEMORY "/memory%lu/state",
			 blocks->numbers[node_order(i, blocks->n)]);
		rc = sys_write(path, "online_kernel");
		if (now_ns() - told < PROGRESS_NS)
			continue;
		told = now_ns();
		emit_progress("bringing the guest's memory online", i * blocks->bytes, node.bytes);
	}
	return rc;
}

static int online_timed(const struct blocks *blocks)
{
	int64_t start = now_ns();
	int rc = online_blocks(blocks);

	if (!rc)
		emit_metric("node_online", (double)(now_ns() - start) / NSEC_PER_SEC, "s",
			    PROTOCOL_BETTER_NEITHER);
	return rc;
}

static bool has_pages(const struct node_pages *pages)
{
	return pages->normal || pages->movable;
}

static int bring_online(const struct blocks *blocks)
{
	int rc = watch_allocations(blocks);

	if (rc)
		return rc;
	node.watched = true;
	rc = online_timed(blocks);
	return rc ? rc : read_pages(&node.first, node.id);
}

int node_bring_online(const struct cell *cell)
{
	struct blocks blocks = {0};
	int rc;

	if (!cell->node_bytes)
		return 0;
	node.id = cell->node;
	node.bytes = cell->node_bytes;
	rc = find_blocks(&blocks);
	if (!rc)
		rc = read_pages(&node.first, node.id);
	/* Where somebody was faster, the gates will tell. */
	if (!rc && !has_pages(&node.first))
		rc = bring_online(&blocks);
	node.there = !rc;
	free(blocks.numbers);
	return rc;
}

/* ---- judging ---- */

static bool untouched(const struct node_pages *pages)
{
	uint64_t all = node.bytes / sysconf(_SC_PAGESIZE);

	return pages->normal == all && !pages->movable && pages->free == all;
}

/* Nothing is run on a node that is not as it must be: what would break is the kernel. */
int node_before(void)
{
	int rc = node.there ? read_pages(&node.before, node.id) : 0;

	if (rc || !node.there)
		return rc;
	return untouched(&node.first) && untouched(&node.before) ? 0 : -EINVAL;
}

void node_untouched(const char *name, const struct sample *sample)
{
	const struct node_pages *first = &node.first, *before = &node.before;

	if (!sample->cell.node_bytes)
		return;
	emit_gate(name, untouched(first) && untouched(before),
		  "node %u was to have %" PRIu64
		  " pages; right after they came online it had %" PRIu64
		  " for all uses and %" PRIu64 " movable, %" PRIu64
		  " free; before the workload %" PRIu64 " and %" PRIu64 ", %" PRIu64 " free",
		  node.id, node.bytes / sysconf(_SC_PAGESIZE), first->normal, first->movable,
		  first->free, before->normal, before->movable, before->free);
}

void node_filled(pid_t pid, unsigned int id, uint64_t bytes)
{
	char *numa_maps = sys_read("/proc/%d/numa_maps", pid);
	uint64_t want = bytes / sysconf(_SC_PAGESIZE), its, used;
	struct node_pages pages = {0};

	if (!numa_maps || read_pages(&pages, id) < 0) {
		emit_gate("node_filled", false, "cannot read what is on node %u", id);
		free(numa_maps);
		return;
	}
	its = numa_maps_pages(numa_maps, id);
	used = pages.normal + pages.movable - pages.free;
	emit_gate("node_filled", used == want && its == want,
		  "%" PRIu64 " pages are in use on node %u, %" PRIu64
		  " of them are the guest's RAM, which has %" PRIu64,
		  used, id, its, want);
	free(numa_maps);
}

/* One record is too many: the text of the first tells who it was. */
void node_only_guest(const char *name, const struct sample *sample)
{
	char text[512] = "";
	ssize_t n;

	if (!sample->cell.node_bytes)
		return;
	if (!node.watched) {
		emit_gate(name, false, "nobody watched it as it came online");
		return;
	}
	n = read(node.trace.pipe, text, sizeof(text) - 1);
	if (n < 0 && errno != EAGAIN)
		emit_gate(name, false, "the trace cannot be read: %s", strerror(errno));
	else if (n > 0)
		emit_gate(name, false, "somebody allocated there: %.*s", (int)strcspn(text, "\n"),
			  text);
	else
		emit_gate(name, true, "no page of node %u was allocated but in huge pages",
			  node.id);
	trace_write(&node.trace, EVENT "enable", "0");
	trace_close(&node.trace);
}

void node_released(const char *name, const struct sample *sample)
{
	struct node_pages pages = {0};

	if (!sample->cell.node_bytes)
		return;
	if (!node.there || read_pages(&pages, node.id) < 0)
		emit_gate(name, false, "%s", fail_reason());
	else
		emit_gate(name, pages.free == pages.normal && pages.normal,
			  "%" PRIu64 " of %" PRIu64 " pages of node %u are free", pages.free,
			  pages.normal, node.id);
}
