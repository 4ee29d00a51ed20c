// SPDX-License-Identifier: GPL-2.0-only
#include "kernels/disk.h"

#include "lab/units.h"

#include <sys/statvfs.h>

/* With less than this left a disk is full: what failed has often been removed by now. */
#define FULL_BYTES (16 * 1024 * 1024)

/* What is left on the disk that holds path. */
static guint64 left(const char *path)
{
	struct statvfs fs;

	return statvfs(path, &fs) ? G_MAXUINT64 : (guint64)fs.f_bavail * fs.f_frsize;
}

bool disk_need(const char *folder, guint64 bytes, GError **err)
{
	if (left(folder) >= bytes)
		return true;
	g_autofree char *need = size_human(bytes);
	g_autofree char *have = size_human(left(folder));

	return bl_fail(err, BL_ERROR_SYSTEM,
		       "%s needs %s of free disk, and has %s: free some or set BOOTLAB_CACHE to a "
		       "folder on another disk",
		       folder, need, have);
}

const char *disk_hint(const char *path)
{
	g_autofree char *dir = g_path_get_dirname(path);

	if (left(dir) >= FULL_BYTES)
		return "";
	return ": the disk is full, free some of it or set BOOTLAB_CACHE to another";
}
