/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels: what is described under kernels/ and how it becomes an image.
 *
 * kernels/NAME.yaml describes one:
 *     name: 6.1+pfnmap-fast
 *     summary: raw PFN runs pinned at once
 *     source: {debian: linux-source-6.1}
 *     arch: x86_64
 *     configs: [x86-testbed]
 *     series: pfnmap-fast         optional: kernels/series/pfnmap-fast/NNNN-*.patch
 *     patches: 2                  optional: the first so many; all without it
 * A NAME on the command line may also end in /N: the first N patches of NAME's series.
 */
#ifndef KERNELS_KERNEL_H
#define KERNELS_KERNEL_H

#include "lab/error.h"

struct kernel {
	char *name;
	char *summary;
	char *debian;	    /* the source package, e.g. "linux-source-6.1" */
	char *arch;	    /* "x86_64" */
	char **configs;	    /* NULL-terminated fragment names, in the order they are merged */
	char *series;	    /* NULL: none */
	int patches;	    /* how many of the series are applied */
	char **patch_files; /* NULL-terminated absolute paths, those `patches` in order */
	char *file;	    /* the YAML that describes it */
};

void kernel_free(struct kernel *kernel);
typedef struct kernel Kernel;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kernel, kernel_free)

/* All kernels described under path_data()/kernels, by name: array of Kernel *, or NULL. */
GPtrArray *kernel_list(GError **err);

/* One by its name (with /N or without); an unknown name's error lists those there are. */
struct kernel *kernel_find(const char *name, GError **err);

/* The file of a config fragment. g_free it. */
char *kernel_config_path(const char *config);

struct kernel_build {
	char *key;     /* hash of source, config, patches and compiler: 64 hex digits */
	char *dir;     /* holds image, config, build.json, build.log */
	char *image;   /* the bootable image */
	char *release; /* uname -r */
	char *config_hash;
	char *compiler; /* the compiler's own first line */
	double seconds; /* what the build took; 0 where it was there already */
};

void kernel_build_free(struct kernel_build *build);
typedef struct kernel_build KernelBuild;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KernelBuild, kernel_build_free)

/*
 * Builds a kernel unless its key is in the cache already. Shows progress. The error of a
 * patch that does not apply shows the first failing hunk; of a failed build, the first
 * compiler error; both name the log.
 */
struct kernel_build *kernel_build(const struct kernel *kernel, GError **err);

/* The finished build of this kernel as it is described now, or NULL without err if there is
 * none in the cache. */
struct kernel_build *kernel_built(const struct kernel *kernel, GError **err);

/* The finished build with that key. NULL with err where there is none. */
struct kernel_build *kernel_build_by_key(const char *key, GError **err);

#endif
