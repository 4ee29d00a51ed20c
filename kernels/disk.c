// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/disk.h"

#include <glib.h>
#include <sys/statvfs.h>

/* With less than this left a disk is full: what failed has often been removed by now. */
#define FULL_BYTES (16 * 1024 * 1024)

const char *disk_hint(const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);
	struct statvfs fs;

	if (!statvfs(dir, &fs) && (guint64)fs.f_bavail * fs.f_frsize < FULL_BYTES)
		return ": the disk is full, free some of it or set BOOTLAB_CACHE to another";
	return "";
}
