// SPDX-License-Identifier: GPL-2.0-only
#include "reports/collect.h"

#include "lab/deterministic.h"
#include "lab/protocol.h"
#include "lab/units.h"
#include "reports/scale.h"

#include <math.h>
#include <string.h>

const char *member_text(json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

gint64 member_int(json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

const char *report_kernel(const struct report *report, guint kernel)
{
	return member_text(json_array_get(report->kernels, kernel), "name");
}

const struct place *report_place(const struct report *report, gint64 cell)
{
	return g_hash_table_lookup(report->cells, &cell);
}

struct stats row_stats(const struct row *row, guint kernel)
{
	return row->series[kernel].stats;
}

/* ---- kernels and cells ---- */

static bool order_kernels(struct report *report, const char *first, GError **err)
{
	g_autoptr(GString) names = g_string_new(NULL);
	json_t *kernels = json_object_get(report->about, "kernels"), *kernel;
	size_t i;

	report->kernels = json_copy(kernels);
	report->n_kernels = json_array_size(kernels);
	if (!first)
		return true;
	json_array_foreach (kernels, i, kernel) {
		g_string_append_printf(names, "%s%s", i ? ", " : "", member_text(kernel, "name"));
		if (strcmp(member_text(kernel, "name"), first))
			continue;
		json_array_remove(report->kernels, i);
		json_array_insert(report->kernels, 0, kernel);
		return true;
	}
	return bl_fail(err, BL_ERROR_INPUT,
		       "--relative-to %s: the campaign has no such kernel, but %s", first,
		       names->str);
}

/* The index of the row with this id, on this side where rows have sides. */
static guint index_of(json_t *rows, gint64 id, gint64 side)
{
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row)
		if (member_int(row, "id") == id && member_int(row, "side") == side)
			return i;
	return 0;
}

/* Equal scenarios and parameters are one set, numbered as they were planned. */
static guint set_of(GPtrArray *sets, const struct place *place)
{
	for (guint i = 0; i < sets->len; i++) {
		const struct place *known = sets->pdata[i];

		if (known->scenario == place->scenario && json_equal(known->params, place->params))
			return i;
	}
	g_ptr_array_add(sets, (gpointer)place);
	return sets->len - 1;
}

static void place_cells(struct report *report)
{
	json_t *scenarios = json_object_get(report->about, "scenarios"), *cell;
	g_autoptr(GPtrArray) sets = g_ptr_array_new();
	size_t i;

	json_array_foreach (json_object_get(report->about, "cells"), i, cell) {
		struct place *place = g_new0(struct place, 1);
		gint64 id = member_int(cell, "id");
		guint scenario = index_of(scenarios, member_int(cell, "scenario_id"), 0);

		place->kernel = index_of(report->kernels, member_int(cell, "kernel_id"),
					 member_int(cell, "side"));
		place->scenario = json_array_get(scenarios, scenario);
		place->params = json_object_get(cell, "params");
		place->set = set_of(sets, place);
		g_hash_table_insert(report->cells, g_memdup2(&id, sizeof(id)), place);
	}
}

/* ---- groups and rows ---- */

static void row_free(struct row *row, guint n_kernels)
{
	for (guint i = 0; i < n_kernels; i++) {
		g_array_unref(row->values[i]);
		g_array_unref(row->origins[i]);
		series_clear(&row->series[i]);
	}
	g_free(row->series);
	g_free(row->values);
	g_free(row->origins);
	g_free(row->versus);
	g_free(row->metric);
	g_free(row->unit);
	g_free(row->better);
	g_free(row);
}

static void group_free(struct group *group, guint n_kernels)
{
	for (guint i = 0; i < group->rows->len; i++)
		row_free(group->rows->pdata[i], n_kernels);
	g_ptr_array_unref(group->rows);
	g_free(group->good);
	g_free(group);
}

static struct group *find_group(struct report *report, guint set, gint64 environment)
{
	for (guint i = 0; i < report->groups->len; i++) {
		struct group *group = report->groups->pdata[i];

		if (group->set == set && group->environment == environment)
			return group;
	}
	return NULL;
}

static struct group *add_group(struct report *report, const struct place *place, gint64 environment)
{
	struct group *group = g_new0(struct group, 1);

	group->set = place->set;
	group->environment = environment;
	group->scenario = place->scenario;
	group->params = place->params;
	group->rows = g_ptr_array_new();
	group->good = g_new0(guint, report->n_kernels);
	g_ptr_array_add(report->groups, group);
	return group;
}

static struct row *add_row(struct group *group, guint n_kernels, const struct db_value *value,
			   const char *unit)
{
	struct row *row = g_new0(struct row, 1);

	row->metric = g_strdup(value->metric);
	row->unit = g_strdup(unit);
	row->better = g_strdup(value->better);
	row->values = g_new0(GArray *, n_kernels);
	row->origins = g_new0(GArray *, n_kernels);
	row->series = g_new0(struct series, n_kernels);
	for (guint i = 0; i < n_kernels; i++) {
		row->values[i] = g_array_new(FALSE, FALSE, sizeof(double));
		row->origins[i] = g_array_new(FALSE, FALSE, sizeof(struct origin));
	}
	g_ptr_array_add(group->rows, row);
	return row;
}

/* From the end: values come metric by metric. */
static struct row *find_row(struct group *group, const char *metric, const char *unit)
{
	for (guint i = group->rows->len; i > 0; i--) {
		struct row *row = group->rows->pdata[i - 1];

		if (!strcmp(row->metric, metric) && !strcmp(row->unit, unit))
			return row;
	}
	return NULL;
}

/* Where values go. They come in long runs that belong to one place. */
struct collecting {
	struct report *report;
	gint64 cell, environment;
	char *unit; /* as it came; NULL: nothing yet */
	double factor;
	struct row *row;
	guint kernel;
};

static bool belongs(const struct collecting *to, const struct db_value *value)
{
	return to->unit && to->cell == value->cell &&
	       (to->report->mixed || to->environment == value->environment) &&
	       !strcmp(to->unit, value->unit) && !strcmp(to->row->metric, value->metric);
}

static void find_place(struct collecting *to, const struct db_value *value)
{
	struct report *report = to->report;
	const struct place *place = report_place(report, value->cell);
	gint64 environment = report->mixed ? 0 : value->environment;
	struct group *group = find_group(report, place->set, environment);
	const char *unit = scale_base(value->unit, &to->factor);

	if (!group)
		group = add_group(report, place, environment);
	to->row = find_row(group, value->metric, unit);
	if (!to->row)
		to->row = add_row(group, report->n_kernels, value, unit);
	to->kernel = place->kernel;
	to->cell = value->cell;
	to->environment = value->environment;
	g_free(to->unit);
	to->unit = g_strdup(value->unit);
}

static bool add_value(const struct db_value *value, void *data)
{
	struct collecting *to = data;
	const struct origin origin = {value->sample, value->iteration};

	if (!belongs(to, value))
		find_place(to, value);
	double number = value->value * to->factor;

	g_array_append_val(to->row->values[to->kernel], number);
	g_array_append_val(to->row->origins[to->kernel], origin);
	return true;
}

/* ---- once all values are there ---- */

static const GArray *origins_of(const struct group *group, guint row, guint kernel)
{
	return ((const struct row *)group->rows->pdata[row])->origins[kernel];
}

static bool are_alike(const GArray *a, const GArray *b)
{
	return a->len == b->len &&
	       (!a->len || !memcmp(a->data, b->data, a->len * sizeof(struct origin)));
}

/* How many samples have a value in any row: mostly each has one in every row. */
static guint samples_in(const struct group *group, guint kernel)
{
	bool alike = true;

	for (guint r = 1; r < group->rows->len; r++)
		alike = alike &&
			are_alike(origins_of(group, 0, kernel), origins_of(group, r, kernel));
	if (alike)
		return group->rows->len ? origins_of(group, 0, kernel)->len : 0;
	g_autoptr(GHashTable) seen = g_hash_table_new(g_int64_hash, g_int64_equal);

	for (guint r = 0; r < group->rows->len; r++) {
		const GArray *origins = origins_of(group, r, kernel);

		for (guint i = 0; i < origins->len; i++)
			g_hash_table_add(seen, &g_array_index(origins, struct origin, i).sample);
	}
	return g_hash_table_size(seen);
}

static void finish_group(const struct report *report, struct group *group)
{
	for (guint k = 0; k < report->n_kernels; k++) {
		group->good[k] = samples_in(group, k);
		for (guint r = 0; r < group->rows->len; r++) {
			struct row *row = group->rows->pdata[r];

			row->series[k] = series_of((const double *)row->values[k]->data,
						   row->values[k]->len);
		}
	}
}

static int by_set_and_environment(gconstpointer a, gconstpointer b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return x->environment < y->environment ? -1 : x->environment > y->environment;
}

static struct group *first_group(struct report *report, guint set)
{
	for (guint i = 0; i < report->groups->len; i++) {
		struct group *group = report->groups->pdata[i];

		if (group->set == set)
			return group;
	}
	return NULL;
}

/* Sets without a good sample get an empty table; failed samples count where they belong. */
static void complete_groups(struct report *report)
{
	json_t *cell, *failure;
	size_t i;

	json_array_foreach (json_object_get(report->about, "cells"), i, cell) {
		const struct place *place = report_place(report, member_int(cell, "id"));

		if (!first_group(report, place->set))
			add_group(report, place, 0);
	}
	g_ptr_array_sort(report->groups, by_set_and_environment);
	json_array_foreach (json_object_get(report->about, "failures"), i, failure) {
		const struct place *place = report_place(report, member_int(failure, "cell"));
		struct group *group =
			find_group(report, place->set, member_int(failure, "environment"));

		if (!group)
			group = first_group(report, place->set);
		group->failed++;
	}
}

/* ---- the whole ---- */

static bool collect(struct report *report, struct db *db, gint64 campaign, const char *relative_to,
		    GError **err)
{
	report->about = db_campaign_describe(db, campaign, err);
	if (!report->about || !order_kernels(report, relative_to, err))
		return false;
	place_cells(report);
	struct collecting to = {.report = report};
	bool ok = db_values(db, campaign, add_value, &to, err);

	g_free(to.unit);
	if (!ok)
		return false;
	for (guint i = 0; i < report->groups->len; i++)
		finish_group(report, report->groups->pdata[i]);
	complete_groups(report);
	return true;
}

struct report *report_collect(struct db *db, gint64 campaign, const char *relative_to, bool mixed,
			      GError **err)
{
	g_autoptr(Report) report = g_new0(struct report, 1);

	report->mixed = mixed;
	report->groups = g_ptr_array_new();
	report->cells = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	return collect(report, db, campaign, relative_to, err) ? g_steal_pointer(&report) : NULL;
}

void report_free(struct report *report)
{
	for (guint i = 0; i < report->groups->len; i++)
		group_free(report->groups->pdata[i], report->n_kernels);
	g_ptr_array_unref(report->groups);
	g_hash_table_unref(report->cells);
	json_decref(report->kernels);
	json_decref(report->about);
	g_free(report);
}

/* ---- comparing ---- */

static bool asks(const struct report *report, const struct row *row, guint kernel)
{
	return kernel && report->test && !isnan(row->versus[kernel].p);
}

guint group_asked(const struct report *report, const struct group *group)
{
	guint asked = 0;

	for (guint r = 0; r < group->rows->len; r++)
		for (guint k = 0; k < report->n_kernels; k++)
			asked += asks(report, group->rows->pdata[r], k);
	return asked;
}

static void compare_row(struct report *report, struct row *row)
{
	row->versus = g_new0(struct comparison, report->n_kernels);
	for (guint k = 1; k < report->n_kernels; k++)
		row->versus[k] =
			compare_series(report->test, &row->series[0], &row->series[k], row->better);
}

static void compare_group(struct report *report, const struct group *group)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new();

	for (guint r = 0; r < group->rows->len; r++) {
		struct row *row = group->rows->pdata[r];

		compare_row(report, row);
		for (guint k = 1; k < report->n_kernels; k++)
			g_ptr_array_add(asked, &row->versus[k]);
	}
	compare_correct(report->test, (struct comparison **)asked->pdata, asked->len);
}

bool report_deterministic(const struct report *report)
{
	json_t *scenario;
	size_t i;

	json_array_foreach (json_object_get(report->about, "scenarios"), i, scenario)
		if (deterministic_is(json_object_get(scenario, "definition")))
			return true;
	return false;
}

/* Whether a sample can be but one: there is but one CPU, and no way in which CPUs can meet. */
static bool is_exact(const struct report *report)
{
	bool exact = report_deterministic(report);
	json_t *scenario;
	size_t i;

	json_array_foreach (json_object_get(report->about, "scenarios"), i, scenario)
		if (deterministic_cpus(json_object_get(scenario, "definition")) != 1)
			exact = false;
	return exact;
}

void report_compare(struct report *report, const struct compare_test *test)
{
	report->test = is_exact(report) ? &compare_exact : test;
	for (guint i = 0; i < report->groups->len; i++)
		compare_group(report, report->groups->pdata[i]);
}

/* ---- what a table is about ---- */

const char *group_probe(const struct group *group)
{
	return member_text(json_object_get(group->scenario, "definition"), "probe");
}

const struct row *group_row(const struct group *group, const char *metric)
{
	for (guint i = 0; i < group->rows->len; i++) {
		const struct row *row = group->rows->pdata[i];

		if (!strcmp(row->metric, metric))
			return row;
	}
	return NULL;
}

const struct row *group_main_row(const struct group *group)
{
	json_t *definition = json_object_get(group->scenario, "definition");
	json_t *intervals = json_object_get(definition, "intervals");
	const char *headline = member_text(definition, "headline");
	const struct row *named = headline ? group_row(group, headline) : NULL;

	if (named)
		return named;

	for (size_t i = json_array_size(intervals); i > 0; i--) {
		const char *name = member_text(json_array_get(intervals, i - 1), "name");
		const struct row *row = name ? group_row(group, name) : NULL;

		if (row)
			return row;
	}
	for (guint i = 0; i < group->rows->len; i++) {
		const struct row *row = group->rows->pdata[i];

		if (strcmp(row->better, PROTOCOL_BETTER_NEITHER))
			return row;
	}
	return NULL;
}

/* Not every kernel takes every parameter set: see knobs of scenarios. */
static bool has_cell(const struct report *report, guint set, guint kernel)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, report->cells);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const struct place *place = value;

		if (place->set == set && place->kernel == kernel)
			return true;
	}
	return false;
}

double group_precision(const struct report *report, const struct group *group, const char *metric)
{
	const struct row *row = metric ? group_row(group, metric) : group_main_row(group);
	double worst = 0;

	for (guint k = 0; k < report->n_kernels; k++) {
		struct stats stats = row ? row_stats(row, k) : stats_of(NULL, 0);
		double precision = stats_precision(&stats);

		if (!has_cell(report, group->set, k))
			continue;
		/* fmax() would pass over what is not known. */
		worst = isnan(precision) || precision > worst ? precision : worst;
		if (isnan(precision))
			break;
	}
	return worst;
}

static char *param_text(json_t *value, const char *kind)
{
	if (json_is_string(value))
		return g_strdup(json_string_value(value));
	if (!g_strcmp0(kind, "size"))
		return size_format(json_integer_value(value));
	return g_strdup_printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
}

char *group_param_text(const struct group *group, const char *name)
{
	json_t *params = json_object_get(json_object_get(group->scenario, "definition"), "params");
	json_t *param;
	size_t i;

	json_array_foreach (params, i, param)
		if (!g_strcmp0(member_text(param, "name"), name))
			return param_text(json_object_get(group->params, name),
					  member_text(param, "kind"));
	return param_text(json_object_get(group->params, name), NULL);
}

char *group_params_text(const struct group *group)
{
	json_t *definition = json_object_get(group->scenario, "definition"), *param;
	g_autoptr(GString) text = g_string_new(NULL);
	size_t i;

	json_array_foreach (json_object_get(definition, "params"), i, param) {
		const char *name = member_text(param, "name");
		g_autofree char *shown = group_param_text(group, name);

		g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", name, shown);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
