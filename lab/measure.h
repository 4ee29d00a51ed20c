/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands that measure have in common: their options, and the way to a report. */
#ifndef LAB_MEASURE_H
#define LAB_MEASURE_H

#include "lab/campaign.h"

struct measure {
	struct campaign_order order;
	struct sample_opts sample;
	char **scenarios;
	char **settings;
	char **collectors; /* as given; then as attach_parse() gives them */
	char *db_path;
	char *plots;
	char *testbed_memory;
	char *threads;
	int iterations, warmup, iterations_max;
	gboolean each_patch, deterministic;
	double until;	  /* percent; 0: iterations alone decide */
	double threshold; /* of a regression, in percent; 0: the default */
	char *budget;
	char **metrics;
	char *test;
	gint64 seed;
	struct db_goal goal;
	bool judge; /* a regression is a failure */
	char *connect;
	char *accel;
	char *alias;
};

/* The options of all commands that measure, writing into m (iterations: set, or 0 for the usual).
 * g_free it. */
GOptionEntry *measure_options(struct measure *m);

/* Checks the options, once they are parsed. false with err. */
bool measure_check(struct measure *m, GError **err);

/*
 * cmd_options() with `own` and the shared options but --scenario, for commands that take
 * scenarios otherwise; then measure_check().
 */
bool measure_parse(struct measure *m, int *argc, char ***argv, const GOptionEntry *own, guint n_own,
		   const char *usage, const char *about, GError **err);

/* A command that is given kernels, and -s with scenarios, and judges the kernels by the first. */
struct measure_judge {
	const char *usage, *about;
	const char *remedy; /* where the arguments are not so many kernels */
	int kernels_min, kernels_max;
	bool twice; /* the one kernel is both sides */
};

/* The whole command. An exit status. */
int measure_judge(int argc, char **argv, const struct measure_judge *judge);

/* Plans a campaign of these kernels and scenarios, runs it and reports. An exit status. */
int measure_new(struct measure *m, char *const *kernels, char *const *scenarios, GError **err);

/* Goes on with a campaign (0: the newest unfinished one) and reports. An exit status. */
int measure_resume(struct measure *m, gint64 campaign, GError **err);

void measure_clear(struct measure *m);

/* The command line as typed, for the db; argv[0] is the command's name. g_free it. */
char *measure_command(int argc, char **argv);

#endif
