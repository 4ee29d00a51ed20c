/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks between bootlab processes: a file under flock, freed by the kernel however one ends. */
#ifndef KERNELS_LOCK_H
#define KERNELS_LOCK_H

#include "lab/error.h"

/* Shared by builds, whole for what removes things that builds stand on. */
#define CACHE_LOCK "cache"

/* A lock that is held; -1: none. */
typedef int Lock;

/*
 * Waits for the lock of that name (under the cache's locks/), saying once what is waited for.
 * -1 with err where it cannot be had or bootlab was interrupted.
 */
Lock lock_take(const char *name, const char *what, GError **err);

/* The same for one that many may hold at once, but none while one holds it by lock_take(). */
Lock lock_share(const char *name, const char *what, GError **err);

/* lock_take() without waiting: -1 without err where another holds it. */
Lock lock_try(const char *name, GError **err);

void lock_free(Lock lock);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(Lock, lock_free, -1)

#endif
