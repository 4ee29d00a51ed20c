// SPDX-License-Identifier: GPL-2.0-only
#include "reports/sweep.h"

#include <string.h>

bool is_thread_count(const char *param)
{
	return !strcmp(param, "threads") || g_str_has_suffix(param, "_threads");
}

/* ---- kernels ---- */

/* All kernels are of one series, but for those without any patch, of which there is one. */
static bool is_one_series(const struct report *report)
{
	const char *series = NULL;
	guint bare = 0;

	for (guint k = 0; k < report->n_kernels; k++) {
		json_t *kernel = json_array_get(report->kernels, k);
		const char *own = member_text(kernel, "series");

		bare += !own;
		if ((own && series && strcmp(own, series)) || member_int(kernel, "side"))
			return false;
		series = own ? own : series;
	}
	return series && bare <= 1;
}

char *kernel_title(const struct report *report, guint kernel)
{
	json_t *one = json_array_get(report->kernels, kernel);

	if (is_one_series(report) && member_text(one, "series"))
		return g_strdup_printf("patch %d", (int)member_int(one, "patches"));
	return g_strdup(report_kernel(report, kernel));
}

/* ---- which parameters vary ---- */

static json_t *param_of(const struct group *group, const char *name)
{
	return json_object_get(group->params, name);
}

static bool varies(const GPtrArray *groups, const char *param)
{
	for (guint i = 1; i < groups->len; i++)
		if (!json_equal(param_of(groups->pdata[0], param),
				param_of(groups->pdata[i], param)))
			return true;
	return false;
}

static json_t *params_of(const struct group *group)
{
	return json_object_get(json_object_get(group->scenario, "definition"), "params");
}

static void find_keys(struct sweep *sweep)
{
	json_t *params = params_of(sweep->groups->pdata[0]), *param;
	size_t i;

	for (int threads = 0; threads < 2; threads++)
		json_array_foreach (params, i, param) {
			const char *name = member_text(param, "name");

			if (is_thread_count(name) == threads && varies(sweep->groups, name))
				g_ptr_array_add(sweep->keys, (gpointer)name);
		}
	if (sweep->keys->len)
		sweep->by_threads = is_thread_count(sweep->keys->pdata[sweep->keys->len - 1]);
}

static int compare_params(json_t *a, json_t *b)
{
	json_int_t x = json_integer_value(a), y = json_integer_value(b);

	if (json_is_string(a) && json_is_string(b))
		return strcmp(json_string_value(a), json_string_value(b));
	return x < y ? -1 : x > y;
}

static int by_keys(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct group *x = *(const struct group *const *)a;
	const struct group *y = *(const struct group *const *)b;
	const struct sweep *sweep = data;
	int order = 0;

	for (guint i = 0; i < sweep->keys->len && !order; i++)
		order = compare_params(param_of(x, sweep->keys->pdata[i]),
				       param_of(y, sweep->keys->pdata[i]));
	return order;
}

bool sweep_begins_block(const struct sweep *sweep, guint row)
{
	for (guint i = 0; row && i + 1 < sweep->keys->len; i++)
		if (!json_equal(param_of(sweep->groups->pdata[row - 1], sweep->keys->pdata[i]),
				param_of(sweep->groups->pdata[row], sweep->keys->pdata[i])))
			return true;
	return !row;
}

/* ---- cells ---- */

static guint cell_index(const struct sweep *sweep, guint row, guint kernel, guint metric)
{
	return (row * sweep->report->n_kernels + kernel) * sweep->metrics->len + metric;
}

const struct sweep_cell *sweep_cell(const struct sweep *sweep, guint row, guint kernel,
				    guint metric)
{
	return &sweep->cells[cell_index(sweep, row, kernel, metric)];
}

static void find_metrics(struct sweep *sweep, const struct report_opts *opts)
{
	for (guint g = 0; g < sweep->groups->len; g++) {
		g_autoptr(GPtrArray) rows = format_rows(sweep->groups->pdata[g], opts);

		for (guint r = 0; r < rows->len; r++) {
			const struct row *row = rows->pdata[r];

			if (!g_ptr_array_find_with_equal_func(sweep->metrics, row->metric,
							      g_str_equal, NULL))
				g_ptr_array_add(sweep->metrics, row->metric);
		}
	}
}

static void fill_cells(struct sweep *sweep)
{
	guint kernels = sweep->report->n_kernels;

	sweep->cells =
		g_new0(struct sweep_cell, sweep->groups->len * kernels * sweep->metrics->len);
	for (guint g = 0; g < sweep->groups->len; g++)
		for (guint m = 0; m < sweep->metrics->len; m++) {
			const struct group *group = sweep->groups->pdata[g];
			const struct row *row = group_row(group, sweep->metrics->pdata[m]);

			for (guint k = 0; k < kernels; k++)
				sweep->cells[cell_index(sweep, g, k, m)] = (struct sweep_cell){
					.group = group,
					.row = row,
					.series = row ? &row->series[k] : NULL,
				};
		}
}

static bool has_values(const struct sweep_cell *cell)
{
	return cell->series && cell->series->stats.n;
}

static void compare_cell(struct sweep *sweep, struct sweep_cell *cell,
			 const struct sweep_cell *base, GPtrArray *asked)
{
	if (cell == base || !has_values(cell) || !has_values(base))
		return;
	cell->compared = true;
	cell->versus =
		compare_series(sweep->report->test, base->series, cell->series, cell->row->better);
	g_ptr_array_add(asked, &cell->versus);
}

/*
 * What a cell is set against. A base kernel without the parameter has but one row in a block:
 * it is what all of the block stand against.
 */
static const struct sweep_cell *base_of(struct sweep *sweep, guint row, guint first, guint kernel,
					guint metric)
{
	const struct sweep_cell *same = sweep_cell(sweep, row, 0, metric);

	if (sweep->own_first)
		return sweep_cell(sweep, first, kernel, metric);
	if (has_values(same) || row == first)
		return same;
	sweep->base_reused = true;
	return sweep_cell(sweep, first, 0, metric);
}

/* What is asked in one table is corrected together. */
static void compare_cells(struct sweep *sweep)
{
	g_autoptr(GPtrArray) asked = g_ptr_array_new();
	guint first = 0;

	for (guint g = 0; g < sweep->groups->len; g++) {
		if (sweep_begins_block(sweep, g))
			first = g;
		for (guint k = 0; k < sweep->report->n_kernels; k++)
			for (guint m = 0; m < sweep->metrics->len; m++)
				compare_cell(sweep, &sweep->cells[cell_index(sweep, g, k, m)],
					     base_of(sweep, g, first, k, m), asked);
	}
	compare_correct(sweep->report->test, (struct comparison **)asked->pdata, asked->len);
}

/* ---- the whole ---- */

static void sweep_free(gpointer data)
{
	struct sweep *sweep = data;

	g_ptr_array_unref(sweep->groups);
	g_ptr_array_unref(sweep->keys);
	g_ptr_array_unref(sweep->metrics);
	g_free(sweep->cells);
	g_free(sweep);
}

/* The groups from `first` on that are of its scenario and environment. */
static struct sweep *sweep_new(const struct report *report, guint first)
{
	struct sweep *sweep = g_new0(struct sweep, 1);
	const struct group *head = report->groups->pdata[first];

	sweep->report = report;
	sweep->groups = g_ptr_array_new();
	sweep->keys = g_ptr_array_new();
	sweep->metrics = g_ptr_array_new();
	for (guint i = first; i < report->groups->len; i++) {
		struct group *group = report->groups->pdata[i];

		if (group->scenario == head->scenario && group->environment == head->environment)
			g_ptr_array_add(sweep->groups, group);
	}
	return sweep;
}

/* Alone in its row of parameter sets, or nothing to show: no table of this kind. */
static bool complete(struct sweep *sweep, const struct report_set *set)
{
	const char *relative = set->opts->relative_to;

	find_keys(sweep);
	find_metrics(sweep, set->opts);
	if (!sweep->keys->len || !sweep->metrics->len)
		return false;
	g_ptr_array_sort_with_data(sweep->groups, by_keys, sweep);
	sweep->own_first = relative ? !strcmp(relative, REPORT_RELATIVE_FIRST) : sweep->by_threads;
	fill_cells(sweep);
	compare_cells(sweep);
	return true;
}

bool sweeps_have(const GPtrArray *sweeps, const struct group *group)
{
	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];

		if (g_ptr_array_find(sweep->groups, group, NULL))
			return true;
	}
	return false;
}

GPtrArray *sweeps_of(const struct report *report, const struct report_set *set)
{
	GPtrArray *sweeps = g_ptr_array_new_with_free_func(sweep_free);

	for (guint i = 0; i < report->groups->len; i++) {
		if (sweeps_have(sweeps, report->groups->pdata[i]))
			continue;
		struct sweep *sweep = sweep_new(report, i);

		if (complete(sweep, set))
			g_ptr_array_add(sweeps, sweep);
		else
			sweep_free(sweep);
	}
	return sweeps;
}

char *sweep_fixed_text(const struct sweep *sweep)
{
	const struct group *group = sweep->groups->pdata[0];
	g_autoptr(GString) text = g_string_new(NULL);
	json_t *param;
	size_t i;

	json_array_foreach (params_of(group), i, param) {
		const char *name = member_text(param, "name");
		g_autofree char *value = group_param_text(group, name);

		if (!g_ptr_array_find_with_equal_func(sweep->keys, name, g_str_equal, NULL))
			g_string_append_printf(text, "%s%s %s", text->len ? ", " : "", name, value);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
