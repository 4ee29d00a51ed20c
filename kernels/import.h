/* SPDX-License-Identifier: GPL-2.0-only */
/* Series that the user brings: from files, a git tree or the web into a folder of the user's. */
#ifndef KERNELS_IMPORT_H
#define KERNELS_IMPORT_H

#include "lab/error.h"

struct import_order {
	const char *name;
	/*
	 * A folder with *.patch, an mbox (or .gz, .xz of one), TREE:A..B for a range of commits,
	 * the URL of an mbox, a patch or a mail in an archive, or a message-id.
	 */
	const char *source;
	char *const
		*bases; /* those that the series is for; NULL: all for testbeds on this machine */
	const char *scenario; /* NULL: none */
	bool force;	      /* a series of that name is replaced */
};

/*
 * Makes path_user()/series/NAME/ from the source: a file NNNN-subject.patch for each patch,
 * cover.txt where there is a cover letter, series.yaml. On failure what was there is as it
 * was. Returns the folder (g_free it), NULL with err. *titles: the patches' (g_strfreev it).
 */
char *import_series(const struct import_order *order, char ***titles, GError **err);

#endif
