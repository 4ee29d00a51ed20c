// SPDX-License-Identifier: GPL-2.0-only
#include "reports/bootstrap.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

static double mean(const double *values, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += values[i];
	return sum / n;
}

double statistic_difference(const double *a, size_t na, const double *b, size_t nb)
{
	return mean(b, nb) - mean(a, na);
}

double statistic_change(const double *a, size_t na, const double *b, size_t nb)
{
	double base = mean(a, na);

	return 100 * (mean(b, nb) - base) / fabs(base);
}

/* Two series, one behind the other. */
struct pair {
	const double *values;
	size_t na, nb;
};

static double apply(statistic_fn *statistic, const struct pair *pair, const double *values)
{
	return statistic(values, pair->na, values + pair->na, pair->nb);
}

/* One of n, by the generator's 32 bits: for any n here as even as the generator is. */
static size_t any_of(gsl_rng *rng, size_t n)
{
	return (guint64)gsl_rng_get(rng) * n >> 32;
}

static void draw(const struct pair *pair, gsl_rng *rng, double *to)
{
	const double *b = pair->values + pair->na;

	for (size_t i = 0; i < pair->na; i++)
		to[i] = pair->values[any_of(rng, pair->na)];
	for (size_t i = 0; i < pair->nb; i++)
		to[pair->na + i] = b[any_of(rng, pair->nb)];
}

/* Each statistic of each draw: those of statistic s from s * draws on. */
static double *distributions(const struct pair *pair, statistic_fn *const *statistics, size_t count,
			     size_t draws)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	g_autofree double *drawn = g_new(double, pair->na + pair->nb);
	double *all = g_new(double, count *draws);

	gsl_rng_set(rng, BOOTSTRAP_SEED);
	for (size_t i = 0; i < draws; i++) {
		draw(pair, rng, drawn);
		for (size_t s = 0; s < count; s++)
			all[s * draws + i] = apply(statistics[s], pair, drawn);
	}
	gsl_rng_free(rng);
	return all;
}

/* Where the statistic lies among its draws: the bias, as a normal deviate. */
static double bias(const double *drawn, size_t draws, double observed)
{
	double below = 0;

	for (size_t i = 0; i < draws; i++)
		below += drawn[i] < observed ? 1 : drawn[i] == observed ? 0.5 : 0;
	return gsl_cdf_ugaussian_Pinv(CLAMP(below / draws, 0.5 / draws, 1 - 0.5 / draws));
}

/* The statistic without value i of series `from` to `from + n`, as deviations from their mean. */
static void jackknife(const struct pair *pair, statistic_fn *statistic, bool of_b, double *squares,
		      double *cubes)
{
	size_t from = of_b ? pair->na : 0, n = of_b ? pair->nb : pair->na;
	struct pair less = *pair;
	g_autofree double *rest = g_new(double, pair->na + pair->nb);
	g_autofree double *without = g_new(double, n);

	*(of_b ? &less.nb : &less.na) -= 1;
	for (size_t i = 0; i < n; i++) {
		size_t at = from + i;

		memcpy(rest, pair->values, at * sizeof(*rest));
		memcpy(rest + at, pair->values + at + 1,
		       (pair->na + pair->nb - at - 1) * sizeof(*rest));
		without[i] = apply(statistic, &less, rest);
	}
	double middle = mean(without, n);

	for (size_t i = 0; i < n; i++) {
		/* Of several series, each value counts by the weight of its series. */
		double d = (middle - without[i]) * (n - 1) / n;

		*squares += d * d;
		*cubes += d * d * d;
	}
}

static double acceleration(const struct pair *pair, statistic_fn *statistic)
{
	double squares = 0, cubes = 0;

	jackknife(pair, statistic, false, &squares, &cubes);
	if (pair->nb)
		jackknife(pair, statistic, true, &squares, &cubes);
	return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

/* The quantile p, between its two neighbours. Selecting orders no more than it must. */
static double quantile(double *drawn, size_t draws, double p)
{
	double at = p * (draws - 1);
	size_t below = (size_t)at;
	double low = gsl_stats_select(drawn, 1, draws, below);
	double high = below + 1 < draws ? gsl_stats_select(drawn, 1, draws, below + 1) : low;

	return low + (at - below) * (high - low);
}

static double end_of(double *drawn, size_t draws, double z0, double a, double p)
{
	double z = z0 + gsl_cdf_ugaussian_Pinv(p);

	return quantile(drawn, draws, gsl_cdf_ugaussian_P(z0 + z / (1 - a * z)));
}

static struct bounds bounds_of(const struct pair *pair, statistic_fn *statistic, double *drawn,
			       size_t draws, double level)
{
	double observed = apply(statistic, pair, pair->values);

	if (!isfinite(observed) || !stats_finite(drawn, draws))
		return (struct bounds){NAN, NAN};
	double z0 = bias(drawn, draws, observed), a = acceleration(pair, statistic);

	return (struct bounds){
		end_of(drawn, draws, z0, a, (1 - level) / 2),
		end_of(drawn, draws, z0, a, (1 + level) / 2),
	};
}

void bootstrap_all(const double *a, size_t na, const double *b, size_t nb,
		   statistic_fn *const *statistics, size_t count, double level,
		   struct bounds *bounds)
{
	for (size_t s = 0; s < count; s++)
		bounds[s] = (struct bounds){NAN, NAN};
	if (na < 2 || nb == 1 || !stats_finite(a, na) || !stats_finite(b, nb))
		return;
	g_autofree double *values = g_new(double, na + nb);
	const struct pair pair = {values, na, nb};
	size_t draws = BOOTSTRAP_RESAMPLES;

	memcpy(values, a, na * sizeof(*a));
	if (nb)
		memcpy(values + na, b, nb * sizeof(*b));
	g_autofree double *drawn = distributions(&pair, statistics, count, draws);

	for (size_t s = 0; s < count; s++)
		bounds[s] = bounds_of(&pair, statistics[s], drawn + s * draws, draws, level);
}

struct bounds bootstrap(const double *a, size_t na, const double *b, size_t nb,
			statistic_fn *statistic, double level)
{
	struct bounds bounds;

	bootstrap_all(a, na, b, nb, &statistic, 1, level, &bounds);
	return bounds;
}
