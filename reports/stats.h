/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics of a series of values. */
#ifndef REPORTS_STATS_H
#define REPORTS_STATS_H

#include <stddef.h>

struct stats {
	size_t n;
	double mean; /* NaN where n is 0 */
	double sd;   /* of the sample, divided by n - 1; NaN where n is less than 2 */
};

/*
 * By the corrected two-pass algorithm (Chan, Golub and LeVeque, The American Statistician 37,
 * 1983): what rounding leaves of the sum of deviations, which is 0 in theory, corrects both
 * the mean and the sum of squares.
 */
struct stats stats_of(const double *values, size_t n);

/* sd in percent of the mean; NaN where either is not to be had or the mean is 0. */
double stats_percent(const struct stats *stats);

/* How many times better `this` is than `base`, for better "lower" or "higher"; NaN for others. */
double stats_speedup(const struct stats *base, const struct stats *this, const char *better);

#endif
