/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernels: a base, a config and the first so many patches of a series, and how they become an
 * image. A kernel's name says what it is:
 *     BASE[@REVISION][:FRAGMENT...][+SERIES[/N]]
 *     6.1                      a base: kernels/base.h
 *     6.1+pin-parallel         with all patches of a series: kernels/series.h
 *     6.1+pin-parallel/2       with the first two of them
 *     6.1:debug+pin-parallel   with a config fragment more, kernels/configs/debug.config
 *     mine@topic/pin           a git base at another revision
 */
#ifndef KERNELS_KERNEL_H
#define KERNELS_KERNEL_H

#include "kernels/base.h"

#include <jansson.h>

struct kernel {
	char *name;
	char *summary;
	char *base; /* the name's part before '+': without series */
	struct base_source source;
	char *arch;	    /* as kernels/arch.h names it */
	char **configs;	    /* NULL-terminated fragment names, in the order they are merged */
	char *series;	    /* NULL: none */
	char *scenario;	    /* the one that the series is for; NULL: none */
	char **knobs;	    /* NULL-terminated: the module parameters that its patches add */
	int patches;	    /* how many of the series are applied */
	int series_patches; /* of how many */
	char **patch_files; /* NULL-terminated absolute paths, those `patches` in order */
	char *file;	    /* the YAML that describes the base */
};

void kernel_free(struct kernel *kernel);
typedef struct kernel Kernel;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Kernel, kernel_free)

/*
 * All bases, each followed by itself with all patches of each series that is offered on it:
 * array of Kernel *, or NULL.
 */
GPtrArray *kernel_list(GError **err);

/* One by its name. The error of a name with an unknown part lists what there is. */
struct kernel *kernel_find(const char *name, GError **err);

/*
 * The names given, sound or not found out to be; with each_patch, BASE+SERIES stands for
 * BASE+SERIES/1 to BASE+SERIES/n. g_strfreev it.
 */
char **kernel_expand(char *const *names, bool each_patch, GError **err);

bool kernel_has_knob(const struct kernel *kernel, const char *knob);

/* [{"file", "sha256", "subject", "author"}, ...] of its patches. json_decref it. NULL with err. */
json_t *kernel_patches(const struct kernel *kernel, GError **err);

/* The file of a config fragment. g_free it. */
char *kernel_config_path(const char *config);

struct kernel_build {
	char *key;     /* hash of source, config, patches and compiler: 64 hex digits */
	char *dir;     /* holds image, config, build.json, build.log */
	char *image;   /* the bootable image */
	char *arch;    /* as kernels/arch.h names it */
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

/* Whether the kernel's patches apply, tried without building. */
bool kernel_apply(const struct kernel *kernel, GError **err);

/* The finished build of this kernel as it is described now, or NULL without err if there is
 * none in the cache. */
struct kernel_build *kernel_built(const struct kernel *kernel, GError **err);

/* The finished build with that key. NULL with err where there is none. */
struct kernel_build *kernel_build_by_key(const char *key, GError **err);

#endif
