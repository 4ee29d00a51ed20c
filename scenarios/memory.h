/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory as a guest's RAM is: anonymous, of huge pages or of none. */
#ifndef SCENARIOS_MEMORY_H
#define SCENARIOS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* size bytes, aligned to huge pages, and madvise()d to have them or not. NULL with fail(). */
void *memory_map(uint64_t size, bool huge);

/* Has all of it come from that NUMA node; the task's own policy stays. -errno with fail(). */
int memory_bind(void *memory, uint64_t size, unsigned int node);

/* Writes to every page. */
void memory_touch(void *memory, uint64_t size);

/*
 * Takes all of the machine's free memory but `spare` bytes, and gives every other page back: what
 * is free then is in single pages. It stays so until this process ends. -errno with fail().
 */
int memory_fragment(uint64_t spare);

#endif
