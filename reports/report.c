// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report.h"

#include "reports/format.h"
#include "reports/print.h"

#include <string.h>

static void report_free_item(gpointer report)
{
	report_free(report);
}

double report_threshold(const struct report_opts *opts)
{
	return opts->threshold > 0 ? opts->threshold : VERDICT_THRESHOLD;
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
	print_significance(out, report, report_threshold(set->opts));
	print_facts(out, report, db_path(set->db));
}

bool format_text(GString *out, const struct report_set *set, GError **err)
{
	(void)err;
	for (guint i = 0; i < set->reports->len; i++) {
		if (i)
			g_string_append_c(out, '\n');
		print_report(out, set->reports->pdata[i], set);
	}
	return true;
}

static bool write_all(struct db *db, const gint64 *campaigns, guint count,
		      const struct report_opts *opts, GString *text, struct verdict *verdict,
		      GError **err)
{
	const struct report_format *format = report_format_find(opts->format, err);
	g_autoptr(GPtrArray) reports = format ? collect(db, campaigns, count, opts, err) : NULL;
	const struct report_set set = {db, opts, reports};

	if (!reports || !format->write(text, &set, err))
		return false;
	if (verdict && count)
		*verdict = verdict_of(reports->pdata[count - 1], report_threshold(opts));
	return true;
}

/* All reads in one transaction, so that a campaign under way is seen as of one moment. */
bool report_print(struct db *db, const gint64 *campaigns, guint count,
		  const struct report_opts *opts, FILE *out, struct verdict *verdict, GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!db_begin(db, err))
		return false;
	bool ok = write_all(db, campaigns, count, opts, text, verdict, err);

	db_rollback(db);
	if (ok && (fputs(text->str, out) == EOF || fflush(out)))
		return bl_fail_errno(err, "cannot write the report");
	return ok;
}
