/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a report. Not for others than reports/. */
#ifndef REPORTS_PRINT_H
#define REPORTS_PRINT_H

#include "reports/collect.h"

/* Where the text begins beside the labels below a table. */
#define PRINT_FACTS_INDENT 13

/* The comparison table of one group. */
void print_table(GString *out, const struct report *report, const struct group *group);

/*
 * Calls fn for each outlier of a kernel's row whose score is at least so far from 0 (0: for
 * all), with the reason why it is one. Returns how many outliers there are.
 */
guint outliers_of(const struct row *row, guint kernel, double beyond,
		  void (*fn)(const struct origin *origin, const char *why, void *data), void *data);

#define PRINT_OUTLIERS_HEADING "Outliers (modified z-score beyond 10), averaged like all others:"

/* A paragraph for each outlier of a kernel's row, of many for those that are farthest off. */
void outlier_paragraphs(GString *out, const struct report *report, const struct row *row,
			guint kernel);

/* A table's outliers. Nothing if none. */
void print_outliers(GString *out, const struct report *report, const struct group *group);

/* Where one kernel is both sides: how much the machine lies. Else nothing. */
void print_aa(GString *out, const struct report *report);

/*
 * Failed samples with their reasons, of many the first; samples that are still to be run.
 * Nothing if none.
 */
void print_failures(GString *out, const struct report *report);

/* What must be known to judge the numbers: machine, kernels, samples, how to reproduce. */
void print_facts(GString *out, const struct report *report, const char *db_path);

/* What the comparisons come to, the test, and a warning of samples too few for it. */
void print_significance(GString *out, const struct report *report, double threshold);

/*
 * A fact of the good samples' environments ("accelerator"), "warm or cold" where they differ,
 * NULL where none has it. g_free it.
 */
char *report_fact(const struct report *report, const char *key);

/* true if in some good sample several pages of a guest's memory had the same contents. */
bool report_aliases(const struct report *report);

/* "accelerator tcg", or that samples were measured elsewhere. g_free it. */
char *report_accelerator(const struct report *report);

/*
 * The facts that tell one environment from the campaign's others: "pool cold"; "" if there
 * are no others. g_free it.
 */
char *facts_that_differ(const struct report *report, gint64 environment);

#endif
