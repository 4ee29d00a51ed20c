// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as JSON:
 *   {"campaign": {...}, "base": KERNEL, "mixed": bool, "tables": [
 *     {"scenario", "params": {...}, "environment": id | null, "failed", "metrics": [
 *       {"metric", "unit", "better", "kernels": [
 *         {"kernel", "n", "mean", "sd", "speedup"}]}]}]}
 * campaign is as db_campaign_describe() gives it, without the scenarios' definitions. Values
 * are in base units (s, B, B/s); null stands for what cannot be calculated.
 */
#include "reports/print.h"

#include <math.h>

static json_t *number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *kernel_json(const struct report *report, const struct row *row, guint kernel)
{
	struct stats base = row_stats(row, 0), stats = row_stats(row, kernel);

	return json_pack("{s:s, s:I, s:o, s:o, s:o}", "kernel", report_kernel(report, kernel), "n",
			 (json_int_t)stats.n, "mean", number(stats.mean), "sd", number(stats.sd),
			 "speedup",
			 number(kernel ? stats_speedup(&base, &stats, row->better) : NAN));
}

static json_t *row_json(const struct report *report, const struct row *row)
{
	json_t *kernels = json_array();

	for (guint k = 0; k < report->n_kernels; k++)
		json_array_append_new(kernels, kernel_json(report, row, k));
	return json_pack("{s:s, s:s, s:s, s:o}", "metric", row->metric, "unit", row->unit, "better",
			 row->better, "kernels", kernels);
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

json_t *report_json(const struct report *report)
{
	json_t *tables = json_array();

	for (guint i = 0; i < report->groups->len; i++)
		json_array_append_new(tables, group_json(report, report->groups->pdata[i]));
	return json_pack("{s:o, s:s?, s:b, s:o}", "campaign", campaign_json(report), "base",
			 report_kernel(report, 0), "mixed", report->mixed, "tables", tables);
}
