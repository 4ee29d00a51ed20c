// SPDX-License-Identifier: GPL-2.0-only
#include "reports/report.h"

#include "reports/print.h"

/* All reads in one transaction, so that a campaign under way is seen as of one moment. */
static struct report *collect_at_once(struct db *db, gint64 campaign,
				      const struct report_opts *opts, GError **err)
{
	if (!db_begin(db, err))
		return NULL;
	struct report *report = report_collect(db, campaign, opts->relative_to, opts->mixed, err);

	db_rollback(db);
	return report;
}

static char *report_text(const struct report *report, struct db *db)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < report->groups->len; i++)
		print_table(text, report, report->groups->pdata[i]);
	print_failures(text, report);
	print_facts(text, report, db_path(db));
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static bool write_json(const struct report *report, FILE *out)
{
	json_auto_t *document = report_json(report);

	return json_dumpf(document, out, JSON_INDENT(2)) == 0 && putc('\n', out) != EOF;
}

static bool write_text(const struct report *report, struct db *db, FILE *out)
{
	g_autofree char *text = report_text(report, db);

	return fputs(text, out) != EOF;
}

bool report_print(struct db *db, gint64 campaign, const struct report_opts *opts, FILE *out,
		  GError **err)
{
	g_autoptr(Report) report = collect_at_once(db, campaign, opts, err);

	if (!report)
		return false;
	if (!(opts->json ? write_json(report, out) : write_text(report, db, out)) || fflush(out))
		return bl_fail_errno(err, "cannot write the report");
	return true;
}
