/* SPDX-License-Identifier: GPL-2.0-only */
/* The counters of /proc/vmstat. */
#ifndef COLLECTORS_VMSTAT_H
#define COLLECTORS_VMSTAT_H

#include <stdint.h>

/* The text of /proc/vmstat, every CPU's last counts in it. free() it. NULL with fail(). */
char *vmstat_read(void);

/* The counter in that text. -ENOENT if this kernel has none of that name. */
int vmstat_value(const char *vmstat, const char *name, uint64_t *value);

#endif
