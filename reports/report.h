/* SPDX-License-Identifier: GPL-2.0-only */
/* Reports: what a campaign measured, from the db alone. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "db/db.h"
#include "reports/verdict.h"

#include <stdio.h>

/* Of relative_to: speedups by thread count are against the same kernel's first row. */
#define REPORT_RELATIVE_FIRST "first"

struct report_opts {
	const char *relative_to; /* the kernel that others are compared with; NULL: the first */
	const char *format;	 /* see reports/format.c; NULL: text */
	const char *test;	 /* see reports/compare.h; NULL: rank */
	double threshold;	 /* of a regression, in percent; 0: that of reports/verdict.h */
	char *const *metrics;	 /* that short formats show; NULL: the scenario's main one */
	bool mixed;		 /* average and compare samples of unlike environments */
	const char *plots;	 /* the folder for plots of what is printed; NULL: none */
};

/*
 * Prints campaigns' tables (one for each scenario, parameter set and environment), their
 * failed samples and what must be known to judge them, one campaign after another. Reads the
 * db as of one moment. *verdict (or NULL): what all comparisons of the last one come to.
 *
 * Plots are SVG and PNG (in a folder made where needed; nothing to plot: not made), together
 * with the gnuplot scripts and data that they were made from; and as SVG alone a flame graph
 * of the stacks that collectors left. Says on stderr what it drew.
 */
bool report_print(struct db *db, const gint64 *campaigns, guint count,
		  const struct report_opts *opts, FILE *out, struct verdict *verdict, GError **err);

/* The formats there are, a line each, for --help. g_free it. */
char *report_formats_text(void);

/* Where the plots of a db go unless told: bootlab.db -> bootlab-plots. g_free it. */
char *report_plots_dir(const char *db_path);

#endif
