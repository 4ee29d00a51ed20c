/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The node of a guest's RAM: a NUMA node whose memory is plugged and offline when the kernel has
 * booted (see lab/node.h). Where that memory aliases, nothing may be on it but a guest's RAM in
 * huge pages. That is asserted, by gates:
 *   node_untouched   right after all of it came online, and right before the workload, every
 *                    page of the node is there, in a zone for all uses, and free
 *   node_filled      with the guest's RAM in place, exactly as many of the node's pages are in
 *                    use, and one process has all of them: see node_filled()
 *   node_only_guest  from the first page online to the end, no page of it was allocated but in
 *                    huge pages, by the tracepoint kmem:mm_page_alloc
 *   node_released    at the end all of it is free again
 */
#ifndef COLLECTORS_NODE_H
#define COLLECTORS_NODE_H

#include "collectors/cell.h"

#include <sys/types.h>

/* Before all else that the sample does; nothing where the cell has no such node. -errno. */
int node_bring_online(const struct cell *cell);

/*
 * To be called in the workload while process pid has `bytes` of guest's RAM on that node. Emits
 * the gate node_filled.
 */
void node_filled(pid_t pid, unsigned int node, uint64_t bytes);

/* Pages of a node, by the text of /proc/zoneinfo. */
struct node_pages {
	uint64_t normal;  /* in zones for all uses */
	uint64_t movable; /* in the zone for movable pages */
	uint64_t free;	  /* those that CPUs keep ready too */
};

void node_pages_parse(struct node_pages *pages, const char *zoneinfo, unsigned int node);

/* How many pages a process has on a node, by the text of its numa_maps. */
uint64_t numa_maps_pages(const char *numa_maps, unsigned int node);

/* Which of n blocks is to be the i-th to come online; see node.c. */
size_t node_order(size_t i, size_t n);

#endif
