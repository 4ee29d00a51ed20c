// SPDX-License-Identifier: GPL-2.0-only
#include "lab/builtin-kernel.h"

#include "kernels/kernel.h"
#include "kernels/series.h"
#include "kernels/style.h"
#include "kernels/warnings.h"
#include "lab/cmd.h"
#include "lab/measure.h"
#include "lab/rundir.h"

#include <stdio.h>
#include <string.h>

static const char about[] =
	"Tries each prefix of the series on each base that it is for: whether the patch applies,\n"
	"whether the kernel builds without new warnings, boots, runs the scenario that the series is\n"
	"for, and keeps all gates. Says which patch breaks what. checkpatch.pl of the base's source\n"
	"is run too; what it says counts for nothing but is told.\n"
	"\n"
	"  bootlab kernel check pin-parallel\n"
	"  bootlab kernel check --all --stage apply\n"
	"\n"
	"Exit status: 0 all hold, 1 some prefix breaks, 2 could not be done.";

/* How far a prefix is tried. */
enum stage { APPLY, BUILD, BOOT };

static const struct {
	const char *name;
	const char *held; /* what is true of a prefix that came through */
} stages[] = {
	[APPLY] = {"apply", "applies"},
	[BUILD] = {"build", "applies, builds"},
	[BOOT] = {"boot", "applies, builds, boots, runs, keeps the gates"},
};

struct options {
	struct measure measure;
	char *base, *stage_name;
	enum stage stage;
	gboolean all;
};

/* What became of a prefix. Without `broken` all that was tried holds. */
struct verdict {
	char *kernel;
	const char *broken; /* "apply", "build", ...; NULL: nothing */
	char *why;
	char *style;
};

static void verdict_free(struct verdict *verdict)
{
	g_free(verdict->kernel);
	g_free(verdict->why);
	g_free(verdict->style);
	g_free(verdict);
}

/* What is wrong with the kernel is a verdict; what keeps bootlab from trying is an error. */
static bool breaks(struct verdict *verdict, const char *stage, GError *why, GError **err)
{
	if (!g_error_matches(why, BL_ERROR, BL_ERROR_INPUT)) {
		g_propagate_error(err, why);
		return false;
	}
	verdict->broken = stage;
	verdict->why = g_strdup(why->message);
	g_error_free(why);
	return true;
}

static bool judge_warnings(struct verdict *verdict, const struct kernel *kernel,
			   const struct kernel_build *build, GError **err)
{
	g_autoptr(Kernel) plain = kernel_find(kernel->base, err);
	g_autoptr(KernelBuild) base = plain ? kernel_build(plain, err) : NULL;
	g_auto(GStrv) fresh = base ? warnings_new(build->key, base->key, err) : NULL;

	if (!fresh)
		return false;
	if (*fresh) {
		verdict->broken = "build";
		verdict->why = g_strjoinv("\n", fresh);
	}
	return true;
}

static bool judge_build(struct verdict *verdict, const struct kernel *kernel, enum stage stage,
			GError **err)
{
	g_autoptr(KernelBuild) build = kernel_built(kernel, err);
	GError *why = NULL;

	if (*err)
		return false;
	if (!build && !kernel_apply(kernel, &why))
		return breaks(verdict, "apply", why, err);
	if (stage == APPLY)
		return true;
	if (!build)
		build = kernel_build(kernel, &why);
	if (!build)
		return breaks(verdict, "build", why, err);
	return judge_warnings(verdict, kernel, build, err);
}

static bool judge_style(struct verdict *verdict, const struct kernel *kernel, GError **err)
{
	struct style style;

	if (!style_check(kernel, &style, err))
		return false;
	if (style.checked)
		verdict->style = g_strdup_printf("checkpatch: %d errors, %d warnings", style.errors,
						 style.warnings);
	g_free(style.text);
	return true;
}

/* Whether one prefix applies and, where that is asked, builds. NULL with err. */
static struct verdict *judge(const char *name, enum stage stage, GError **err)
{
	g_autoptr(Kernel) kernel = kernel_find(name, err);
	struct verdict *verdict = g_new0(struct verdict, 1);

	verdict->kernel = g_strdup(name);
	if (kernel && judge_build(verdict, kernel, stage, err) && judge_style(verdict, kernel, err))
		return verdict;
	verdict_free(verdict);
	return NULL;
}

/* Why a sample failed: it never said hello, its scenario broke off, or a gate did not hold. */
static const char *stage_of(json_t *failure)
{
	if (json_is_null(json_object_get(failure, "environment")))
		return "boot";
	return json_array_size(json_object_get(failure, "gates")) ? "gate" : "run";
}

static void judge_failures(GPtrArray *verdicts, json_t *campaign)
{
	json_t *failure;
	size_t i;

	json_array_foreach (json_object_get(campaign, "failures"), i, failure)
		for (guint v = 0; v < verdicts->len; v++) {
			struct verdict *verdict = verdicts->pdata[v];

			if (verdict->broken ||
			    strcmp(verdict->kernel,
				   json_string_value(json_object_get(failure, "kernel"))))
				continue;
			verdict->broken = stage_of(failure);
			verdict->why =
				g_strdup(json_string_value(json_object_get(failure, "reason")));
		}
}

/* The names of what is worth booting. g_strfreev it. */
static char **sound(GPtrArray *verdicts)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();

	for (guint i = 0; i < verdicts->len; i++) {
		struct verdict *verdict = verdicts->pdata[i];

		if (!verdict->broken)
			g_strv_builder_add(names, verdict->kernel);
	}
	return g_strv_builder_end(names);
}

/* Plans and runs a campaign of what builds; its failures go into the verdicts. */
static bool boot(GPtrArray *verdicts, struct measure *m, char *scenario, GError **err)
{
	g_autoptr(Db) db = db_open(m->db_path, DB_CREATE, err);
	g_auto(GStrv) kernels = sound(verdicts);
	char *const scenarios[] = {scenario, NULL};
	struct db_counts counts;

	if (!*kernels)
		return true;
	if (!db || !rundir_open(err))
		return false;
	m->order.kernels = kernels;
	m->order.scenarios = scenarios;
	gint64 campaign = campaign_plan(db, &m->order, err);
	bool ran = campaign >= 0 && campaign_run(db, campaign, &m->sample, &counts, err);
	json_auto_t *about_it = ran ? db_campaign_describe(db, campaign, err) : NULL;

	if (!about_it)
		return false;
	judge_failures(verdicts, about_it);
	return true;
}

static void print_verdict(const struct verdict *verdict, enum stage stage)
{
	printf("%-32s %s%s%s%s\n", verdict->kernel, verdict->broken ? "BREAKS: " : "ok: ",
	       verdict->broken ? verdict->broken : stages[stage].held, verdict->style ? "; " : "",
	       verdict->style ? verdict->style : "");
	if (verdict->why)
		printf("    %s\n", verdict->why);
}

/* 1: all holds, 0: something breaks, -1: err. */
static int check_on(struct options *options, const struct series *series, const char *base,
		    GError **err)
{
	g_autoptr(GPtrArray) verdicts =
		g_ptr_array_new_with_free_func((GDestroyNotify)verdict_free);
	g_autofree char *whole = g_strdup_printf("%s+%s", base, series->name);
	char *const names[] = {whole, NULL};
	/* A series whose last patch applies has none that does not. */
	g_auto(GStrv) prefixes = kernel_expand(names, options->stage != APPLY, err);
	enum stage stage = series->scenario ? options->stage : MIN(options->stage, BUILD);
	int all_hold = 1;

	for (char **name = prefixes; name && *name; name++) {
		struct verdict *verdict = judge(*name, stage, err);

		if (!verdict)
			return -1;
		g_ptr_array_add(verdicts, verdict);
	}
	if (!prefixes ||
	    (stage == BOOT && !boot(verdicts, &options->measure, series->scenario, err)))
		return -1;
	for (guint i = 0; i < verdicts->len; i++) {
		print_verdict(verdicts->pdata[i], stage);
		all_hold &= !((struct verdict *)verdicts->pdata[i])->broken;
	}
	fflush(stdout);
	return all_hold;
}

/* The bases that a series is to be checked on: those that it names, or the one asked for. */
static char **bases_of(const struct options *options, const struct series *series)
{
	g_autoptr(GStrvBuilder) bases = g_strv_builder_new();

	if (options->base)
		g_strv_builder_add(bases, options->base);
	for (unsigned i = 0; i < series->n_bases && !options->base; i++)
		if (!series->bases[i].included)
			g_strv_builder_add(bases, series->bases[i].base);
	return g_strv_builder_end(bases);
}

static char **settings_of(const struct series *series)
{
	char **settings = g_new0(char *, series->n_settings + 1);

	for (unsigned i = 0; i < series->n_settings; i++)
		settings[i] = g_strdup(series->settings[i]);
	return settings;
}

/* As check_on(), for all bases. */
static int check_series(struct options *options, const char *name, GError **err)
{
	g_autoptr(Series) series = series_load(name, err);
	g_auto(GStrv) bases = series ? bases_of(options, series) : NULL;
	int all_hold = 1;

	if (!series)
		return -1;
	g_auto(GStrv) own = settings_of(series);

	/* What the user sets counts; the series' own settings are for where there is nothing. */
	options->measure.order.settings =
		options->measure.settings ? options->measure.settings : own;
	for (char **base = bases; *base; base++) {
		int holds = check_on(options, series, *base, err);

		if (holds < 0)
			return -1;
		all_hold &= holds;
	}
	return all_hold;
}

/* The series that are asked for. g_strfreev it. */
static char **chosen(const struct options *options, char **arguments, GError **err)
{
	if (!options->all == !*arguments) {
		bl_fail(err, BL_ERROR_INPUT, "name series or give --all");
		return NULL;
	}
	return options->all ? series_names(err) : g_strdupv(arguments);
}

static int check_all(struct options *options, char **arguments, GError **err)
{
	g_auto(GStrv) names = chosen(options, arguments, err);
	int all_hold = 1;

	for (char **name = names; name && *name; name++) {
		int holds = check_series(options, *name, err);

		if (holds < 0)
			return EXIT_CANT;
		all_hold &= holds;
	}
	return all_hold ? EXIT_DONE : EXIT_FOUND;
}

static bool find_stage(struct options *options, GError **err)
{
	options->stage = BOOT;
	if (!options->stage_name)
		return true;
	for (guint i = 0; i < G_N_ELEMENTS(stages); i++)
		if (!strcmp(stages[i].name, options->stage_name)) {
			options->stage = i;
			return true;
		}
	return bl_fail(err, BL_ERROR_INPUT, "--stage %s: give apply, build or boot",
		       options->stage_name);
}

static bool parse(int *argc, char ***argv, struct options *options, GError **err)
{
	const GOptionEntry own[] = {
		{"base", 0, 0, G_OPTION_ARG_STRING, &options->base,
		 "only on this base (or one that the series does not name)", "BASE"},
		{"all", 0, 0, G_OPTION_ARG_NONE, &options->all, "all series that there are", NULL},
		{"stage", 0, 0, G_OPTION_ARG_STRING, &options->stage_name,
		 "how far to go: apply, build or boot (the default)", "STAGE"},
	};

	return measure_parse(&options->measure, argc, argv, own, G_N_ELEMENTS(own), "SERIES…",
			     about, err) &&
	       find_stage(options, err);
}

int kernel_check(int argc, char **argv)
{
	struct options options = {.measure.iterations = 1};
	g_autofree char *command = measure_command(argc, argv);
	int status = EXIT_CANT;
	GError *err = NULL;

	argv[0] = "kernel check";
	options.measure.order.command = command;
	if (parse(&argc, &argv, &options, &err))
		status = check_all(&options, argv + 1, &err);
	measure_clear(&options.measure);
	g_free(options.base);
	g_free(options.stage_name);
	return err ? cmd_end_error(err) : status;
}
