/* SPDX-License-Identifier: GPL-2.0-only */
/* Which memory zone pages are in: a process's page table against the zones' spans. */
#ifndef COLLECTORS_ZONE_H
#define COLLECTORS_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZONE_NODES_MAX 64

/* A zone on all nodes: where it has memory. */
struct zone {
	struct {
		uint64_t pfn, pages;
	} spans[ZONE_NODES_MAX];
	size_t n_spans;
};

/* How many pages of a range are in the zone, and how many are not there at all. */
struct zone_count {
	uint64_t inside, outside, absent;
};

/*
 * Takes a zone ("Movable") out of the text of /proc/zoneinfo. No spans: this machine has none
 * of that name. -EINVAL: the text is not as the kernel writes it.
 */
int zone_parse(struct zone *zone, const char *zoneinfo, const char *name);

/* The zone of this machine. -errno with fail(). */
int zone_find(struct zone *zone, const char *name);

bool zone_has(const struct zone *zone, uint64_t pfn);

/* Of an entry of /proc/PID/pagemap. -ENOENT: no page is there; -EPERM: its number is hidden. */
int pagemap_pfn(uint64_t entry, uint64_t *pfn);

/* Counts this process's pages from addr on. -errno with fail(). */
int zone_count(const struct zone *zone, const void *addr, uint64_t bytes, struct zone_count *count);

#endif
