/* SPDX-License-Identifier: GPL-2.0-only */
/* Patches: what they are, and applied the way git does it. */
#ifndef KERNELS_PATCH_H
#define KERNELS_PATCH_H

#include "kernels/work.h"

typedef struct patch_info {
	char *subject; /* without "[PATCH n/m]"; the file's name where the patch has none */
	char *author;  /* "Name <address>"; NULL where the patch has none */
} patch_info;

bool patch_read(const char *file, struct patch_info *info, GError **err);
void patch_info_clear(struct patch_info *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(patch_info, patch_info_clear)

/*
 * true if a patch's text adds a file that is no C or assembler source, or gives one such a
 * name. A new header can hide another of its name, and neither make nor ccache's direct mode
 * looks for a file that was not there before.
 */
bool patch_adds_files(const char *patch);

/*
 * Applies the kernel's patches to the tree as `git am` does: each is taken out of its mail
 * first, whatever that encodes it in, and must apply without fuzz. Sets work->adds_files. The
 * error shows the first hunk that fails.
 */
bool patch_apply_all(struct work *work, GError **err);

/*
 * What to show of a patch that git refused: the place and the text of the hunk that git's
 * output names first, or else git's first error. g_free it.
 */
char *patch_first_failure(const char *patch, const char *output);

#endif
