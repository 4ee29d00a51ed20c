// SPDX-License-Identifier: GPL-2.0-only
/* Tables for a web page that takes Markdown, as GitHub's; below each what the text has. */
#include "reports/format.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/sweep.h"

#include <math.h>
#include <string.h>

/* A cell: a bar would end it, and what looks like markup must not be any. */
static void append_cell(GString *out, const char *text)
{
	g_string_append(out, " ");
	for (; *text; text++) {
		if (strchr("|\\`*_~<", *text))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *text == '\n' ? ' ' : *text);
	}
	g_string_append(out, " |");
}

/* Ends the heading: the first `left` columns to the left, the others to the right. */
static void append_rule(GString *out, guint left, guint columns)
{
	g_string_append(out, "\n|");
	for (guint i = 0; i < columns; i++)
		g_string_append(out, i < left ? " :-- |" : " --: |");
	g_string_append_c(out, '\n');
}

static struct scale row_scale(const struct report *report, const struct row *row)
{
	g_autofree double *means = g_new(double, report->n_kernels);

	for (guint k = 0; k < report->n_kernels; k++)
		means[k] = row_stats(row, k).mean;
	return scale_for(row->unit, means, report->n_kernels);
}

/* ---- metrics down ---- */

static void append_heading(GString *out, const struct report *report, const struct group *group)
{
	guint columns = 2;

	g_string_append(out, "| metric |");
	for (guint k = 0; k < report->n_kernels; k++) {
		g_autofree char *title =
			g_strdup_printf("%s (n=%u)", report_kernel(report, k), group->good[k]);

		append_cell(out, title);
		if (k)
			g_string_append(out, " speedup | change | p |");
		columns += k ? 4 : 0;
	}
	append_rule(out, 1, columns);
}

static void append_row(GString *out, const struct report *report, const struct row *row)
{
	struct scale scale = row_scale(report, row);

	g_string_append_c(out, '|');
	append_cell(out, row->metric);
	for (guint k = 0; k < report->n_kernels; k++) {
		struct stats stats = row_stats(row, k);
		const struct comparison *c = &row->versus[k];
		g_autofree char *mean = scale_mean(&scale, &stats, " ± ", " %");
		g_autofree char *speedup = compare_speedup_text(c, row->better);
		g_autofree char *change = compare_change_text(c), *p = compare_p_text(c->p_holm);

		append_cell(out, mean);
		if (!k)
			continue;
		append_cell(out, speedup);
		append_cell(out, change);
		append_cell(out, p);
	}
	g_string_append_c(out, '\n');
}

static void append_group(GString *out, const struct report *report, const struct group *group)
{
	g_autofree char *params = group_params_text(group);

	g_string_append_printf(out, "### %s%s%s\n\n", member_text(group->scenario, "name"),
			       *params ? ", " : "", params);
	if (!group->rows->len) {
		g_string_append(out, "no good sample\n\n");
		return;
	}
	append_heading(out, report, group);
	for (guint r = 0; r < group->rows->len; r++)
		append_row(out, report, group->rows->pdata[r]);
	g_string_append_c(out, '\n');
}

/* ---- parameters down ---- */

static void append_sweep_heading(GString *out, const struct sweep *sweep, guint metric)
{
	g_string_append_c(out, '|');
	for (guint i = 0; i < sweep->keys->len; i++)
		append_cell(out, sweep->keys->pdata[i]);
	for (guint k = 0; k < sweep->report->n_kernels; k++) {
		g_autofree char *title = g_strdup_printf("%s: %s", report_kernel(sweep->report, k),
							 (char *)sweep->metrics->pdata[metric]);

		append_cell(out, title);
		g_string_append(out, " speedup |");
	}
	append_rule(out, sweep->keys->len, sweep->keys->len + 2 * sweep->report->n_kernels);
}

/* One unit for the whole table. */
static struct scale sweep_scale(const struct sweep *sweep, guint metric)
{
	guint kernels = sweep->report->n_kernels, n = sweep->groups->len * kernels;
	g_autofree double *means = g_new(double, n);
	const char *unit = "";

	for (guint i = 0; i < n; i++) {
		const struct sweep_cell *cell = sweep_cell(sweep, i / kernels, i % kernels, metric);

		means[i] = cell->row ? row_stats(cell->row, i % kernels).mean : NAN;
		unit = cell->row ? cell->row->unit : unit;
	}
	return scale_for(unit, means, n);
}

static void append_sweep_row(GString *out, const struct sweep *sweep, guint r, guint metric)
{
	struct scale scale = sweep_scale(sweep, metric);

	g_string_append_c(out, '|');
	for (guint i = 0; i < sweep->keys->len; i++) {
		g_autofree char *value =
			group_param_text(sweep->groups->pdata[r], sweep->keys->pdata[i]);

		append_cell(out, value);
	}
	for (guint k = 0; k < sweep->report->n_kernels; k++) {
		const struct sweep_cell *cell = sweep_cell(sweep, r, k, metric);
		struct stats stats = cell->row ? row_stats(cell->row, k) : stats_of(NULL, 0);
		g_autofree char *mean = scale_mean(&scale, &stats, " ± ", " %");
		g_autofree char *speedup =
			cell->compared ? compare_speedup_text(&cell->versus, cell->row->better)
				       : g_strdup("");

		append_cell(out, mean);
		append_cell(out, speedup);
	}
	g_string_append_c(out, '\n');
}

static void append_sweep(GString *out, const struct sweep *sweep)
{
	const struct group *group = sweep->groups->pdata[0];
	g_autofree char *fixed = sweep_fixed_text(sweep);

	for (guint m = 0; m < sweep->metrics->len; m++) {
		g_string_append_printf(out, "### %s%s%s: speedup against %s\n\n",
				       member_text(group->scenario, "name"), *fixed ? ", " : "",
				       fixed,
				       sweep->own_first ? "the same kernel's first row"
							: report_kernel(sweep->report, 0));
		append_sweep_heading(out, sweep, m);
		for (guint r = 0; r < sweep->groups->len; r++)
			append_sweep_row(out, sweep, r, m);
		g_string_append_c(out, '\n');
	}
}

static void append_report(GString *out, const struct report *report, const struct report_set *set)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);

	for (guint i = 0; i < sweeps->len; i++)
		append_sweep(out, sweeps->pdata[i]);
	for (guint i = 0; i < report->groups->len; i++)
		append_group(out, report, report->groups->pdata[i]);
	/* As it is: a console's lines may look like anything. */
	g_string_append(out, "~~~~~~~~text\n");
	for (guint i = 0; i < report->groups->len; i++)
		print_outliers(out, report, report->groups->pdata[i]);
	print_aa(out, report);
	print_failures(out, report);
	print_significance(out, report, report_threshold(report, set->opts));
	print_facts(out, report, db_path(set->db));
	g_string_append(out, "~~~~~~~~\n");
}

bool format_markdown(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	format_each(out, set, "", append_report);
	return true;
}
