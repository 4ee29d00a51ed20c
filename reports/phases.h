/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the phases of a scenario took: the times between its marks, one after another. */
#ifndef REPORTS_PHASES_H
#define REPORTS_PHASES_H

#include "reports/collect.h"

struct phases {
	const struct group *group;
	json_t *marks;	  /* names, in order: phase i goes from mark i to mark i + 1 */
	guint count;	  /* of phases: one less than marks */
	GArray **seconds; /* of double; of kernel k and phase i at k * count + i */
};

/*
 * One for each of the report's groups whose scenario names phases, from the good samples that
 * have all the marks: an array of struct phases; g_ptr_array_unref it before the report is
 * freed. NULL with err.
 */
GPtrArray *phases_collect(struct db *db, const struct report *report, GError **err);

struct stats phase_stats(const struct phases *phases, guint kernel, guint phase);

#endif
