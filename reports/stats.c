// SPDX-License-Identifier: GPL-2.0-only
#include "reports/stats.h"

#include "lab/protocol.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

bool stats_finite(const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return false;
	return true;
}

struct stats stats_of(const double *values, size_t n)
{
	struct stats stats = {.n = n, .mean = NAN, .sd = NAN};
	double sum = 0, rest = 0, squares = 0;

	if (!n)
		return stats;
	for (size_t i = 0; i < n; i++)
		sum += values[i];
	stats.mean = sum / n;
	for (size_t i = 0; i < n; i++) {
		double deviation = values[i] - stats.mean;

		rest += deviation;
		squares += deviation * deviation;
	}
	stats.mean += rest / n;
	if (n > 1)
		stats.sd = sqrt(fmax(squares - rest * rest / n, 0) / (n - 1));
	return stats;
}

double stats_percent(const struct stats *stats)
{
	return stats->mean == 0 ? NAN : 100 * stats->sd / fabs(stats->mean);
}

double stats_speedup(const struct stats *base, const struct stats *this, const char *better)
{
	if (!(base->mean > 0) || !(this->mean > 0))
		return NAN;
	if (!strcmp(better, PROTOCOL_BETTER_LOWER))
		return base->mean / this->mean;
	if (!strcmp(better, PROTOCOL_BETTER_HIGHER))
		return this->mean / base->mean;
	return NAN;
}

double stats_median(const double *values, size_t n)
{
	if (!n)
		return NAN;
	/* gsl_stats_median() orders what it is given. */
	g_autofree double *copy = g_memdup2(values, n * sizeof(*values));

	return gsl_stats_median(copy, 1, n);
}

double stats_median_sorted(const double *sorted, size_t n)
{
	return n ? gsl_stats_median_from_sorted_data(sorted, 1, n) : NAN;
}

double stats_harmonic_mean(const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (!(values[i] > 0))
			return NAN;
		sum += 1 / values[i];
	}
	return n ? n / sum : NAN;
}

struct bounds stats_mean_bounds(const struct stats *stats)
{
	if (stats->n < 2)
		return (struct bounds){NAN, NAN};
	double half = gsl_cdf_tdist_Pinv((1 + STATS_LEVEL) / 2, stats->n - 1) * stats->sd /
		      sqrt(stats->n);

	return (struct bounds){stats->mean - half, stats->mean + half};
}

double stats_precision(const struct stats *stats)
{
	struct bounds bounds = stats_mean_bounds(stats);

	return stats->mean == 0 ? NAN : 50 * (bounds.high - bounds.low) / fabs(stats->mean);
}
