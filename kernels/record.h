/* SPDX-License-Identifier: GPL-2.0-only */
/* Finished builds: $BOOTLAB_CACHE/kernels/KEY/ with build.json, which says how each came to be. */
#ifndef KERNELS_RECORD_H
#define KERNELS_RECORD_H

#include "kernels/key.h"

#include <jansson.h>

/* The folder of the build with that key, there or not. g_free it. NULL with err. */
char *record_dir(const char *key, GError **err);

/* build.json of a build that is there and whole; NULL without err: there is none. */
json_t *record_read(const char *key, GError **err);

/* The same as a struct. */
struct kernel_build *record_load(const char *key, GError **err);

/* What is known only once the kernel is built. */
struct record_facts {
	const char *release;
	const char *config_hash;
	gint64 image_size;
	guint objects; /* compiled for it */
	double seconds;
	bool incremental; /* from the objects of its base */
};

/* Writes build.json into dir. */
bool record_write(const char *dir, const struct kernel *kernel, const struct key *key,
		  const struct record_facts *facts, GError **err);

#endif
