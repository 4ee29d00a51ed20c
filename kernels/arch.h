/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between architectures when a kernel is built. */
#ifndef KERNELS_ARCH_H
#define KERNELS_ARCH_H

struct arch {
	const char *name;   /* as a kernel's YAML says it */
	const char *arch;   /* make's ARCH */
	const char *cross;  /* make's CROSS_COMPILE: the prefix of the tools' names */
	const char *target; /* what is made */
	const char *image;  /* and where it is then, in the object folder */
};

/* NULL if there is no such architecture. */
const struct arch *arch_find(const char *name);

/* "x86_64, ...": for messages. g_free it. */
char *arch_names(void);

#endif
