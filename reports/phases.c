// SPDX-License-Identifier: GPL-2.0-only
#include "reports/phases.h"

#include <string.h>

#define NS_PER_S 1e9

/* While marks come in: those of one sample, until another's come. */
struct reading {
	const struct report *report;
	GPtrArray *all;	   /* of struct phases */
	gint64 sample;	   /* 0: none yet */
	struct phases *to; /* where the sample belongs; NULL: nowhere */
	guint kernel;
	GHashTable *marks; /* of the sample: name to gint64 ns */
};

static void phases_free(gpointer data)
{
	struct phases *phases = data;

	for (guint i = 0; phases->seconds[i]; i++)
		g_array_unref(phases->seconds[i]);
	g_free(phases->seconds);
	g_free(phases);
}

static void add_group(GPtrArray *all, const struct group *group, guint n_kernels)
{
	json_t *marks = json_object_get(json_object_get(group->scenario, "definition"), "phases");
	struct phases *phases;

	if (json_array_size(marks) < 2)
		return;
	phases = g_new0(struct phases, 1);
	phases->group = group;
	phases->marks = marks;
	phases->count = json_array_size(marks) - 1;
	phases->seconds = g_new0(GArray *, n_kernels * phases->count + 1);
	for (guint i = 0; i < n_kernels * phases->count; i++)
		phases->seconds[i] = g_array_new(FALSE, FALSE, sizeof(double));
	g_ptr_array_add(all, phases);
}

static struct phases *find(const struct reading *reading, guint set, gint64 environment)
{
	for (guint i = 0; i < reading->all->len; i++) {
		struct phases *phases = reading->all->pdata[i];

		if (phases->group->set == set && phases->group->environment == environment)
			return phases;
	}
	return NULL;
}

static const gint64 *mark_time(const struct reading *reading, guint i)
{
	const char *name = json_string_value(json_array_get(reading->to->marks, i));

	return g_hash_table_lookup(reading->marks, name);
}

static bool has_all_marks(const struct reading *reading)
{
	for (guint i = 0; i <= reading->to->count; i++)
		if (!mark_time(reading, i))
			return false;
	return true;
}

/* The sample's marks are all there that will come. */
static void end_sample(struct reading *reading)
{
	if (reading->to && has_all_marks(reading))
		for (guint i = 0; i < reading->to->count; i++) {
			double took =
				(*mark_time(reading, i + 1) - *mark_time(reading, i)) / NS_PER_S;
			guint at = reading->kernel * reading->to->count + i;

			g_array_append_val(reading->to->seconds[at], took);
		}
	g_hash_table_remove_all(reading->marks);
}

static bool take_mark(const struct db_mark *mark, void *data)
{
	struct reading *reading = data;

	if (mark->sample != reading->sample) {
		const struct place *place = report_place(reading->report, mark->cell);

		end_sample(reading);
		reading->sample = mark->sample;
		reading->to = find(reading, place->set, mark->environment);
		reading->kernel = place->kernel;
	}
	g_hash_table_insert(reading->marks, g_strdup(mark->name),
			    g_memdup2(&mark->t, sizeof(mark->t)));
	return true;
}

GPtrArray *phases_collect(struct db *db, const struct report *report, GError **err)
{
	g_autoptr(GHashTable) marks =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(phases_free);
	struct reading reading = {.report = report, .all = all, .marks = marks};

	for (guint i = 0; i < report->groups->len; i++)
		add_group(all, report->groups->pdata[i], report->n_kernels);
	if (all->len && !db_marks(db, member_int(report->about, "id"), take_mark, &reading, err))
		return NULL;
	end_sample(&reading);
	return g_steal_pointer(&all);
}

struct stats phase_stats(const struct phases *phases, guint kernel, guint phase)
{
	GArray *seconds = phases->seconds[kernel * phases->count + phase];

	return stats_of((const double *)seconds->data, seconds->len);
}
