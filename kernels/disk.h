/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether there is room. */
#ifndef KERNELS_DISK_H
#define KERNELS_DISK_H

#include "lab/error.h"

/* false with err where the disk that holds the folder has less than that left. */
bool disk_need(const char *folder, guint64 bytes, GError **err);

/*
 * To end an error's message about writing to path: what to do where its disk is full, else
 * "". Static: not to be freed.
 */
const char *disk_hint(const char *path);

#endif
