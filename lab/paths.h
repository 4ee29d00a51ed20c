/* SPDX-License-Identifier: GPL-2.0-only */
/* Where things lie. All strings are static or cached: not the caller's to free. */
#ifndef LAB_PATHS_H
#define LAB_PATHS_H

#include "lab/error.h"

/*
 * The folder that holds kernels/, scenarios/ and the agent: $BOOTLAB_DATA, else the source
 * tree where the program lies in one, else PREFIX/share/bootlab.
 */
const char *path_data(void);

/* The user's own bases and series: $BOOTLAB_USER, else $XDG_DATA_HOME/bootlab. Maybe not there. */
const char *path_user(void);

/* $BOOTLAB_CACHE, else $XDG_CACHE_HOME/bootlab. Made if it is not there. NULL with err. */
const char *path_cache(GError **err);

/* g_build_filename(path_cache(), sub) with the folder made. g_free it. NULL with err. */
char *path_cache_dir(const char *sub, GError **err);

/*
 * The agent for testbeds of that architecture: in the folder build, or in libexec; for another
 * than this machine's in a folder of its name there. g_free it. NULL with err.
 */
char *path_agent(const char *arch, GError **err);

/* QEMU's plugin of lab/turns.h, where the agents are. g_free it. NULL with err. */
char *path_turns(GError **err);

/*
 * true if name can be one component of a path: not empty, no '/', no leading '.', only
 * printable ASCII. What names files and comes from outside passes through here.
 */
bool path_safe_name(const char *name);

/* Replaces a relative *path by the absolute one from folder (NULL: here). *path may be NULL. */
void path_make_absolute(char **path, const char *folder);

/* The lowercase hex SHA-256 of a file's content. g_free it. NULL with err. */
char *path_sha256(const char *path, GError **err);

/* Removes a tree that bootlab made (nothing is followed out of it). Missing is success. */
bool path_remove_tree(const char *path, GError **err);

#endif
