/* SPDX-License-Identifier: GPL-2.0-only */
/* A kernel compared with itself: how much this machine lies. */
#ifndef REPORTS_AA_H
#define REPORTS_AA_H

#include "reports/collect.h"

/* What a metric's samples of one kernel, taken as two, say. */
struct aa {
	guint n;	    /* of each side */
	guint divisions;    /* ways of dividing the samples, one of each pair to either side */
	guint false_alarms; /* of them, those that the test calls a difference */
	double drift_p;	    /* first half against second half; NaN: too few samples */
	double detectable;  /* the smallest change that would be shown, in percent of the mean */
	guint needed;	    /* samples of each side to show 1 %; 0: unknown */
};

/* Whether the report is of one kernel as both sides. */
bool aa_is(const struct report *report);

struct aa aa_of(const struct report *report, const struct row *row);

#endif
