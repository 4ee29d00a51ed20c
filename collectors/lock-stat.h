/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of the lock-stat collector that only looks at text. */
#ifndef COLLECTORS_LOCK_STAT_H
#define COLLECTORS_LOCK_STAT_H

#include <stddef.h>
#include <stdint.h>

/* Long enough for "lock-stat.contentions." to stand before it in a metric's name. */
#define LOCK_NAME_MAX 43

/* A class of locks that was waited for, or one side of it. */
struct lock_wait {
	char name[LOCK_NAME_MAX]; /* "mm_mmap_lock.write": the class in letters of a metric's name
				   */
	uint64_t contentions, acquisitions;
	double total_s, longest_s;
};

/*
 * The classes of the text of a /proc/lock_stat (version 0.4) that were waited for, the longest
 * total first; classes that come to the same name are one. *waits is to be free()d. -errno with
 * fail(), which has the line that is not of that form.
 */
int lock_stat_parse(const char *text, struct lock_wait **waits, size_t *count);

#endif
