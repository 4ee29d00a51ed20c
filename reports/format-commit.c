// SPDX-License-Identifier: GPL-2.0-only
/* A few lines for a commit message: the main metric, what it was and what it is. */
#include "reports/format.h"
#include "reports/print.h"
#include "reports/scale.h"
#include "reports/sweep.h"
#include "reports/text.h"

#include <math.h>

/* "27.2 s" */
static char *mean_text(const struct scale *scale, const struct stats *stats)
{
	g_autofree char *number = scale_number(scale, stats->mean);

	return g_strdup_printf("%s%s%s", number, *scale->unit ? " " : "", scale->unit);
}

static const char *not_shown(const struct comparison *c)
{
	if (c->shown || isnan(c->p))
		return "";
	if (c->exact)
		return ", which is the same";
	return c->too_few ? ", of too few samples to be shown" : ", which is not shown to differ";
}

static char *change_text(const struct report *report, const struct row *row, guint kernel)
{
	const struct comparison *c = &row->versus[kernel];
	const double means[] = {c->base.mean, c->this.mean};
	struct scale scale = scale_for(row->unit, means, 2);
	g_autofree char *before = mean_text(&scale, &c->base), *after = mean_text(&scale, &c->this);
	g_autofree char *change = compare_change_text(c);

	return g_strdup_printf("%s %s -> %s with %s (%s, n=%zu and %zu%s)", row->metric, before,
			       after, report_kernel(report, kernel), change, c->base.n, c->this.n,
			       not_shown(c));
}

static void print_group(GString *out, const struct report *report, const struct group *group,
			const struct report_set *set)
{
	g_autoptr(GPtrArray) rows = format_rows(group, set->opts);
	g_autofree char *params = group_params_text(group);
	g_autofree char *label = g_strdup_printf("%s%s%s:", member_text(group->scenario, "name"),
						 *params ? ", " : "", params);

	text_paragraph(out, "", 0, label);
	for (guint r = 0; r < rows->len; r++)
		for (guint k = 1; k < report->n_kernels; k++) {
			const struct row *row = rows->pdata[r];
			g_autofree char *text = change_text(report, row, k);

			if (row->values[0]->len && row->values[k]->len)
				text_paragraph(out, "", 2, text);
		}
}

/* "65.2 (1), 36.0 (2, 1.8x), 20.8 (4, 3.1x) s by pin_threads" of one kernel and metric. */
static void print_series(GString *out, const struct sweep *sweep, guint kernel, guint metric)
{
	const char *key = sweep->keys->pdata[sweep->keys->len - 1];
	g_autofree double *means = g_new(double, sweep->groups->len);
	g_autoptr(GString) text = g_string_new(NULL);
	const char *unit = "";

	for (guint r = 0; r < sweep->groups->len; r++) {
		const struct sweep_cell *cell = sweep_cell(sweep, r, kernel, metric);

		means[r] = cell->row ? row_stats(cell->row, kernel).mean : NAN;
		unit = cell->row ? cell->row->unit : unit;
	}
	struct scale scale = scale_for(unit, means, sweep->groups->len);

	g_string_append_printf(text, "%s, %s by %s:", report_kernel(sweep->report, kernel),
			       (char *)sweep->metrics->pdata[metric], key);
	for (guint r = 0; r < sweep->groups->len; r++) {
		const struct sweep_cell *cell = sweep_cell(sweep, r, kernel, metric);
		g_autofree char *value = group_param_text(sweep->groups->pdata[r], key);
		g_autofree char *speedup =
			cell->compared ? compare_speedup_text(&cell->versus, cell->row->better)
				       : g_strdup("");
		g_autofree char *number = scale_number(&scale, means[r]);

		g_string_append_printf(text, "%s %s: %s %s%s%s%s", r ? "," : "", value, number,
				       scale.unit, *speedup ? " (" : "", speedup,
				       *speedup ? ")" : "");
	}
	text_paragraph(out, "", 2, text->str);
}

static void print_sweep(GString *out, const struct sweep *sweep)
{
	const struct group *group = sweep->groups->pdata[0];
	g_autofree char *fixed = sweep_fixed_text(sweep);
	g_autofree char *label = g_strdup_printf("%s%s%s:", member_text(group->scenario, "name"),
						 *fixed ? ", " : "", fixed);

	text_paragraph(out, "", 0, label);
	for (guint m = 0; m < sweep->metrics->len; m++)
		for (guint k = 0; k < sweep->report->n_kernels; k++)
			print_series(out, sweep, k, m);
}

/* A sweep of one parameter is a series; of more, each of its sets is told by itself. */
static bool is_series(const GPtrArray *sweeps, const struct group *group)
{
	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];

		if (sweep->keys->len == 1 && g_ptr_array_find(sweep->groups, group, NULL))
			return true;
	}
	return false;
}

static const char *what_is_told(const struct report *report)
{
	if (report->test->exact)
		return "Instructions at 1 per ns, not wall time";
	if (report_deterministic(report))
		return "Means, 95 % intervals, of instructions at 1 per ns, not of wall time";
	return "Means, 95 % intervals";
}

static void print_machine(GString *out, const struct report *report)
{
	g_autofree char *accelerator = report_accelerator(report);
	g_autofree char *cpu = report_fact(report, "host_cpu");
	int failed = member_int(json_object_get(report->about, "samples"), "failed");
	bool exact = report->test->exact;
	g_autofree char *text = g_strdup_printf(
		"%s; %s%s%s%s; %d failed samples%s%s%s.", what_is_told(report), accelerator,
		cpu ? " on " : "", cpu ?: "",
		report_aliases(report) ? ", memory contents alias" : "", failed, exact ? "" : "; ",
		exact ? "" : report->test->title, exact ? "" : ", Holm");

	text_paragraph(out, "", 0, text);
}

void commit_report(GString *out, const struct report *report, const struct report_set *set)
{
	g_autoptr(GPtrArray) sweeps = sweeps_of(report, set);

	for (guint i = 0; i < sweeps->len; i++) {
		const struct sweep *sweep = sweeps->pdata[i];

		if (sweep->keys->len == 1)
			print_sweep(out, sweep);
	}
	for (guint i = 0; i < report->groups->len; i++)
		if (!is_series(sweeps, report->groups->pdata[i]) &&
		    !group_probe(report->groups->pdata[i]))
			print_group(out, report, report->groups->pdata[i], set);
	print_machine(out, report);
}

bool format_commit(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	format_each(out, set, "", commit_report);
	return true;
}
