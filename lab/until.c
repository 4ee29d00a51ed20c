// SPDX-License-Identifier: GPL-2.0-only
#include "lab/until.h"

#include "reports/collect.h"

/* What there is of one parameter set. */
struct extent {
	GArray *cells; /* gint64, of each kernel */
	int iterations;
};

static int samples_of(json_t *cell)
{
	json_t *counts = json_object_get(cell, "samples");

	return member_int(counts, "planned") + member_int(counts, "done") +
	       member_int(counts, "failed");
}

static struct extent extent_of(const struct report *report, guint set)
{
	struct extent extent = {g_array_new(FALSE, FALSE, sizeof(gint64)), 0};
	json_t *cell;
	size_t i;

	json_array_foreach (json_object_get(report->about, "cells"), i, cell) {
		gint64 id = member_int(cell, "id");

		if (report_place(report, id)->set != set)
			continue;
		g_array_append_val(extent.cells, id);
		extent.iterations = MAX(extent.iterations, samples_of(cell));
	}
	return extent;
}

/* The same order for the same campaign and the same number of samples, whenever asked. */
static void shuffle(GArray *cells, guint32 seed)
{
	GRand *random = g_rand_new_with_seed(seed);

	for (guint i = cells->len; i > 1; i--) {
		guint j = g_rand_int_range(random, 0, i);
		gint64 swap = g_array_index(cells, gint64, i - 1);

		g_array_index(cells, gint64, i - 1) = g_array_index(cells, gint64, j);
		g_array_index(cells, gint64, j) = swap;
	}
	g_rand_free(random);
}

static int extend_set(struct db *db, const struct report *report, const struct group *group,
		      const struct db_goal *goal, GError **err)
{
	struct extent extent = extent_of(report, group->set);
	double precision = group_precision(report, group, goal->metric);
	int more = !(precision <= goal->percent) && extent.iterations < goal->iterations;

	if (more) {
		shuffle(extent.cells,
			member_int(report->about, "seed") + extent.iterations * 977 + group->set);
		if (!db_extend(db, member_int(report->about, "id"),
			       (const gint64 *)extent.cells->data, extent.cells->len, err))
			more = -1;
	}
	g_array_unref(extent.cells);
	return more;
}

static int extend_all(struct db *db, gint64 campaign, const struct db_goal *goal, GError **err)
{
	/* Mixed: a change of the environment makes the mean less well known, and must count. */
	g_autoptr(Report) report = report_collect(db, campaign, NULL, true, err);
	int more = 0;

	for (guint i = 0; report && i < report->groups->len && more >= 0; i++) {
		const struct group *group = report->groups->pdata[i];
		int one = group_probe(group) ? 0 : extend_set(db, report, group, goal, err);

		more = one < 0 ? -1 : more | one;
	}
	return report ? more : -1;
}

int until_extend(struct db *db, gint64 campaign, GError **err)
{
	struct db_goal goal = {0};
	int has = db_goal(db, campaign, &goal, err);
	gint64 spent = has > 0 ? db_campaign_seconds(db, campaign, err) : 0;
	int more = has;

	if (spent < 0)
		more = -1;
	else if (has > 0 && goal.seconds && spent >= goal.seconds)
		more = 0;
	else if (has > 0)
		more = extend_all(db, campaign, &goal, err);
	g_free(goal.metric);
	return more;
}
