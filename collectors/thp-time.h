/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the thp collector that only looks at text. */
#ifndef COLLECTORS_THP_TIME_H
#define COLLECTORS_THP_TIME_H

#include <stdint.h>

/*
 * The field, in bytes, in the text of /proc/meminfo ("AnonHugePages:    2048 kB"). -ENOENT
 * where this kernel has none; -EINVAL where its line is none of that form.
 */
int meminfo_bytes(const char *meminfo, const char *field, uint64_t *bytes);

#endif
