/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's own checkpatch.pl says of a patch. */
#ifndef KERNELS_STYLE_H
#define KERNELS_STYLE_H

#include "kernels/kernel.h"

struct style {
	bool checked; /* false: the source has no checkpatch */
	int errors, warnings;
	char *text; /* what it printed. g_free it */
};

/* Checks the last of the kernel's patches (which has one at least). */
bool style_check(const struct kernel *kernel, struct style *style, GError **err);

#endif
