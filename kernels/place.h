/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where kernels are described: kernels/ as bootlab ships it, and the user's own folder with
 * the same subfolders (bases, series, configs). Where both have a name, bootlab's counts.
 */
#ifndef KERNELS_PLACE_H
#define KERNELS_PLACE_H

#include "lab/error.h"

/* The path of SUB/NAMESUFFIX, which is bootlab's where there is none at all. g_free it. */
char *place_find(const char *sub, const char *name, const char *suffix);

/* The names in SUB of both folders that end in suffix, sorted, without it. g_strfreev it. */
char **place_names(const char *sub, const char *suffix, GError **err);

/* The same of one folder. */
char **place_names_in(const char *folder, const char *suffix, GError **err);

/*
 * true if name can stand in a kernel's name, BASE[@REVISION][:FRAGMENT][+SERIES[/N]]: a safe
 * name for a file without any of these marks.
 */
bool place_safe_name(const char *name);

#endif
