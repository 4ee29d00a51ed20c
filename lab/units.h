/* SPDX-License-Identifier: GPL-2.0-only */
/* Sizes as people write them: 4096, 64K, 1G, 1.5G, 16GiB (powers of 1024); durations too. */
#ifndef LAB_UNITS_H
#define LAB_UNITS_H

#include "lab/error.h"

bool size_parse(const char *text, guint64 *bytes, GError **err);

/* The shortest exact text that size_parse() takes back: "16G", "1536M", "4097". g_free it. */
char *size_format(guint64 bytes);

/* For reading, not for parsing: "16 GiB", "1.5 GiB". g_free it. */
char *size_human(guint64 bytes);

/* "90", "90s", "30m", "2h", "1.5h" in seconds, more than 0. */
bool duration_parse(const char *text, gint64 *seconds, GError **err);

#endif
