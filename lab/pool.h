/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The warm pool: files on tmpfs that back the RAM of testbeds and outlive them. On a machine
 * that is itself a guest, the first touch of a page may cost a hundred times more than the
 * next; a testbed in fresh memory would measure that instead of its kernel. It lies on
 * /dev/shm, or on the tmpfs that BOOTLAB_POOL names.
 */
#ifndef LAB_POOL_H
#define LAB_POOL_H

#include "lab/error.h"

struct pool_file {
	char *path;
	guint64 bytes;	   /* its size */
	guint64 allocated; /* bytes that have been touched: warm from there on */
	bool in_use;	   /* a testbed's, now */
};

/* All files of this user's pool: GPtrArray of struct pool_file *, freed with it. NULL with err. */
GPtrArray *pool_list(GError **err);

/* Removes the files that no testbed uses. The bytes given back, or -1 with err. */
gint64 pool_free(GError **err);

/* true if this machine could hold that much in the pool, if it had nothing else to do. */
bool pool_could_hold(guint64 bytes);

struct pool_lease {
	char *path;
	int fd; /* locked: nobody else takes the file */
};

/*
 * A file of this size for one testbed at a time, every page of it touched. Takes one that is
 * there, else makes one, showing progress. NULL with err: no room (names what is free), or
 * interrupted.
 */
struct pool_lease *pool_take(guint64 bytes, GError **err);

/*
 * The same, in huge pages where that can be had (as root: on a tmpfs that is mounted for it). For
 * memory that is mapped so many times over that this machine's own page faults would show.
 */
struct pool_lease *pool_take_huge(guint64 bytes, GError **err);
bool pool_is_huge(const struct pool_lease *lease);

/* The file stays, warm, for the next. */
void pool_release(struct pool_lease *lease);
typedef struct pool_lease PoolLease;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PoolLease, pool_release)

#endif
