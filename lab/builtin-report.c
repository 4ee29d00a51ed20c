// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/log.h"
#include "reports/report.h"

#include <stdio.h>

static const char about[] =
	"Prints what campaigns (their numbers; default: the newest) measured, from the db alone:\n"
	"for each metric the kernels side by side, mean and sample standard deviation in percent\n"
	"of it, and the speedup against the first kernel, with ~ where no difference is shown.\n"
	"Failed samples are listed with their reasons and are in no average. Below stands what\n"
	"must be known to judge the numbers. What can be drawn is plotted as SVG and PNG, with the\n"
	"gnuplot scripts that drew it.\n"
	"\n"
	"  bootlab report                                  the newest campaign in bootlab.db\n"
	"  bootlab report 3 --relative-to 6.1              against a kernel of one's choice\n"
	"  bootlab report 3 --format cover                 the table for a cover letter\n"
	"  bootlab report 3 --format html >report.html     everything in one file\n"
	"  bootlab report --log 17                         the console of a sample's testbed\n"
	"\n";

static const char exit_status[] =
	"\nExit status: 0 done, 1 a regression is shown (with --check), 2 could not be done.";

struct options {
	char *db_path, *plots;
	struct report_opts report;
	char **metrics;
	gboolean json, mixed, list, check;
	gint64 log; /* a sample; 0: none */
};

static bool parse(int *argc, char ***argv, struct options *o, GError **err)
{
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &o->db_path,
		 "where samples are kept (default bootlab.db)", "FILE"},
		{"format", 'f', 0, G_OPTION_ARG_STRING, &o->report.format,
		 "one of those below (default text); plots only with text or --plots", "FORMAT"},
		{"relative-to", 0, 0, G_OPTION_ARG_STRING, &o->report.relative_to,
		 "the kernel that others are compared with (default: the campaign's first); "
		 "'first': by thread count, each kernel with its own first row",
		 "KERNEL"},
		{"metric", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->metrics,
		 "what cover and commit show; may be given again (default: the scenario's "
		 "headline)",
		 "NAME"},
		{"test", 0, 0, G_OPTION_ARG_STRING, &o->report.test,
		 "of significance: rank (default) or welch", "NAME"},
		{"threshold", 0, 0, G_OPTION_ARG_DOUBLE, &o->report.threshold,
		 "a change for the worse from so many percent on is a regression (default 5; deterministic: 0.1)",
		 "PCT"},
		{"check", 0, 0, G_OPTION_ARG_NONE, &o->check,
		 "end with status 1 if a regression is shown", NULL},
		{"plots", 0, 0, G_OPTION_ARG_FILENAME, &o->plots,
		 "folder for the plots (default: the db's name with -plots)", "DIR"},
		{"mixed", 0, 0, G_OPTION_ARG_NONE, &o->mixed,
		 "average and compare samples of unlike environments", NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "the same as --format json", NULL},
		{"log", 0, 0, G_OPTION_ARG_INT64, &o->log,
		 "print what a sample left, its testbed's console too", "SAMPLE"},
		{"list", 0, 0, G_OPTION_ARG_NONE, &o->list, "list the campaigns, newest first",
		 NULL},
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *formats = report_formats_text();
	g_autofree char *text = g_strconcat(about, formats, exit_status, NULL);

	if (!cmd_options(argc, argv, entries, "[CAMPAIGN…]", text, err))
		return false;
	if (o->report.threshold < 0)
		return bl_fail(err, BL_ERROR_INPUT, "--threshold %g: give a percentage",
			       o->report.threshold);
	if (!o->db_path)
		o->db_path = g_strdup("bootlab.db");
	if (o->json && !o->report.format)
		o->report.format = g_strdup("json");
	o->report.mixed = o->mixed;
	o->report.metrics = o->metrics;
	if (!o->plots && !g_strcmp0(o->report.format ?: "text", "text"))
		o->plots = report_plots_dir(o->db_path);
	o->report.plots = o->plots;
	return true;
}

static gint64 newest(struct db *db, GError **err)
{
	gint64 id = db_campaign_latest(db, false, err);

	if (!id)
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: holds no campaign yet: bootlab ab makes one", db_path(db));
	return id;
}

/* The campaigns that the arguments name, or the newest: array of gint64, or NULL with err. */
static GArray *choose(struct db *db, char *const *arguments, GError **err)
{
	GArray *ids = cmd_campaigns(arguments, err);

	if (ids && !ids->len) {
		gint64 id = newest(db, err);

		if (id > 0)
			g_array_append_val(ids, id);
		else
			g_clear_pointer(&ids, g_array_unref);
	}
	return ids;
}

static void print_campaign(json_t *campaign)
{
	const char *command;
	json_int_t id, created;
	int planned, done, failed;

	json_unpack(campaign, "{s:I, s:I, s:s, s:{s:i, s:i, s:i}}", "id", &id, "created", &created,
		    "command", &command, "samples", "planned", &planned, "done", &done, "failed",
		    &failed);
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(created);
	g_autofree char *date = g_date_time_format(when, "%F %H:%M");

	printf("%4lld  %s  %4d good  %4d failed  %4d to run  %s\n", (long long)id, date, done,
	       failed, planned, command);
}

static bool list(struct db *db, bool json, GError **err)
{
	json_auto_t *campaigns = db_campaigns(db, err);
	json_t *campaign;
	size_t i;

	if (!campaigns)
		return false;
	if (json) {
		json_dumpf(campaigns, stdout, JSON_INDENT(2));
		putchar('\n');
		return true;
	}
	json_array_foreach (campaigns, i, campaign)
		print_campaign(campaign);
	return true;
}

static bool print_log(struct db *db, gint64 sample, GError **err)
{
	json_auto_t *logs = db_artifacts(db, sample, err);
	const char *name, *text;
	json_t *log;
	size_t i;

	if (!logs)
		return false;
	if (!json_array_size(logs))
		return bl_fail(err, BL_ERROR_INPUT,
			       "database %s: sample %" G_GINT64_FORMAT " left nothing, or there is "
			       "none of that number: bootlab report names those that failed",
			       db_path(db), sample);
	json_array_foreach (logs, i, log) {
		json_unpack(log, "{s:s, s:s}", "name", &name, "text", &text);
		printf("==> %s <==\n%s\n", name, text);
	}
	return true;
}

/* An exit status. */
static int report(struct db *db, char *const *arguments, struct options *o, GError **err)
{
	g_autoptr(GArray) campaigns = choose(db, arguments, err);
	struct verdict verdict = {0};

	if (!campaigns || !report_print(db, (const gint64 *)campaigns->data, campaigns->len,
					&o->report, stdout, &verdict, err))
		return EXIT_CANT;
	return o->check && verdict.regressions ? EXIT_FOUND : EXIT_DONE;
}

int cmd_report(int argc, char **argv)
{
	struct options o = {0};
	GError *err = NULL;
	int status = EXIT_DONE;

	if (parse(&argc, &argv, &o, &err)) {
		g_autoptr(Db) db = db_open(o.db_path, DB_READ, &err);

		if (db && o.list)
			list(db, o.json, &err);
		else if (db && o.log)
			print_log(db, o.log, &err);
		else if (db)
			status = report(db, argv + 1, &o, &err);
	}
	g_free(o.db_path);
	g_free(o.plots);
	g_strfreev(o.metrics);
	g_free((char *)o.report.relative_to);
	g_free((char *)o.report.format);
	g_free((char *)o.report.test);
	return err ? cmd_end_error(err) : status;
}
