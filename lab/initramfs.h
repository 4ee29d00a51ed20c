/* SPDX-License-Identifier: GPL-2.0-only */
/* The initramfs of testbeds and guests: the agent as /init, and nothing else. */
#ifndef LAB_INITRAMFS_H
#define LAB_INITRAMFS_H

#include "lab/error.h"

/*
 * The path of an initramfs (newc cpio) that holds this agent; made in the cache under the
 * hash of its content where it is not there yet. g_free it. NULL with err.
 */
char *initramfs_build(const char *agent, GError **err);

#endif
