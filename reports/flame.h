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

/*
 * Draws what collectors left of folded stacks in a campaign's samples, one picture for each
 * kernel and parameter set, all iterations together. Says on stderr what it wrote.
 */
bool flame_plots(struct db *db, const struct report *report, const char *dir, GError **err);

#endif
