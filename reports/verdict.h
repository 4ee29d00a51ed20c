/* SPDX-License-Identifier: GPL-2.0-only */
/* What the comparisons of a report come to. */
#ifndef REPORTS_VERDICT_H
#define REPORTS_VERDICT_H

#include "reports/collect.h"

/* A change for the worse is a regression from this many percent on, unless told otherwise. */
#define VERDICT_THRESHOLD 5.0

/* Of deterministic samples. */
#define VERDICT_THRESHOLD_EXACT 0.1

struct verdict {
	guint regressions;  /* shown, and worse by the threshold or more */
	guint improvements; /* shown, and better by the threshold or more */
	guint small;	    /* shown, but smaller than the threshold */
	guint none;	    /* no difference shown */
	guint too_few;	    /* samples for one to be shown, however large */
	double threshold;   /* percent */
};

struct verdict verdict_of(const struct report *report, double threshold);

bool verdict_is_regression(const struct comparison *comparison, double threshold);

/* "1 regression, 3 improvements, ... at 5 % and beyond". g_free it. */
char *verdict_text(const struct verdict *verdict);

/*
 * How many samples of each kernel a table would need for any of its differences to be shown,
 * where its samples are too few for that; else 0.
 */
guint verdict_samples_needed(const struct report *report, const struct group *group);

/* The smallest number of good samples among a table's kernels that have any. */
guint verdict_fewest(const struct report *report, const struct group *group);

#endif
