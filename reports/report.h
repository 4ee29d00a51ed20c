/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports: what a campaign measured, from the db alone. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "db/db.h"

#include <stdio.h>

struct report_opts {
	const char *relative_to; /* the kernel that others are compared with; NULL: the first */
	bool json;		 /* the same numbers for scripts, in base units (s, B, B/s) */
	bool mixed;		 /* average and compare samples of unlike environments */
};

/*
 * Prints a campaign's tables (one for each scenario, parameter set and environment), its
 * failed samples and what must be known to judge them. Reads the db as of one moment.
 */
bool report_print(struct db *db, gint64 campaign, const struct report_opts *opts, FILE *out,
		  GError **err);

/*
 * Plots the boot phases of a campaign's scenarios that have phases, as SVG and PNG, into a
 * folder (made where needed; no phases: not made), together with the gnuplot script and data
 * that they were made from. Says on stderr what it wrote.
 */
bool report_plots(struct db *db, gint64 campaign, const char *dir, GError **err);

/* Where the plots of a db go unless told: bootlab.db -> bootlab-plots. g_free it. */
char *report_plots_dir(const char *db_path);

#endif
