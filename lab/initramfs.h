/* SPDX-License-Identifier: GPL-2.0-only */
/* The initramfs of testbeds and guests: the agent as /init, and maybe its cell. */
#ifndef LAB_INITRAMFS_H
#define LAB_INITRAMFS_H

#include "lab/error.h"

/*
 * The path of an initramfs (newc cpio) that holds this agent; made in the cache under the
 * hash of its content where it is not there yet. g_free it. NULL with err.
 */
char *initramfs_build(const char *agent, GError **err);

/* Writes one that holds the agent and, as PROTOCOL_CELL_FILE, this cell (a JSON text). */
bool initramfs_write(const char *path, const char *agent, const char *cell, GError **err);

#endif
