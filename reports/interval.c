// SPDX-License-Identifier: GPL-2.0-only
#include "reports/interval.h"

#include "reports/bootstrap.h"
#include "reports/test.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

static const struct bounds none = {NAN, NAN};

static double variance_of_mean(const struct stats *stats)
{
	return stats->sd * stats->sd / stats->n;
}

/* Of mean(b) / mean(a); t: the quantile. None where mean(a) is not known to differ from 0. */
static struct bounds ratio_bounds(const struct stats *a, const struct stats *b, double t)
{
	double ratio = b->mean / a->mean, va = variance_of_mean(a), vb = variance_of_mean(b);
	double g = t * t * va / (a->mean * a->mean);
	double half = t / fabs(a->mean) * sqrt(vb * (1 - g) + ratio * ratio * va);

	return g < 1 ? (struct bounds){(ratio - half) / (1 - g), (ratio + half) / (1 - g)} : none;
}

void interval_by_moments(const struct stats *a, const struct stats *b, struct bounds *difference,
			 struct bounds *change)
{
	double middle = b->mean - a->mean, v = variance_of_mean(a) + variance_of_mean(b);
	double sign = a->mean < 0 ? -1 : 1;

	*difference = *change = none;
	if (a->n < 2 || b->n < 2 || !isfinite(v))
		return;
	/* Without any spread there are no degrees of freedom, nor anything to multiply. */
	double t = v > 0 ? gsl_cdf_tdist_Pinv((1 + STATS_LEVEL) / 2, test_welch_of(a, b).df) : 0;
	struct bounds ratio = ratio_bounds(a, b, t);

	*difference = (struct bounds){middle - t * sqrt(v), middle + t * sqrt(v)};
	*change = (struct bounds){100 * sign * (ratio.low - 1), 100 * sign * (ratio.high - 1)};
	if (sign < 0)
		*change = (struct bounds){change->high, change->low};
}

void interval_of_difference(const struct series *a, const struct series *b,
			    struct bounds *difference, struct bounds *change)
{
	statistic_fn *const wanted[] = {statistic_difference, statistic_change};
	size_t na = a->stats.n, nb = b->stats.n;
	struct bounds bounds[2];

	if (na + nb > INTERVAL_BOOTSTRAP_MAX) {
		interval_by_moments(&a->stats, &b->stats, difference, change);
		return;
	}
	/* One drawing for both. No second series is not "of one series" here. */
	bootstrap_all(a->values, na, b->values, nb, wanted, G_N_ELEMENTS(wanted), STATS_LEVEL,
		      bounds);
	*difference = bounds[0];
	*change = bounds[1];
}
