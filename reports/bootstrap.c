// SPDX-License-Identifier: GPL-2.0-only
#include "reports/bootstrap.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

/*
 * Of more values than this, so many draws would take seconds, and the mean of so many is as
 * good as normal: fewer draws then, and never fewer than DRAWS_MIN.
 */
#define WORK_MAX  4000000
#define DRAWS_MIN 200

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
	statistic_fn *statistic;
};

static double statistic_of(const struct pair *pair, const double *values)
{
	return pair->statistic(values, pair->na, values + pair->na, pair->nb);
}

static void draw(const struct pair *pair, gsl_rng *rng, double *to)
{
	for (size_t i = 0; i < pair->na; i++)
		to[i] = pair->values[gsl_rng_uniform_int(rng, pair->na)];
	for (size_t i = 0; i < pair->nb; i++)
		to[pair->na + i] = pair->values[pair->na + gsl_rng_uniform_int(rng, pair->nb)];
}

static size_t draws_for(size_t n)
{
	return CLAMP(WORK_MAX / n, DRAWS_MIN, BOOTSTRAP_RESAMPLES);
}

/* The statistic of each draw, in order. */
static double *distribution(const struct pair *pair, size_t draws)
{
	size_t n = pair->na + pair->nb;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	g_autofree double *drawn = g_new(double, n);
	double *all = g_new(double, draws);

	gsl_rng_set(rng, BOOTSTRAP_SEED);
	for (size_t i = 0; i < draws; i++) {
		draw(pair, rng, drawn);
		all[i] = statistic_of(pair, drawn);
	}
	gsl_rng_free(rng);
	gsl_sort(all, 1, draws);
	return all;
}

/* Where the statistic lies among its draws: the bias, as a normal deviate. */
static double bias(const double *sorted, size_t draws, double observed)
{
	double below = 0;

	for (size_t i = 0; i < draws; i++)
		below += sorted[i] < observed ? 1 : sorted[i] == observed ? 0.5 : 0;
	return gsl_cdf_ugaussian_Pinv(CLAMP(below / draws, 0.5 / draws, 1 - 0.5 / draws));
}

/* The statistic without value i of series `from` to `from + n`, as deviations from their mean. */
static void jackknife(const struct pair *pair, bool of_b, double *squares, double *cubes)
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
		without[i] = statistic_of(&less, rest);
	}
	double middle = mean(without, n);

	for (size_t i = 0; i < n; i++) {
		/* Of several series, each value counts by the weight of its series. */
		double d = (middle - without[i]) * (n - 1) / n;

		*squares += d * d;
		*cubes += d * d * d;
	}
}

static double acceleration(const struct pair *pair)
{
	double squares = 0, cubes = 0;

	/* Its cost grows with the square of n, and it goes to 0 with n. */
	if (pair->na + pair->nb > BOOTSTRAP_RESAMPLES / 10)
		return 0;
	jackknife(pair, false, &squares, &cubes);
	if (pair->nb)
		jackknife(pair, true, &squares, &cubes);
	return squares > 0 ? cubes / (6 * pow(squares, 1.5)) : 0;
}

static double end_of(const double *sorted, size_t draws, double z0, double a, double p)
{
	double z = z0 + gsl_cdf_ugaussian_Pinv(p);
	double at = gsl_cdf_ugaussian_P(z0 + z / (1 - a * z));

	return gsl_stats_quantile_from_sorted_data(sorted, 1, draws, at);
}

struct bounds bootstrap(const double *a, size_t na, const double *b, size_t nb,
			statistic_fn *statistic, double level)
{
	if (na < 2 || nb == 1 || !stats_finite(a, na) || !stats_finite(b, nb))
		return (struct bounds){NAN, NAN};
	g_autofree double *values = g_new(double, na + nb);
	struct pair pair = {values, na, nb, statistic};
	size_t draws = draws_for(na + nb);

	memcpy(values, a, na * sizeof(*a));
	if (nb)
		memcpy(values + na, b, nb * sizeof(*b));
	double observed = statistic_of(&pair, values);

	if (!isfinite(observed))
		return (struct bounds){NAN, NAN};
	g_autofree double *sorted = distribution(&pair, draws);
	double z0 = bias(sorted, draws, observed), speed = acceleration(&pair);

	return (struct bounds){
		end_of(sorted, draws, z0, speed, (1 - level) / 2),
		end_of(sorted, draws, z0, speed, (1 + level) / 2),
	};
}
