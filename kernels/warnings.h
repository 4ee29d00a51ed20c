/* SPDX-License-Identifier: GPL-2.0-only */
/* What the compiler warned of in a build, as far as its base was not warned of the same. */
#ifndef KERNELS_WARNINGS_H
#define KERNELS_WARNINGS_H

#include "lab/error.h"

/* The new warnings of build (a key) over those of base, each once. g_strfreev it, or NULL. */
char **warnings_new(const char *build, const char *base, GError **err);

/*
 * The same of two logs' texts. Numbers do not count: lines move when a patch adds some.
 * log: of a build whose base's is base.
 */
char **warnings_in(const char *log, const char *base);

#endif
