/* SPDX-License-Identifier: GPL-2.0-only */
/* Values that lie far from the others. They are flagged and stay in every average. */
#ifndef REPORTS_OUTLIER_H
#define REPORTS_OUTLIER_H

#include <stddef.h>

/*
 * A value whose modified z-score is beyond this is told as an outlier: as in hyperfine, ten
 * standard deviations of normal values. Iglewicz and Hoaglin (How to Detect and Handle Outliers,
 * 1993) take 3.5 for one that may be; of six normal values at least one is beyond that in 15 % of
 * all cases, and beyond 10 in 1 %.
 */
#define OUTLIER_SCORE 10

/* Of fewer values no one can say which of them is odd. */
#define OUTLIER_MIN_VALUES 5

/* What the values are measured against. */
struct outlier_scale {
	double median;
	double spread; /* an estimate of the standard deviation; 0: all values are equal */
};

/*
 * The spread is the median absolute deviation / 0.6745. Where that is 0, more than half of
 * the values being equal, it is 1.2533 times the mean absolute deviation, as in SPSS. The
 * values are in ascending order.
 */
struct outlier_scale outlier_scale_of(const double *sorted, size_t n);

/* The modified z-score; 0 where the values are too few or all equal. */
double outlier_score(const struct outlier_scale *scale, double value);

#endif
