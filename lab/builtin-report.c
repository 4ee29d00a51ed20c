// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/log.h"
#include "reports/report.h"

#include <stdio.h>

static const char about[] =
	"Prints what a campaign (a number; default: the newest) measured, from the db alone: for\n"
	"each metric the kernels side by side, mean and sample standard deviation in percent of\n"
	"it, and the speedup against the first kernel. Failed samples are listed with their\n"
	"reasons and are in no average. Below stands what must be known to judge the numbers.\n"
	"Boot phases are plotted as SVG and PNG, with the gnuplot script that drew them.\n"
	"\n"
	"  bootlab report                          the newest campaign in bootlab.db\n"
	"  bootlab report 3 --relative-to 6.1      another, against a kernel of one's choice\n"
	"  bootlab report --json                   the numbers for scripts, without plots\n"
	"  bootlab report --log 17                 the console of a sample's testbed\n"
	"\n"
	"Exit status: 0 done, 2 could not be done.";

struct options {
	char *db_path, *plots;
	struct report_opts report;
	gboolean json, mixed, list;
	gint64 log; /* a sample; 0: none */
};

static bool parse(int *argc, char ***argv, struct options *o, GError **err)
{
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &o->db_path,
		 "where samples are kept (default bootlab.db)", "FILE"},
		{"relative-to", 0, 0, G_OPTION_ARG_STRING, &o->report.relative_to,
		 "the kernel that others are compared with (default: the campaign's first)",
		 "KERNEL"},
		{"plots", 0, 0, G_OPTION_ARG_FILENAME, &o->plots,
		 "folder for the plots (default: the db's name with -plots)", "DIR"},
		{"mixed", 0, 0, G_OPTION_ARG_NONE, &o->mixed,
		 "average and compare samples of unlike environments", NULL},
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json,
		 "the same numbers as JSON; plots only with --plots", NULL},
		{"log", 0, 0, G_OPTION_ARG_INT64, &o->log,
		 "print what a sample left, its testbed's console too", "SAMPLE"},
		{"list", 0, 0, G_OPTION_ARG_NONE, &o->list, "list the campaigns, newest first",
		 NULL},
		G_OPTION_ENTRY_NULL,
	};

	if (!cmd_options(argc, argv, entries, "[CAMPAIGN]", about, err))
		return false;
	if (*argc > 2)
		return bl_fail(err, BL_ERROR_INPUT,
			       "give one campaign; see 'bootlab report --help'");
	if (!o->db_path)
		o->db_path = g_strdup("bootlab.db");
	o->report.json = o->json;
	o->report.mixed = o->mixed;
	return true;
}

/* The campaign that the argument names, or the newest; -1 with err. */
static gint64 choose(struct db *db, const char *argument, GError **err)
{
	gint64 id;

	if (argument && !g_ascii_string_to_signed(argument, 10, 1, G_MAXINT64, &id, NULL)) {
		bl_fail(err, BL_ERROR_INPUT,
			"'%s' is no campaign's number: bootlab report --list shows them", argument);
		return -1;
	}
	if (argument)
		return id;
	id = db_campaign_latest(db, false, err);
	if (!id)
		bl_fail(err, BL_ERROR_INPUT,
			"database %s: holds no campaign yet: bootlab ab makes one", db_path(db));
	return id ? id : -1;
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

static bool report(struct db *db, const char *argument, struct options *o, GError **err)
{
	gint64 campaign = choose(db, argument, err);

	if (campaign < 0 || !report_print(db, campaign, &o->report, stdout, err))
		return false;
	if (o->json && !o->plots)
		return true;
	if (!o->plots)
		o->plots = report_plots_dir(o->db_path);
	return report_plots(db, campaign, o->plots, err);
}

int cmd_report(int argc, char **argv)
{
	struct options o = {0};
	GError *err = NULL;

	if (parse(&argc, &argv, &o, &err)) {
		g_autoptr(Db) db = db_open(o.db_path, DB_READ, &err);

		if (db && o.list)
			list(db, o.json, &err);
		else if (db && o.log)
			print_log(db, o.log, &err);
		else if (db)
			report(db, argc > 1 ? argv[1] : NULL, &o, &err);
	}
	g_free(o.db_path);
	g_free(o.plots);
	g_free((char *)o.report.relative_to);
	return err ? cmd_end_error(err) : EXIT_DONE;
}
