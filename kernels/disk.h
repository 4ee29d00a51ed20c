/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether there is room. */
#ifndef KERNELS_DISK_H
#define KERNELS_DISK_H

/*
 * To end an error's message about writing to path: what to do where its disk is full, else
 * "". Static: not to be freed.
 */
const char *disk_hint(const char *path);

#endif
