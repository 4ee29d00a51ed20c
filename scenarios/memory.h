/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory as a guest's RAM is: anonymous, of huge pages or of none. */
#ifndef SCENARIOS_MEMORY_H
#define SCENARIOS_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* size bytes, aligned to huge pages, and madvise()d to have them or not. NULL with fail(). */
void *memory_map(uint64_t size, bool huge);

/* Writes to every page. */
void memory_touch(void *memory, uint64_t size);

#endif
