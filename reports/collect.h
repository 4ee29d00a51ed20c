/* SPDX-License-Identifier: GPL-2.0-only */
/* A campaign's values, sorted into the tables that a report shows. */
#ifndef REPORTS_COLLECT_H
#define REPORTS_COLLECT_H

#include "db/db.h"
#include "reports/stats.h"

/* A row of a table: one metric, and each kernel's values of it. */
struct row {
	char *metric;
	char *unit; /* a base unit: see reports/scale.h */
	char *better;
	GArray **values; /* of double, one array for each kernel */
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
	GHashTable *seen; /* ids of its good samples */
};

struct report {
	json_t *about;	 /* db_campaign_describe() */
	json_t *kernels; /* about's, the one that others are compared with first */
	guint n_kernels;
	GPtrArray *groups; /* of struct group */
	GHashTable *cells; /* of struct place by cell id */
	bool mixed;
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
void report_free(struct report *report);
typedef struct report Report;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Report, report_free)

const char *report_kernel(const struct report *report, guint kernel);
const struct place *report_place(const struct report *report, gint64 cell);
struct stats row_stats(const struct row *row, guint kernel);

/* "memory 1G, bar 16G": a parameter set in the order of its scenario. g_free it. */
char *group_params_text(const struct group *group);

/* A member of a JSON object as text or number; NULL or 0 where it is none. */
const char *member_text(json_t *object, const char *key);
gint64 member_int(json_t *object, const char *key);

#endif
