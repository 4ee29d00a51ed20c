/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef COLLECTORS_MEMORY_H
#define COLLECTORS_MEMORY_H

#include <stdint.h>

/* Pages that are nobody's, by the text of /proc/zoneinfo: those that CPUs keep ready too. */
uint64_t zoneinfo_free(const char *zoneinfo);

#endif
