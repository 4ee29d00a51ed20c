// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as JSON:
 *   {"campaign": {...}, "base": KERNEL, "mixed": bool, "tables": [
 *     {"scenario", "params": {...}, "environment": id | null, "failed", "metrics": [
 *       {"metric", "unit", "better", "kernels": [
 *         {"kernel", "n", "mean", "sd", "speedup", "versus": null | {"difference",
 *          "difference_ci": [low, high], "change_percent", "change_percent_ci", "p_rank",
 *          "p_welch", "p_holm", "shown"}, "outliers": [samples]}],
 *        "aa": null | {"n", "divisions", "false_alarms", "drift_p", "detectable_percent"}}]}],
 *    "statistics": {"test", "alpha", "level", "resamples", "seed", "threshold_percent",
 *                   "bootstrap_max", "regressions", "improvements", "small", "none", "too_few"}}
 * campaign is as db_campaign_describe() gives it, without the scenarios' definitions. Values
 * are in base units (s, B, B/s); null stands for what cannot be calculated. bootstrap_max: of more
 * values, the intervals are Welch's and Fieller's.
 */
#include "reports/aa.h"
#include "reports/bootstrap.h"
#include "reports/format.h"
#include "reports/interval.h"
#include "reports/print.h"

#include <math.h>

/* Enough to tell any two measurements apart, and not what the last bit of a libm says. */
#define DIGITS 14

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *bounds_json(const struct bounds *bounds)
{
	return json_pack("[o, o]", number(bounds->low), number(bounds->high));
}

static json_t *versus_json(const struct row *row, guint kernel)
{
	const struct comparison *c = &row->versus[kernel];

	if (!kernel)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "difference",
			 number(c->difference), "difference_ci", bounds_json(&c->difference_bounds),
			 "change_percent", number(c->change), "change_percent_ci",
			 bounds_json(&c->change_bounds), "p_rank", number(c->p_rank), "p_welch",
			 number(c->p_welch), "p_holm", number(c->p_holm), "shown", c->shown);
}

static void append_sample(const struct origin *origin, const char *why, void *data)
{
	(void)why;
	json_array_append_new(data, json_integer(origin->sample));
}

static json_t *outliers_json(const struct row *row, guint kernel)
{
	json_t *samples = json_array();

	outliers_of(row, kernel, 0, append_sample, samples);
	return samples;
}

static json_t *kernel_json(const struct report *report, const struct row *row, guint kernel)
{
	struct stats base = row_stats(row, 0), stats = row_stats(row, kernel);

	return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "kernel",
			 report_kernel(report, kernel), "n", (json_int_t)stats.n, "mean",
			 number(stats.mean), "sd", number(stats.sd), "speedup",
			 number(kernel ? stats_speedup(&base, &stats, row->better) : NAN), "versus",
			 versus_json(row, kernel), "outliers", outliers_json(row, kernel));
}

static json_t *aa_json(const struct report *report, const struct row *row)
{
	if (!aa_is(report))
		return json_null();
	struct aa aa = aa_of(report, row);

	return json_pack("{s:i, s:i, s:i, s:o, s:o}", "n", (int)aa.n, "divisions",
			 (int)aa.divisions, "false_alarms", (int)aa.false_alarms, "drift_p",
			 number(aa.drift_p), "detectable_percent", number(aa.detectable));
}

static json_t *row_json(const struct report *report, const struct row *row)
{
	json_t *kernels = json_array();

	for (guint k = 0; k < report->n_kernels; k++)
		json_array_append_new(kernels, kernel_json(report, row, k));
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "metric", row->metric, "unit", row->unit,
			 "better", row->better, "kernels", kernels, "aa", aa_json(report, row));
}

static json_t *group_json(const struct report *report, const struct group *group)
{
	json_t *rows = json_array();

	for (guint i = 0; i < group->rows->len; i++)
		json_array_append_new(rows, row_json(report, group->rows->pdata[i]));
	return json_pack("{s:s, s:O, s:o, s:i, s:o}", "scenario",
			 member_text(group->scenario, "name"), "params", group->params,
			 "environment",
			 group->environment ? json_integer(group->environment) : json_null(),
			 "failed", (int)group->failed, "metrics", rows);
}

static json_t *campaign_json(const struct report *report)
{
	json_t *about = json_deep_copy(report->about), *scenario;
	size_t i;

	json_array_foreach (json_object_get(about, "scenarios"), i, scenario)
		json_object_del(scenario, "definition");
	return about;
}

static json_t *statistics_json(const struct report *report, double threshold)
{
	struct verdict verdict = verdict_of(report, threshold);

	return json_pack("{s:s, s:f, s:f, s:i, s:i, s:f, s:i, s:i, s:i, s:i, s:i, s:i}", "test",
			 report->test->title, "alpha", TEST_ALPHA, "level", STATS_LEVEL,
			 "resamples", BOOTSTRAP_RESAMPLES, "seed", BOOTSTRAP_SEED,
			 "threshold_percent", threshold, "bootstrap_max", INTERVAL_BOOTSTRAP_MAX,
			 "regressions", (int)verdict.regressions, "improvements",
			 (int)verdict.improvements, "small", (int)verdict.small, "none",
			 (int)verdict.none, "too_few", (int)verdict.too_few);
}

static json_t *report_json(const struct report *report, double threshold)
{
	json_t *tables = json_array();

	for (guint i = 0; i < report->groups->len; i++)
		json_array_append_new(tables, group_json(report, report->groups->pdata[i]));
	return json_pack("{s:o, s:s?, s:b, s:o, s:o}", "campaign", campaign_json(report), "base",
			 report_kernel(report, 0), "mixed", report->mixed, "tables", tables,
			 "statistics", statistics_json(report, threshold));
}

/* One document; of several campaigns, an array of them. */
bool format_json(GString *out, const struct report_set *set, GError **err)
{
	json_auto_t *all = json_array();

	(void)err;
	for (guint i = 0; i < set->reports->len; i++)
		json_array_append_new(
			all, report_json(set->reports->pdata[i],
					 report_threshold(set->reports->pdata[i], set->opts)));
	json_t *document = json_array_size(all) == 1 ? json_array_get(all, 0) : all;
	char *text = json_dumps(document, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));

	g_string_append_printf(out, "%s\n", text);
	free(text);
	return true;
}
