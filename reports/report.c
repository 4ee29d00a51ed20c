// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report.h"

#include "reports/format.h"
#include "reports/plot.h"
#include "reports/print.h"

#include <errno.h>

static void report_free_item(gpointer report)
{
	report_free(report);
}

double report_threshold(const struct report *report, const struct report_opts *opts)
{
	if (opts->threshold > 0)
		return opts->threshold;
	return report->test->exact ? VERDICT_THRESHOLD_EXACT : VERDICT_THRESHOLD;
}

static const char *base_kernel(const struct report_opts *opts)
{
	return g_strcmp0(opts->relative_to, REPORT_RELATIVE_FIRST) ? opts->relative_to : NULL;
}

/* NULL with err. */
static GPtrArray *collect(struct db *db, const gint64 *campaigns, guint count,
			  const struct report_opts *opts, GError **err)
{
	g_autoptr(GPtrArray) reports = g_ptr_array_new_with_free_func(report_free_item);
	const struct compare_test *test = compare_test_find(opts->test, err);

	for (guint i = 0; i < count && test; i++) {
		struct report *report =
			report_collect(db, campaigns[i], base_kernel(opts), opts->mixed, err);

		if (!report)
			return NULL;
		g_ptr_array_add(reports, report);
		report_compare(report, test);
	}
	return test ? g_steal_pointer(&reports) : NULL;
}

static void print_report(GString *out, const struct report *report, const struct report_set *set)
{
	for (guint i = 0; i < report->groups->len; i++)
		print_table(out, report, report->groups->pdata[i]);
	print_aa(out, report);
	print_failures(out, report);
	print_significance(out, report, report_threshold(report, set->opts));
	print_facts(out, report, db_path(set->db));
}

bool format_text(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	format_each(out, set, "\n", print_report);
	return true;
}

/* The metrics that there are, once each; whether `wanted` is one of them. */
static bool list_metrics(const GPtrArray *reports, const char *wanted, GString *names)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < reports->len; i++) {
		const struct report *report = reports->pdata[i];

		for (guint g = 0; g < report->groups->len; g++) {
			const struct group *group = report->groups->pdata[g];

			for (guint r = 0; r < group->rows->len; r++) {
				const struct row *row = group->rows->pdata[r];

				if (g_hash_table_add(seen, row->metric))
					g_string_append_printf(names, "%s%s",
							       names->len ? ", " : "", row->metric);
			}
		}
	}
	return g_hash_table_contains(seen, wanted);
}

static bool metrics_exist(const GPtrArray *reports, const struct report_opts *opts, GError **err)
{
	for (int i = 0; opts->metrics && opts->metrics[i]; i++) {
		g_autoptr(GString) names = g_string_new(NULL);

		if (!list_metrics(reports, opts->metrics[i], names))
			return bl_fail(err, BL_ERROR_INPUT, "--metric %s: there are %s",
				       opts->metrics[i], names->len ? names->str : "none");
	}
	return true;
}

static bool write_out(const GString *text, FILE *out, GError **err)
{
	/* A reader that has enough, like head or a pager, is no failure. */
	if ((fputs(text->str, out) == EOF || fflush(out)) && errno != EPIPE)
		return bl_fail_errno(err, "cannot write the report");
	return true;
}

static bool write_all(struct db *db, const gint64 *campaigns, guint count,
		      const struct report_opts *opts, FILE *out, struct verdict *verdict,
		      GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const struct report_format *format = report_format_find(opts->format, err);
	g_autoptr(GPtrArray) reports = format ? collect(db, campaigns, count, opts, err) : NULL;
	const struct report_set set = {db, opts, reports};

	if (!reports || !metrics_exist(reports, opts, err) || !format->write(text, &set, err) ||
	    !write_out(text, out, err))
		return false;
	if (verdict && count) {
		const struct report *last = reports->pdata[count - 1];

		*verdict = verdict_of(last, report_threshold(last, opts));
	}
	return !opts->plots || plot_reports(&set, opts->plots, err);
}

/* All reads in one transaction, so that a campaign under way is seen as of one moment. */
bool report_print(struct db *db, const gint64 *campaigns, guint count,
		  const struct report_opts *opts, FILE *out, struct verdict *verdict, GError **err)
{
	if (!db_begin(db, err))
		return false;
	bool ok = write_all(db, campaigns, count, opts, out, verdict, err);

	db_rollback(db);
	return ok;
}
