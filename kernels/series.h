/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Series: patches in order, and what they go on. kernels/series/NAME/ holds NNNN-*.patch,
 * cover.txt, and series.yaml:
 *     name: pin-parallel
 *     summary: guest memory is pinned by several threads
 *     scenario: vfio-pin          optional: what shows that it works, run by `kernel check`
 *     settings: [threads=1,2]     optional: its parameters then
 *     bases:
 *       - {base: 6.1}
 *       - {base: "6.12", folder: v6.12}             ported: its patches lie in a sub-folder
 *       - {base: "6.18", included: since 6.15 ...}  not offered there, and why
 *     knobs:                      optional: module parameters, and the patch that adds each
 *       - {name: pin_threads, since: 1}
 *     origin: ...                 optional: where it was imported from
 * A base that is not listed may be tried.
 */
#ifndef KERNELS_SERIES_H
#define KERNELS_SERIES_H

#include "lab/error.h"

struct series_base {
	char *base;
	char *folder;	/* NULL: the series' own */
	char *included; /* why it is not offered on that base; NULL: it is */
};

struct series_knob {
	char *name;
	unsigned since; /* the number of the first patch that has it, from 1 */
};

struct series {
	char *name;
	char *summary;
	char *scenario; /* NULL: none */
	struct series_base *bases;
	unsigned n_bases;
	struct series_knob *knobs;
	unsigned n_knobs;
	char **settings; /* "key=value[,value]" that show off the scenario */
	unsigned n_settings;
	char *origin; /* NULL: none */
	char *folder;
};

void series_free(struct series *series);
typedef struct series Series;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Series, series_free)

/* The names of all series, sorted. g_strfreev it. NULL with err. */
char **series_names(GError **err);

/* One by its name; an unknown name's error lists those that there are. */
struct series *series_load(const char *name, GError **err);

/* What the series says of a base; NULL: nothing. */
const struct series_base *series_on(const struct series *series, const char *base);

/* The absolute paths of its patches for a base, in order, at least one. g_strfreev it. */
char **series_patches(const struct series *series, const char *base, GError **err);

/* Writes the series.yaml of a folder. */
bool series_save(const struct series *series, const char *folder, GError **err);

#endif
