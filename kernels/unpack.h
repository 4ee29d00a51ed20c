/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that came from elsewhere, unpacked within limits. */
#ifndef KERNELS_UNPACK_H
#define KERNELS_UNPACK_H

#include "lab/error.h"

/*
 * Writes the content of a file, unpacked where it is gzip's or xz's, to a new file. false with
 * err where it is empty, cut short or larger than max_bytes unpacked.
 */
bool unpack_file(const char *from, const char *to, guint64 max_bytes, GError **err);

#endif
