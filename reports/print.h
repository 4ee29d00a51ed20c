/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of a report. Not for others than reports/. */
#ifndef REPORTS_PRINT_H
#define REPORTS_PRINT_H

#include "reports/collect.h"

/* The comparison table of one group. */
void print_table(GString *out, const struct report *report, const struct group *group);

/* Failed samples with their reasons; samples that are still to be run. Nothing if none. */
void print_failures(GString *out, const struct report *report);

/* What must be known to judge the numbers: machine, kernels, samples, how to reproduce. */
void print_facts(GString *out, const struct report *report, const char *db_path);

/*
 * A fact of the good samples' environments ("accelerator"), "warm or cold" where they differ,
 * NULL where none has it. g_free it.
 */
char *report_fact(const struct report *report, const char *key);

/*
 * The facts that tell one environment from the campaign's others: "pool cold"; "" if there
 * are no others. g_free it.
 */
char *facts_that_differ(const struct report *report, gint64 environment);

/* The same numbers as a document. json_decref it. */
json_t *report_json(const struct report *report);

#endif
