/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics of a series of values. All values must be finite: see stats_finite(). */
#ifndef REPORTS_STATS_H
#define REPORTS_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* Of intervals and tests, unless said otherwise. */
#define STATS_LEVEL 0.95

struct stats {
	size_t n;
	double mean; /* NaN where n is 0 */
	double sd;   /* of the sample, divided by n - 1; NaN where n is less than 2 */
};

/* An interval; both ends are NaN where there is none. */
struct bounds {
	double low, high;
};

/* Whether there is no NaN and no infinity among the values. */
bool stats_finite(const double *values, size_t n);

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

/* NaN where n is 0. */
double stats_median(const double *values, size_t n);

/* The same of values in ascending order. */
double stats_median_sorted(const double *sorted, size_t n);

/* n / sum of 1/x: the mean of rates; NaN where n is 0 or a value is not above 0. */
double stats_harmonic_mean(const double *values, size_t n);

/* Student's interval of the mean at STATS_LEVEL. */
struct bounds stats_mean_bounds(const struct stats *stats);

/*
 * Half of that interval in percent of the mean: how narrowly the mean is known. NaN where n
 * is less than 2 or the mean is 0.
 */
double stats_precision(const struct stats *stats);

#endif
