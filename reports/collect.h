/* SPDX-License-Identifier: GPL-2.0-only */
/* A campaign's values, sorted into the tables that a report shows. */
#ifndef REPORTS_COLLECT_H
#define REPORTS_COLLECT_H

#include "db/db.h"
#include "reports/compare.h"

/* Where a value comes from. */
struct origin {
	gint64 sample, iteration;
};

/* A row of a table: one metric, and each kernel's values of it. */
struct row {
	char *metric;
	char *unit; /* a base unit: see reports/scale.h */
	char *better;
	GArray **values;	   /* of double, one array for each kernel, in order of iteration */
	GArray **origins;	   /* of struct origin: whose values they are */
	struct series *series;	   /* of each kernel: the same values */
	struct comparison *versus; /* of each kernel with the first; NULL until compared */
};

/* A table: a scenario with one parameter set in one environment. */
struct group {
	guint set;	    /* equal for one scenario and parameter set */
	gint64 environment; /* 0: mixed, or no good sample */
	json_t *scenario;   /* one of about's "scenarios" */
	json_t *params;
	GPtrArray *rows; /* of struct row */
	guint *good;	 /* samples of each kernel */
	guint failed;
};

struct report {
	json_t *about;	 /* db_campaign_describe() */
	json_t *kernels; /* about's, the one that others are compared with first */
	guint n_kernels;
	GPtrArray *groups; /* of struct group */
	GHashTable *cells; /* of struct place by cell id */
	bool mixed;
	const struct compare_test *test; /* NULL until compared */
};

/* Where the values of a cell belong. */
struct place {
	guint set, kernel;
	json_t *scenario, *params;
};

/*
 * Reads a campaign. relative_to names the kernel that others are compared with (NULL: the
 * first). A sample's environment keeps it apart from those of unlike ones, unless mixed.
 */
struct report *report_collect(struct db *db, gint64 campaign, const char *relative_to, bool mixed,
			      GError **err);

/* true if the campaign was one of deterministic samples, see lab/deterministic.h. */
bool report_deterministic(const struct report *report);

/*
 * Compares every kernel with the first, metric by metric; what is asked in one table is
 * corrected together. Deterministic samples of one CPU are compared by compare_exact,
 * whatever the test.
 */
void report_compare(struct report *report, const struct compare_test *test);

/* The collector that a table's samples were run for (see lab/attach.h); NULL: for themselves. */
const char *group_probe(const struct group *group);

/* How many comparisons of a table ask for a difference. */
guint group_asked(const struct report *report, const struct group *group);

/*
 * The metric that a scenario is about: its headline. Where it names none, or none of its samples
 * has it: the longest of its intervals, which is the last one that it lists, or its first metric
 * that has a better direction. NULL: it has none.
 */
const struct row *group_main_row(const struct group *group);

/*
 * How well the means of a metric (NULL: the main one) are known, as plus or minus so many
 * percent, for the kernel where that is worst. NaN where one has fewer than two values.
 */
double group_precision(const struct report *report, const struct group *group, const char *metric);

void report_free(struct report *report);
typedef struct report Report;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

const char *report_kernel(const struct report *report, guint kernel);
const struct place *report_place(const struct report *report, gint64 cell);
struct stats row_stats(const struct row *row, guint kernel);

/* A parameter's value as it is typed: "1G". g_free it. */
char *group_param_text(const struct group *group, const char *name);

const struct row *group_row(const struct group *group, const char *metric);

/* "memory 1G, bar 16G": a parameter set in the order of its scenario. g_free it. */
char *group_params_text(const struct group *group);

/* A member of a JSON object as text or number; NULL or 0 where it is none. */
const char *member_text(json_t *object, const char *key);
gint64 member_int(json_t *object, const char *key);

#endif
