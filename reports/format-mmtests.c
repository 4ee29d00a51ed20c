// SPDX-License-Identifier: GPL-2.0-only
/*
 * As mmtests prints its comparison of kernels, for those who read that: harmonic means of
 * rates, arithmetic means of all else; the percentage is above 0 for the better, and between
 * asterisks where a difference is shown. An operation is the metric with its parameters.
 */
#include "reports/format.h"
#include "reports/scale.h"
#include "reports/sweep.h"
#include "reports/text.h"

#include "lab/protocol.h"

#include <math.h>
#include <string.h>

#define KIND_WIDTH 9
#define GAP	   3

struct operation {
	char *name;
	const struct row *row;
	struct scale scale; /* one for all operations of a metric */
};

/* One line of each operation: its name, its value for a kernel, and which way is better. */
struct line {
	const char *kind; /* of a mean: NULL, Hmean or Amean */
	double (*value)(const struct row *row, guint kernel);
	bool is_mean, has_unit;
};

static bool is_rate(const struct row *row)
{
	return !strcmp(row->better, PROTOCOL_BETTER_HIGHER);
}

static double mean_of(const struct row *row, guint kernel)
{
	GArray *values = row->values[kernel];

	return is_rate(row) ? stats_harmonic_mean((const double *)values->data, values->len)
			    : row_stats(row, kernel).mean;
}

static double sd_of(const struct row *row, guint kernel)
{
	return row_stats(row, kernel).sd;
}

static double variation_of(const struct row *row, guint kernel)
{
	struct stats stats = row_stats(row, kernel);

	return stats_percent(&stats);
}

static const struct line lines[] = {
	{NULL, mean_of, true, true},
	{"Stddev", sd_of, false, true},
	{"CoeffVar", variation_of, false, false},
};

/* Above 0 for the better; a spread is better when it is smaller. */
static double gain(const struct line *line, const struct row *row, guint kernel)
{
	double base = line->value(row, 0), this = line->value(row, kernel);
	bool more_is_better = line->is_mean && is_rate(row);

	return base == 0 ? (this == 0 ? 0 : NAN)
			 : 100 * (more_is_better ? this - base : base - this) / base;
}

static char *value_text(const struct line *line, const struct operation *one, guint kernel)
{
	const struct row *row = one->row;
	double unit = line->has_unit ? one->scale.factor : 1;
	double value = line->value(row, kernel) / unit, percent = gain(line, row, kernel);
	bool shown = line->is_mean && kernel && row->versus[kernel].shown;

	if (isnan(value))
		return g_strdup("-");
	if (isnan(percent))
		return g_strdup_printf("%.4f (       )", value);
	return g_strdup_printf(shown ? "%.4f *%7.2f%%*" : "%.4f (%7.2f%%)", value, percent);
}

/* "pin_time[ms]-memory:1G-2": what varies in the campaign, threads last and bare. */
static char *operation(const struct sweep *sweep, const struct group *group,
		       const struct operation *one)
{
	g_autoptr(GString) text = g_string_new(one->row->metric);

	if (*one->scale.unit)
		g_string_append_printf(text, "[%s]", one->scale.unit);
	for (guint i = 0; sweep && i < sweep->keys->len; i++) {
		const char *key = sweep->keys->pdata[i];
		g_autofree char *value = group_param_text(group, key);

		if (is_thread_count(key))
			g_string_append_printf(text, "-%s", value);
		else
			g_string_append_printf(text, "-%s:%s", key, value);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* ---- the table of one scenario ---- */

static void operation_clear(gpointer data)
{
	g_free(((struct operation *)data)->name);
}

static struct scale metric_scale(const struct report *report, const GPtrArray *groups,
				 const struct row *like)
{
	g_autoptr(GArray) means = g_array_new(FALSE, FALSE, sizeof(double));

	for (guint g = 0; g < groups->len; g++) {
		const struct row *row = group_row(groups->pdata[g], like->metric);

		for (guint k = 0; row && k < report->n_kernels; k++) {
			double mean = row_stats(row, k).mean;

			g_array_append_val(means, mean);
		}
	}
	return scale_for(like->unit, (const double *)means->data, means->len);
}

/* Metric by metric, each with all its parameters, as the sweep orders them. */
static GArray *operations_of(const struct report *report, const struct sweep *sweep,
			     const GPtrArray *groups)
{
	GArray *all = g_array_new(FALSE, FALSE, sizeof(struct operation));
	const struct group *first = groups->pdata[0];

	g_array_set_clear_func(all, operation_clear);
	for (guint r = 0; r < first->rows->len; r++)
		for (guint g = 0; g < groups->len; g++) {
			const struct row *row = first->rows->pdata[r];
			struct operation one = {.row = group_row(groups->pdata[g], row->metric)};

			if (!one.row || !strcmp(one.row->better, PROTOCOL_BETTER_NEITHER))
				continue;
			one.scale = metric_scale(report, groups, row);
			one.name = operation(sweep, groups->pdata[g], &one);
			g_array_append_val(all, one);
		}
	return all;
}

static guint column_width(const struct report *report, const GArray *all, guint kernel)
{
	guint width = text_columns(report_kernel(report, kernel));

	for (guint i = 0; i < all->len; i++)
		for (size_t l = 0; l < G_N_ELEMENTS(lines); l++) {
			g_autofree char *text = value_text(
				&lines[l], &g_array_index(all, struct operation, i), kernel);

			width = MAX(width, text_columns(text));
		}
	return width;
}

static void print_line(GString *out, const struct report *report, const struct operation *one,
		       const struct line *line, guint name, const guint *widths)
{
	const char *mean = is_rate(one->row) ? "Hmean" : "Amean";

	text_left(out, line->is_mean ? mean : line->kind, KIND_WIDTH);
	g_string_append_c(out, ' ');
	text_left(out, one->name, name);
	for (guint k = 0; k < report->n_kernels; k++) {
		g_autofree char *text = value_text(line, one, k);

		text_repeat(out, ' ', GAP);
		text_right(out, text, widths[k]);
	}
	text_end_line(out);
}

static void print_operations(GString *out, const struct report *report, const GArray *all)
{
	g_autofree guint *widths = g_new(guint, report->n_kernels);
	guint name = 0;

	for (guint i = 0; i < all->len; i++)
		name = MAX(name, text_columns(g_array_index(all, struct operation, i).name));
	text_repeat(out, ' ', KIND_WIDTH + 1 + name);
	for (guint k = 0; k < report->n_kernels; k++) {
		widths[k] = column_width(report, all, k);
		text_repeat(out, ' ', GAP);
		text_right(out, report_kernel(report, k), widths[k]);
	}
	text_end_line(out);
	for (size_t l = 0; l < G_N_ELEMENTS(lines); l++)
		for (guint i = 0; i < all->len; i++)
			print_line(out, report, &g_array_index(all, struct operation, i), &lines[l],
				   name, widths);
	g_string_append_c(out, '\n');
}

static void print_groups(GString *out, const struct report *report, const struct sweep *sweep,
			 const GPtrArray *groups)
{
	const struct group *first = groups->pdata[0];
	g_autoptr(GArray) all = operations_of(report, sweep, groups);
	g_autofree char *params = sweep ? sweep_fixed_text(sweep) : group_params_text(first);

	g_string_append_printf(out, "%s%s%s\n", member_text(first->scenario, "name"),
			       *params ? ", " : "", params);
	print_operations(out, report, all);
}

static void print_report(GString *out, const struct report *report, const struct report_set *set)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);

	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];

		print_groups(out, report, sweep, sweep->groups);
	}
	for (guint i = 0; i < report->groups->len; i++) {
		g_autoptr(GPtrArray) alone = g_ptr_array_new();

		g_ptr_array_add(alone, report->groups->pdata[i]);
		if (!sweeps_have(sweeps, report->groups->pdata[i]))
			print_groups(out, report, NULL, alone);
	}
}

bool format_mmtests(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	format_each(out, set, "", print_report);
	return true;
}
