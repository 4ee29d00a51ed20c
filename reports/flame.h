/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Flame graphs: folded stacks (see collectors/folded.h) as a picture in which a frame is as wide
 * as what was spent in it and in all that it called, and stands on its caller.
 */
#ifndef REPORTS_FLAME_H
#define REPORTS_FLAME_H

#include "reports/collect.h"

/* A picture while its stacks come in. */
struct flame;

struct flame *flame_new(void);
void flame_free(struct flame *flame);
typedef struct flame Flame;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Flame, flame_free)

/* Adds the lines of a text, "frame;frame;frame WEIGHT". false with err, which has the line. */
bool flame_add(struct flame *flame, const char *folded, GError **err);

/* unit: what a weight of 1 is, such as "samples". hue: of its frames, in degrees. g_free it. */
char *flame_svg(struct flame *flame, const char *title, const char *unit, int hue);

/* What collectors left of folded stacks in the samples of one cell. */
struct flame_picture {
	char *name;  /* of its file, without suffix */
	char *title; /* what it is of: "vfio-pin:off-cpu, memory 1G, bar 16G, on 6.1" */
	char *svg;
};

/*
 * One picture for each kernel and parameter set that has any stacks, all iterations together:
 * an array of struct flame_picture, or NULL with err.
 */
GPtrArray *flame_pictures(struct db *db, const struct report *report, GError **err);

/* Writes them into a folder (made where there is any). Says on stderr what it wrote. */
bool flame_plots(struct db *db, const struct report *report, const char *dir, GError **err);

#endif
