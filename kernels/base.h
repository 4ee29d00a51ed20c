/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bases: the sources that series are put on. kernels/bases/NAME.yaml describes one:
 *     name: 6.1
 *     summary: Linux 6.1 as Debian ships it
 *     source: {debian: linux-source-6.1}
 *     arch: x86_64
 *     configs: [x86-testbed]
 * The source is one of
 *     {debian: PACKAGE}               the tarball of an installed linux-source package
 *     {tarball: FILE}                 any tarball of a kernel; relative: to the YAML's folder
 *     {git: FOLDER, revision: REV}    any commit of a git tree (HEAD without revision)
 */
#ifndef KERNELS_BASE_H
#define KERNELS_BASE_H

#include "lab/error.h"

struct base {
	char *name;
	char *summary;
	struct base_source {
		char *debian;  /* exactly one of these three is set; */
		char *tarball; /* the paths are absolute */
		char *git;
		char *revision; /* with git only, and then always set */
	} source;
	char *arch;	/* "x86_64" */
	char **configs; /* the names of fragments, in the order they are merged */
	unsigned n_configs;
	char *file; /* the YAML */
};

void base_free(struct base *base);
typedef struct base Base;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Base, base_free)

/* The names of all bases, sorted. g_strfreev it. NULL with err. */
char **base_names(GError **err);

/* One by its name; an unknown name's error lists those that there are. */
struct base *base_load(const char *name, GError **err);

/* Writes the YAML of a new base into the user's folder. A name that is taken is refused. */
bool base_add(const struct base *base, GError **err);

/* What the base stands on, for people: "linux-source-6.1", a file, "FOLDER at REVISION". */
char *base_describe_source(const struct base_source *source);

#endif
