// SPDX-License-Identifier: GPL-2.0-only
#include "lab/measure.h"

#include "kernels/kernel.h"
#include "lab/attach.h"
#include "lab/cmd.h"
#include "lab/log.h"
#include "lab/rundir.h"
#include "lab/scenario.h"
#include "lab/units.h"
#include "lab/until.h"
#include "reports/report.h"

#include <stdio.h>
#include <string.h>

#define DEFAULT_DB	   "bootlab.db"
#define DEFAULT_ITERATIONS 3
#define NOT_GIVEN	   G_MININT
#define DEFAULT_MAX	   50

GOptionEntry *measure_options(struct measure *m)
{
	const GOptionEntry entries[] = {
		{"scenario", 's', 0, G_OPTION_ARG_STRING_ARRAY, &m->scenarios,
		 "what to run; may be given again (see bootlab scenario list)", "SCENARIO"},
		{"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &m->settings,
		 "a scenario's parameter, or several values to sweep", "KEY=VALUE[,VALUE]"},
		{"collector", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &m->collectors,
		 "what else to collect; may be given again (see bootlab collector list)",
		 "NAME[,NAME]"},
		{"each-patch", 0, 0, G_OPTION_ARG_NONE, &m->each_patch,
		 "BASE+SERIES stands for all its prefixes, BASE+SERIES/1 and so on", NULL},
		{"threads", 't', 0, G_OPTION_ARG_STRING, &m->threads,
		 "how many threads the kernel uses, in each scenario that can say so", "N[,N]"},
		{"iterations", 'n', 0, G_OPTION_ARG_INT, &m->iterations,
		 "samples of each kernel and parameter set (default 3; deterministic: 1)", "N"},
		{"deterministic", 0, 0, G_OPTION_ARG_NONE, &m->deterministic,
		 "testbeds whose clock counts instructions: two runs differ by nothing", NULL},
		{"warmup", 0, 0, G_OPTION_ARG_INT, &m->warmup,
		 "so many samples more of each, run first, kept and not counted", "N"},
		{"until", 0, 0, G_OPTION_ARG_DOUBLE, &m->until,
		 "go on until the mean is known to plus or minus so many percent (95 %)", "PCT"},
		{"budget", 0, 0, G_OPTION_ARG_STRING, &m->budget,
		 "with --until: no more once the samples took so long, such as 2h", "TIME"},
		{"max-iterations", 0, 0, G_OPTION_ARG_INT, &m->iterations_max,
		 "with --until: at most so many (default 50)", "N"},
		{"metric", 0, 0, G_OPTION_ARG_STRING_ARRAY, &m->metrics,
		 "with --until: whose mean (default: each scenario's headline)", "NAME"},
		{"test", 0, 0, G_OPTION_ARG_STRING, &m->test,
		 "of significance: rank (default) or welch", "NAME"},
		{"threshold", 0, 0, G_OPTION_ARG_DOUBLE, &m->threshold,
		 "a change for the worse from so many percent on is a regression (default 5; deterministic: 0.1)",
		 "PCT"},
		{"db", 0, 0, G_OPTION_ARG_FILENAME, &m->db_path,
		 "where samples are kept (default " DEFAULT_DB ")", "FILE"},
		{"plots", 0, 0, G_OPTION_ARG_FILENAME, &m->plots,
		 "folder for the plots (default: the db's name with -plots)", "DIR"},
		{"seed", 0, 0, G_OPTION_ARG_INT64, &m->seed,
		 "of the random order of samples (default: a new one, recorded)", "N"},
		{"alias", 0, 0, G_OPTION_ARG_STRING, &m->alias,
		 "auto, always or never: let a guest's RAM that this machine has not be the same "
		 "memory many times (default: auto)",
		 "WHEN"},
		{"testbed-memory", 0, 0, G_OPTION_ARG_STRING, &m->testbed_memory,
		 "RAM of the testbed instead of the scenario's own", "SIZE"},
		{"patience", 0, 0, G_OPTION_ARG_INT, &m->order.patience,
		 "times the scenario's deadline, for kernels built to debug (default 1)", "N"},
		{"accel", 0, 0, G_OPTION_ARG_STRING, &m->accel,
		 "kvm or tcg (default: KVM where it is found to boot a kernel)", "NAME"},
		{"connect", 0, 0, G_OPTION_ARG_STRING, &m->connect,
		 "a libvirt other than the embedded one, such as qemu:///system", "URI"},
		G_OPTION_ENTRY_NULL,
	};

	if (!m->iterations)
		m->iterations = NOT_GIVEN;
	m->order.patience = 1;
	m->iterations_max = DEFAULT_MAX;
	m->seed = -1;
	return g_memdup2(entries, sizeof(entries));
}

/* -t is one more setting, and the last, lest an earlier one of the same parameter wins. */
static void add_threads(struct measure *m)
{
	g_autoptr(GStrvBuilder) settings = g_strv_builder_new();

	if (!m->threads)
		return;
	if (m->settings)
		g_strv_builder_addv(settings, (const char **)m->settings);
	g_autofree char *setting = g_strconcat(SCENARIO_THREADS "=", m->threads, NULL);

	g_strv_builder_add(settings, setting);
	g_strfreev(m->settings);
	m->settings = g_strv_builder_end(settings);
}

/* --until and what goes with it. */
static bool check_goal(struct measure *m, GError **err)
{
	if (m->until < 0)
		return bl_fail(err, BL_ERROR_INPUT, "--until %g: give a percentage", m->until);
	if (m->until == 0 && m->budget)
		return bl_fail(err, BL_ERROR_INPUT, "--budget goes with --until");
	if (m->until > 0 && m->iterations_max < m->iterations)
		return bl_fail(err, BL_ERROR_INPUT, "--max-iterations %d: is less than -n %d",
			       m->iterations_max, m->iterations);
	if (m->budget && !duration_parse(m->budget, &m->goal.seconds, err))
		return false;
	m->goal.percent = m->until;
	m->goal.iterations = m->iterations_max;
	m->goal.metric = m->metrics ? m->metrics[0] : NULL;
	m->order.until = m->until > 0 ? &m->goal : NULL;
	return true;
}

/* Of one CPU, a second sample would be the first once more, digit for digit. */
static bool check_deterministic(struct measure *m, GError **err)
{
	if (m->iterations == NOT_GIVEN)
		m->iterations = m->deterministic ? 1 : DEFAULT_ITERATIONS;
	if (m->deterministic && !g_strcmp0(m->accel, "kvm"))
		return bl_fail(err, BL_ERROR_INPUT,
			       "--deterministic counts instructions, which kvm cannot: leave out "
			       "--accel");
	m->order.deterministic = m->deterministic;
	return true;
}

bool measure_check(struct measure *m, GError **err)
{
	static const char *const accels[] = {"kvm", "tcg", NULL};
	static const char *const aliases[] = {
		[ALIAS_AUTO] = "auto", [ALIAS_ALWAYS] = "always", [ALIAS_NEVER] = "never", NULL};

	if (!check_deterministic(m, err))
		return false;
	if (m->iterations < 1)
		return bl_fail(err, BL_ERROR_INPUT, "-n %d: give at least 1", m->iterations);
	if (m->order.patience < 1)
		return bl_fail(err, BL_ERROR_INPUT, "--patience %d: give at least 1",
			       m->order.patience);
	if (m->warmup < 0)
		return bl_fail(err, BL_ERROR_INPUT, "--warmup %d: give 0 or more", m->warmup);
	if (m->threshold < 0)
		return bl_fail(err, BL_ERROR_INPUT, "--threshold %g: give a percentage",
			       m->threshold);
	if (!check_goal(m, err) || !compare_test_find(m->test, err))
		return false;
	if (m->accel && !g_strv_contains(accels, m->accel))
		return bl_fail(err, BL_ERROR_INPUT, "--accel %s: give kvm or tcg", m->accel);
	if (m->collectors && !attach_parse(&m->collectors, err))
		return false;
	if (m->alias && !g_strv_contains(aliases, m->alias))
		return bl_fail(err, BL_ERROR_INPUT, "--alias %s: give auto, always or never",
			       m->alias);
	for (int i = 0; m->alias && aliases[i]; i++)
		if (!strcmp(aliases[i], m->alias))
			m->sample.alias = i;
	if (m->testbed_memory && !size_parse(m->testbed_memory, &m->order.testbed_memory, err))
		return false;
	if (m->seed < 0)
		m->seed = g_random_int();
	if (!m->db_path)
		m->db_path = g_strdup(DEFAULT_DB);
	if (!m->plots)
		m->plots = report_plots_dir(m->db_path);
	add_threads(m);
	m->order.settings = m->settings;
	m->order.collectors = m->collectors;
	m->order.iterations = m->iterations;
	m->order.warmup = m->warmup;
	m->order.seed = m->seed;
	m->sample.connect = m->connect;
	m->sample.accel = m->accel;
	return true;
}

bool measure_parse(struct measure *m, int *argc, char ***argv, const GOptionEntry *own, guint n_own,
		   const char *usage, const char *about, GError **err)
{
	g_autofree GOptionEntry *shared = measure_options(m);
	g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));

	g_array_append_vals(entries, own, n_own);
	for (guint i = 0; shared[i].long_name; i++)
		if (shared[i].short_name != 's')
			g_array_append_val(entries, shared[i]);
	return cmd_options(argc, argv, (const GOptionEntry *)entries->data, usage, about, err) &&
	       measure_check(m, err);
}

/* Runs what is planned, and what the campaign's goal asks for beyond that. */
static bool run_until(struct measure *m, struct db *db, gint64 campaign, struct db_counts *counts,
		      GError **err)
{
	int more = 1;

	while (more > 0)
		more = campaign_run(db, campaign, &m->sample, counts, err)
			       ? until_extend(db, campaign, err)
			       : -1;
	return more == 0;
}

/* Between a kernel and itself, any difference at all is one. */
static bool is_alarm(const struct measure *m, const struct verdict *verdict)
{
	guint shown = verdict->regressions + verdict->improvements + verdict->small;

	return m->judge && (m->order.twice ? shown : verdict->regressions);
}

static int run_and_report(struct measure *m, struct db *db, gint64 campaign, GError **err)
{
	const struct report_opts opts = {
		.test = m->test, .threshold = m->threshold, .plots = m->plots};
	struct db_counts counts;
	struct verdict verdict = {0};
	bool ran = run_until(m, db, campaign, &counts, err);

	rundir_close();
	if (!ran) {
		log_info("campaign %" G_GINT64_FORMAT " is kept in %s: go on with "
			 "'bootlab run --resume --db %s'",
			 campaign, m->db_path, m->db_path);
		return EXIT_CANT;
	}
	if (!report_print(db, &campaign, 1, &opts, stdout, &verdict, err))
		return EXIT_CANT;
	return counts.failed || is_alarm(m, &verdict) ? EXIT_FOUND : EXIT_DONE;
}

int measure_new(struct measure *m, char *const *kernels, char *const *scenarios, GError **err)
{
	/* Before minutes of building: can the samples be kept at all, is a dead run in the way? */
	g_autoptr(Db) db = db_open(m->db_path, DB_CREATE, err);

	if (!db || !rundir_open(err))
		return EXIT_CANT;
	g_auto(GStrv) names = kernel_expand(kernels, m->each_patch, err);

	if (!names)
		return EXIT_CANT;
	m->order.kernels = names;
	m->order.scenarios = scenarios;
	gint64 campaign = campaign_plan(db, &m->order, err);

	return campaign < 0 ? EXIT_CANT : run_and_report(m, db, campaign, err);
}

static int judge_kernels(struct measure *m, char **kernels, const struct measure_judge *judge,
			 GError **err)
{
	int count = g_strv_length(kernels);

	if (count < judge->kernels_min || count > judge->kernels_max || !m->scenarios) {
		bl_fail(err, BL_ERROR_INPUT, "%s", judge->remedy);
		return EXIT_CANT;
	}
	if (!measure_check(m, err))
		return EXIT_CANT;
	return measure_new(m, judge->twice ? (char *[]){kernels[0], kernels[0], NULL} : kernels,
			   m->scenarios, err);
}

int measure_judge(int argc, char **argv, const struct measure_judge *judge)
{
	struct measure m = {0};
	g_autofree char *command = measure_command(argc, argv);
	g_autofree GOptionEntry *entries = measure_options(&m);
	GError *err = NULL;
	int status = EXIT_CANT;

	m.order.command = command;
	m.order.twice = judge->twice;
	m.judge = true;
	if (cmd_options(&argc, &argv, entries, judge->usage, judge->about, &err))
		status = judge_kernels(&m, argv + 1, judge, &err);
	measure_clear(&m);
	return err ? cmd_end_error(err) : status;
}

/* The newest campaign that has samples to run, or has not reached its goal; 0: none, or -1. */
static gint64 unfinished(struct db *db, GError **err)
{
	gint64 campaign = db_campaign_latest(db, true, err);

	if (campaign)
		return campaign;
	/* Killed between its last sample and the planning of more, one has none planned. */
	campaign = db_campaign_latest(db, false, err);
	int more = campaign > 0 ? until_extend(db, campaign, err) : (int)campaign;

	return more > 0 ? campaign : more;
}

int measure_resume(struct measure *m, gint64 campaign, GError **err)
{
	g_autoptr(Db) db = db_open(m->db_path, DB_READ_WRITE, err);

	if (!db || !rundir_open(err))
		return EXIT_CANT;
	if (!campaign)
		campaign = unfinished(db, err);
	if (!campaign)
		bl_fail(err, BL_ERROR_INPUT, "%s holds no unfinished campaign", m->db_path);
	return campaign <= 0 ? EXIT_CANT : run_and_report(m, db, campaign, err);
}

void measure_clear(struct measure *m)
{
	rundir_close();
	g_strfreev(m->scenarios);
	g_strfreev(m->settings);
	g_strfreev(m->metrics);
	g_free(m->test);
	g_free(m->budget);
	g_strfreev(m->collectors);
	g_free(m->db_path);
	g_free(m->plots);
	g_free(m->testbed_memory);
	g_free(m->threads);
	g_free(m->connect);
	g_free(m->accel);
	g_free(m->alias);
}

char *measure_command(int argc, char **argv)
{
	g_autoptr(GString) text = g_string_new("bootlab");

	for (int i = 0; i < argc; i++) {
		bool plain = argv[i][strcspn(argv[i], " '\"\\$*?;&|<>()")] == '\0' && *argv[i];
		g_autofree char *word = plain ? g_strdup(argv[i]) : g_shell_quote(argv[i]);

		g_string_append_printf(text, " %s", word);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}
