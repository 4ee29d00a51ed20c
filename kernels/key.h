/* SPDX-License-Identifier: GPL-2.0-only */
/* The key of a kernel: a hash of all that its image depends on. */
#ifndef KERNELS_KEY_H
#define KERNELS_KEY_H

#include "kernels/kernel.h"

struct key {
	char *source;	/* hash of the source */
	char *compiler; /* the compiler's own first line */
	char *linker;	/* the linker's */
	char *hash;	/* the key */
	char *base;	/* the key of the same kernel without its patches */
};

/* Takes well under a second: nothing large is read. */
bool key_of(const struct kernel *kernel, struct key *key, GError **err);

/* key->hash and key->base from the kernel and the rest of key. */
bool key_hash(const struct kernel *kernel, struct key *key, GError **err);

void key_clear(struct key *key);

#endif
