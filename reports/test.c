// SPDX-License-Identifier: GPL-2.0-only
#include "reports/test.h"

#include "reports/stats.h"

#include <glib.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <string.h>

/* ---- ranks ---- */

/*
 * Twice the rank of each value, so that the mean rank of ties is whole; *ties: the sum of
 * t^3 - t over groups of t equal values.
 */
static guint *doubled_ranks(const double *values, size_t n, double *ties)
{
	g_autofree size_t *order = g_new(size_t, n);
	guint *ranks = g_new(guint, n);

	*ties = 0;
	gsl_sort_index(order, values, 1, n);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && values[order[to]] == values[order[from]];)
			to++;
		double t = to - from;

		*ties += t * t * t - t;
		for (size_t i = from; i < to; i++)
			ranks[order[i]] = from + 1 + to;
	}
	return ranks;
}

static double *pool_of(const double *a, size_t na, const double *b, size_t nb)
{
	double *pool = g_new(double, na + nb);

	memcpy(pool, a, na * sizeof(*a));
	memcpy(pool + na, b, nb * sizeof(*b));
	return pool;
}

/* ---- the null distribution ---- */

struct rank_null {
	size_t n, na;
	guint *ranks; /* doubled */
	double ties;
	guint sums;    /* one more than the largest doubled rank sum of a */
	double *count; /* ways to come to each doubled rank sum; NULL: not counted */
	double ways;
};

/*
 * Counts the subsets of na ranks by their sum, a rank at a time. They are whole numbers below
 * 2^53 up to TEST_EXACT_MAX values, so exact.
 */
static void count_ways(struct rank_null *null)
{
	size_t width = null->sums;
	g_autofree double *table = g_new0(double, (null->na + 1) * width);

	table[0] = 1;
	for (size_t i = 0; i < null->n; i++)
		for (size_t k = MIN(i + 1, null->na); k > 0; k--) {
			double *to = table + k * width + null->ranks[i];
			const double *from = table + (k - 1) * width;

			for (size_t s = 0; s + null->ranks[i] < width; s++)
				to[s] += from[s];
		}
	null->count = g_memdup2(table + null->na * width, width * sizeof(*table));
	null->ways = gsl_sf_choose(null->n, null->na);
}

/* The sum of the na largest ranks. */
static guint largest_sum(const guint *ranks, size_t n, size_t na)
{
	g_autofree guint *sorted = g_memdup2(ranks, n * sizeof(*ranks));
	guint sum = 0;

	gsl_sort_uint(sorted, 1, n);
	for (size_t i = n - na; i < n; i++)
		sum += sorted[i];
	return sum;
}

static struct rank_null *null_new(const double *pool, size_t n, size_t na, bool exact)
{
	struct rank_null *null = g_new0(struct rank_null, 1);

	null->n = n;
	null->na = na;
	null->ranks = doubled_ranks(pool, n, &null->ties);
	null->sums = largest_sum(null->ranks, n, na) + 1;
	if (exact)
		count_ways(null);
	return null;
}

struct rank_null *rank_null_new(const double *pool, size_t n, size_t na)
{
	return null_new(pool, n, na, n <= TEST_EXACT_MAX);
}

void rank_null_free(struct rank_null *null)
{
	g_free(null->ranks);
	g_free(null->count);
	g_free(null);
}

typedef struct rank_null RankNull;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RankNull, rank_null_free)

/*
 * How far a doubled rank sum is from what equal series have in the mean, in doubled ranks. With
 * ties the distribution need not be symmetric: as far from the middle, on either side, is as
 * extreme.
 */
static double distance(const struct rank_null *null, double sum)
{
	return fabs(sum - (double)null->na * (null->n + 1));
}

static double exact_p(const struct rank_null *null, double sum)
{
	double from = distance(null, sum), extreme = 0;

	for (guint s = 0; s < null->sums; s++)
		if (distance(null, s) >= from)
			extreme += null->count[s];
	return extreme / null->ways;
}

static double normal_p(double na, double nb, double ties, double distance)
{
	double n = na + nb;
	double sd = sqrt(na * nb / 12 * (n + 1 - ties / (n * (n - 1))));
	double off = fmax(distance / 2 - 0.5, 0);

	return sd > 0 ? fmin(1, 2 * gsl_cdf_ugaussian_Q(off / sd)) : 1;
}

static double null_p(const struct rank_null *null, double sum)
{
	return null->count
		       ? exact_p(null, sum)
		       : normal_p(null->na, null->n - null->na, null->ties, distance(null, sum));
}

double rank_null_p(const struct rank_null *null, const unsigned char *in_a)
{
	double sum = 0;

	for (size_t i = 0; i < null->n; i++)
		sum += in_a[i] ? null->ranks[i] : 0;
	return null_p(null, sum);
}

/* ---- the rank test ---- */

static double rank_p(const double *a, size_t na, const double *b, size_t nb, bool exact)
{
	if (!na || !nb || !stats_finite(a, na) || !stats_finite(b, nb))
		return NAN;
	g_autofree double *pool = pool_of(a, na, b, nb);
	g_autoptr(RankNull) null = null_new(pool, na + nb, na, exact);
	double sum = 0;

	for (size_t i = 0; i < na; i++)
		sum += null->ranks[i];
	return null_p(null, sum);
}

double test_rank_exact(const double *a, size_t na, const double *b, size_t nb)
{
	return rank_p(a, na, b, nb, true);
}

double test_rank_normal(const double *a, size_t na, const double *b, size_t nb)
{
	return rank_p(a, na, b, nb, false);
}

double test_rank(const double *a, size_t na, const double *b, size_t nb)
{
	return rank_p(a, na, b, nb, na + nb <= TEST_EXACT_MAX);
}

/* How many of values that are in ascending order, from `from` on, are equal to this. */
static size_t equal_to(const double *values, size_t n, size_t from, double value)
{
	size_t to = from;

	while (to < n && values[to] == value)
		to++;
	return to - from;
}

/* As doubled_ranks() and the sum of a's, but in one pass over both series. */
static double sorted_sum(const double *a, size_t na, const double *b, size_t nb, double *ties)
{
	size_t i = 0, j = 0;
	double sum = 0;

	*ties = 0;
	while (i < na || j < nb) {
		double value = j == nb || (i < na && a[i] <= b[j]) ? a[i] : b[j];
		size_t of_a = equal_to(a, na, i, value), of_b = equal_to(b, nb, j, value);
		double t = of_a + of_b;

		sum += of_a * (2.0 * (i + j) + 1 + t);
		*ties += t * t * t - t;
		i += of_a;
		j += of_b;
	}
	return sum;
}

double test_rank_sorted(const double *a, size_t na, const double *b, size_t nb)
{
	double ties, middle = (double)na * (na + nb + 1);

	if (na + nb <= TEST_EXACT_MAX)
		return test_rank(a, na, b, nb);
	/* What is not finite is at an end. */
	if (!na || !nb || !stats_finite((const double[]){*a, a[na - 1], *b, b[nb - 1]}, 4))
		return NAN;
	double sum = sorted_sum(a, na, b, nb, &ties);

	return normal_p(na, nb, ties, fabs(sum - middle));
}

double test_u(const double *a, size_t na, const double *b, size_t nb)
{
	double u = 0;

	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			u += a[i] > b[j] ? 1 : a[i] == b[j] ? 0.5 : 0;
	return u;
}

double test_rank_smallest(size_t na, size_t nb)
{
	return na && nb ? fmin(1, 2 * exp(-gsl_sf_lnchoose(na + nb, na))) : 1;
}

/* ---- Welch's test ---- */

struct welch test_welch_of(const struct stats *a, const struct stats *b)
{
	double va = a->sd * a->sd / a->n, vb = b->sd * b->sd / b->n, v = va + vb;

	return (struct welch){
		.t = (a->mean - b->mean) / sqrt(v),
		.df = v * v / (va * va / (a->n - 1.0) + vb * vb / (b->n - 1.0)),
	};
}

double test_welch_p(const struct stats *a, const struct stats *b)
{
	struct welch welch = test_welch_of(a, b);

	if (a->n < 2 || b->n < 2)
		return NAN;
	return isfinite(welch.t) ? 2 * gsl_cdf_tdist_Q(fabs(welch.t), welch.df) : NAN;
}

double test_welch(const double *a, size_t na, const double *b, size_t nb)
{
	struct stats x = stats_of(a, na), y = stats_of(b, nb);

	return test_welch_p(&x, &y);
}

/* ---- many at once ---- */

void test_holm(double *p, size_t m)
{
	g_autofree size_t *order = g_new(size_t, m);
	size_t asked = 0, done = 0;
	double largest = 0;

	for (size_t i = 0; i < m; i++)
		if (!isnan(p[i]))
			order[asked++] = i;
	g_autofree double *sorted = g_new(double, asked);
	g_autofree size_t *by_p = g_new(size_t, asked);

	for (size_t i = 0; i < asked; i++)
		sorted[i] = p[order[i]];
	gsl_sort_index(by_p, sorted, 1, asked);
	for (; done < asked; done++) {
		double *one = &p[order[by_p[done]]];

		largest = fmax(largest, fmin(1, *one * (asked - done)));
		*one = largest;
	}
}
