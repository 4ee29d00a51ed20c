// SPDX-License-Identifier: GPL-2.0-only
#include "reports/outlier.h"

#include "reports/stats.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdbool.h>

/*
 * The median of the deviations from the median. Those below it and those above it are in order
 * already: the smallest half is taken from both.
 */
static double median_deviation(const double *sorted, size_t n, double median)
{
	double last = 0, before = 0;
	size_t above = 0;

	while (above < n && sorted[above] < median)
		above++;
	size_t below = above;

	for (size_t i = 0; i <= n / 2; i++) {
		bool up = !below ||
			  (above < n && sorted[above] - median <= median - sorted[below - 1]);

		before = last;
		last = fabs((up ? sorted[above++] : sorted[--below]) - median);
	}
	return n % 2 ? last : (before + last) / 2;
}

static double mean_deviation(const double *sorted, size_t n, double median)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += fabs(sorted[i] - median);
	return sum / n;
}

struct outlier_scale outlier_scale_of(const double *sorted, size_t n)
{
	struct outlier_scale scale = {.median = stats_median_sorted(sorted, n)};

	if (n < OUTLIER_MIN_VALUES)
		return scale;
	scale.spread = median_deviation(sorted, n, scale.median) / gsl_cdf_ugaussian_Pinv(0.75);
	if (scale.spread == 0)
		scale.spread = mean_deviation(sorted, n, scale.median) * sqrt(M_PI / 2);
	return scale;
}

double outlier_score(const struct outlier_scale *scale, double value)
{
	return scale->spread > 0 ? (value - scale->median) / scale->spread : 0;
}
