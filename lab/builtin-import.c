// SPDX-License-Identifier: GPL-2.0-only
#include "lab/cmd.h"
#include "lab/intake.h"
#include "lab/measure.h"

#include <glib/gstdio.h>
#include <jansson.h>
#include <stdio.h>

static const char about[] =
	"Takes in samples that were measured elsewhere, of kernels and scenarios that bootlab need\n"
	"not know, so that 'bootlab report' makes its tables of them; and the bundles that\n"
	"'bootlab export' writes. A file is taken in as a whole or not at all, and once only.\n"
	"\n"
	"The files of one command make one campaign. CSV and JSON have the fields\n"
	"  metric, value                  what was measured; times are better when lower, rates\n"
	"                                 (.../s) when higher; of all else 'better' says it\n"
	"  unit, better                   ns us ms s, B KiB MiB GiB, these per s (B/s), count, or\n"
	"                                 another; lower, higher or neither\n"
	"  kernel, scenario               where they are not said by --kernel and --scenario\n"
	"  params                         such as \"memory=1G threads=2\"\n"
	"  iteration                      which sample of its kernel, scenario and params it is\n"
	"                                 of (default: they are counted)\n"
	"  machine, environment           samples that differ in these are not compared\n"
	"  time                           when it was measured: seconds since 1970, or ISO 8601\n"
	"\n"
	"  bootlab import results.csv\n"
	"  bootlab import --kernel 6.1 --scenario pft old/pft-*.log\n"
	"  bootlab import --kernel 6.1+mine --scenario pft --campaign 7 new/pft-*.log\n"
	"  bootlab import --kernel 6.1 fio.json\n"
	"\n";

static const char exit_status[] =
	"\nExit status: 0 done (or known already), 2 could not be done: the db is as it was before\n"
	"the file that is named.";

struct options {
	char *db_path;
	struct intake_opts intake;
	gboolean json;
};

static bool parse(int *argc, char ***argv, struct options *o, GError **err)
{
	const GOptionEntry entries[] = {
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &o->db_path,
		 "where samples are kept (default bootlab.db)", "FILE"},
		{"format", 'f', 0, G_OPTION_ARG_STRING, &o->intake.format,
		 "one of those below (default: found out from the content)", "FORMAT"},
		{"kernel", 'k', 0, G_OPTION_ARG_STRING, &o->intake.kernel,
		 "what the kernel is called, where the file does not say it", "NAME"},
		{"scenario", 's', 0, G_OPTION_ARG_STRING, &o->intake.scenario,
		 "what was run, where the file does not say it", "NAME"},
		{"machine", 'm', 0, G_OPTION_ARG_STRING, &o->intake.machine,
		 "where it was measured, where the file does not say it", "NAME"},
		{"campaign", 0, 0, G_OPTION_ARG_INT64, &o->intake.campaign,
		 "add to this one, which was imported before (default: a new one)", "CAMPAIGN"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &o->json, "for scripts: what was imported", NULL},
		G_OPTION_ENTRY_NULL,
	};
	g_autofree char *formats = intake_formats_text();
	g_autofree char *text = g_strconcat(about, formats, exit_status, NULL);

	if (!cmd_options(argc, argv, entries, "FILE…", text, err))
		return false;
	if (*argc < 2)
		return bl_fail(err, BL_ERROR_INPUT, "give a file; see 'bootlab import --help'");
	if (o->intake.campaign < 0)
		return bl_fail(err, BL_ERROR_INPUT,
			       "--campaign %" G_GINT64_FORMAT
			       ": is no campaign's number: bootlab report --list shows them",
			       o->intake.campaign);
	if (!o->db_path)
		o->db_path = g_strdup("bootlab.db");
	return true;
}

static void print_text(const char *path, const struct intake_outcome *outcome)
{
	g_autofree char *where =
		g_strdup_printf("in campaign %" G_GINT64_FORMAT, outcome->campaign);

	if (outcome->known)
		printf("%s: is known already, %s\n", path, where);
	else if (outcome->campaigns > 1)
		printf("%s: %u campaigns, %" G_GUINT64_FORMAT " samples\n", path,
		       outcome->campaigns, outcome->samples);
	else
		printf("%s: %" G_GUINT64_FORMAT " samples, %s\n", path, outcome->samples, where);
}

static json_t *outcome_json(const char *path, const struct intake_outcome *outcome)
{
	return json_pack("{s:s, s:I, s:i, s:I, s:I, s:b}", "file", path, "campaign",
			 (json_int_t)outcome->campaign, "campaigns", (int)outcome->campaigns,
			 "samples", (json_int_t)outcome->samples, "values",
			 (json_int_t)outcome->values, "known", outcome->known);
}

/* Of files that came before one that fails, it is said what was done. */
static void import(struct db *db, char *const *paths, struct options *o, GError **err)
{
	json_auto_t *list = json_array();

	for (int i = 0; paths[i]; i++) {
		struct intake_outcome outcome;

		if (!intake_file(db, paths[i], &o->intake, &outcome, err))
			break;
		if (!outcome.bundle)
			o->intake.campaign = outcome.campaign;
		json_array_append_new(list, outcome_json(paths[i], &outcome));
		if (!o->json)
			print_text(paths[i], &outcome);
	}
	if (o->json) {
		json_dumpf(list, stdout, JSON_INDENT(2));
		putchar('\n');
	}
}

int cmd_import(int argc, char **argv)
{
	struct options o = {0};
	GError *err = NULL;
	g_autofree char *command = measure_command(argc, argv);

	o.intake.command = command;
	if (parse(&argc, &argv, &o, &err)) {
		bool is_new = !g_file_test(o.db_path, G_FILE_TEST_EXISTS);
		Db *db = db_open(o.db_path, DB_CREATE, &err);

		if (db)
			import(db, argv + 1, &o, &err);
		bool is_empty = db && err && !db_campaign_latest(db, false, NULL);

		g_clear_pointer(&db, db_close);
		/* Made for files of which there was nothing to take. */
		if (is_new && is_empty)
			g_unlink(o.db_path);
	}
	g_free(o.db_path);
	g_free((char *)o.intake.format);
	g_free((char *)o.intake.kernel);
	g_free((char *)o.intake.scenario);
	g_free((char *)o.intake.machine);
	return err ? cmd_end_error(err) : EXIT_DONE;
}
