/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel sources: what they are by content, and unpacked once into the cache. */
#ifndef KERNELS_SOURCE_H
#define KERNELS_SOURCE_H

#include "kernels/kernel.h"

/* What the source is by content: a tarball's SHA-256, a git tree's own name; hex. g_free it. */
char *source_hash(const struct kernel *kernel, GError **err);

/* The commit of a git source, "" of another. g_free it. */
char *source_commit(const struct base_source *source, GError **err);

/* The folder of the unpacked source, for reading only. g_free it. */
char *source_tree(const struct kernel *kernel, const char *hash, GError **err);

/*
 * path_sha256(), with the result kept in the file `stamp` for as long as the size, the times
 * and the inode of path stay the same.
 */
char *source_cached_sha256(const char *path, const char *stamp, GError **err);

#endif
