/* SPDX-License-Identifier: GPL-2.0-only */
/* Making room in the cache: what was not used for longest goes first. */
#ifndef KERNELS_GC_H
#define KERNELS_GC_H

#include "lab/error.h"

/* Something in the cache that can be made again: a build, objects, an unpacked source. */
struct gc_item {
	char *path;
	guint64 bytes; /* on disk */
	gint64 used;   /* µs since 1970 */
};

struct gc_result {
	GPtrArray *removed;    /* struct gc_item *; of a dry run: what would be */
	guint64 before, after; /* bytes */
};

/*
 * Removes items, least recently used first, until at most `limit` bytes are left. dry: only
 * says what would go. Waits for builds that are under way, and they for it (CACHE_LOCK).
 */
bool gc_run(guint64 limit, bool dry, struct gc_result *result, GError **err);
void gc_result_clear(struct gc_result *result);

/* Marks a file or folder of the cache as used just now. */
void gc_touch(const char *path);

#endif
