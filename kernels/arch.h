/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between architectures when a kernel is built. */
#ifndef KERNELS_ARCH_H
#define KERNELS_ARCH_H

#include <stdbool.h>

struct arch {
	const char *name;    /* as a kernel's YAML says it, and `uname -m` */
	const char *arch;    /* make's ARCH */
	const char *triplet; /* of the tools that build for it from elsewhere */
	const char *target;  /* what is made */
	const char *image;   /* and where it is then, in the object folder */
};

/* NULL if there is no such architecture. */
const struct arch *arch_find(const char *name);

/* "x86_64, ...": for messages. g_free it. */
char *arch_names(void);

/* The name of this machine's own architecture, which may be none of those above. */
const char *arch_native(void);

/* make's CROSS_COMPILE: the prefix of the tools' names, "" where they are this machine's own. */
char *arch_cross(const struct arch *arch);

/* The Debian package that has a tool for it, by the name that the native one has. g_free it. */
char *arch_package(const struct arch *arch, const char *native);

#endif
