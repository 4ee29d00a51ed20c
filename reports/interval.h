/* SPDX-License-Identifier: GPL-2.0-only */
/* The intervals of a difference of two means. */
#ifndef REPORTS_INTERVAL_H
#define REPORTS_INTERVAL_H

#include "reports/series.h"

/*
 * Up to so many values in both series together the intervals are by bootstrap (see
 * reports/bootstrap.h), beyond it from means and standard deviations alone. What sets the two
 * apart is the skewness of a mean, which falls with the root of n: of 1000 values as skewed as
 * exponential ones, in two series, their ends are within 5 % of the interval's width of each
 * other, while 10000 draws of more values would take seconds.
 */
#define INTERVAL_BOOTSTRAP_MAX 1000

/*
 * At STATS_LEVEL: of mean(b) - mean(a), and of that in percent of mean(a). NaN where a series
 * has fewer than two values, any is not finite, or the mean of a may be 0.
 */
void interval_of_difference(const struct series *a, const struct series *b,
			    struct bounds *difference, struct bounds *change);

/*
 * The same from means and standard deviations, for any n. The difference: Welch, Biometrika 34
 * (1947), with Satterthwaite's degrees of freedom. The change: Fieller, J. R. Stat. Soc. B 16
 * (1954), for the ratio of two means that are independent.
 */
void interval_by_moments(const struct stats *a, const struct stats *b, struct bounds *difference,
			 struct bounds *change);

#endif
