// SPDX-License-Identifier: GPL-2.0-only
/* Tests, intervals, outliers and sample sizes against published values. */
#include "cmocka.h"

#include "reports/bootstrap.h"
#include "reports/compare.h"
#include "reports/interval.h"
#include "reports/outlier.h"
#include "reports/power.h"
#include "reports/stats.h"
#include "reports/test.h"

#include <glib.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#define N(array) G_N_ELEMENTS(array)

static void assert_near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%.10g is not %.10g within %g", got, want, tolerance);
}

/* R's help of wilcox.test: permeability of the human chorioamnion, Hollander and Wolfe (1973). */
static const double at_term[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46};
static const double before_term[] = {1.15, 0.88, 0.90, 0.74, 1.21};

static void exact_rank_test_agrees_with_r(void **state)
{
	(void)state;
	assert_near(test_u(at_term, 10, before_term, 5), 35, 0);
	/* R prints the one-sided p, 0.1272; the distribution is symmetric. */
	assert_near(test_rank(at_term, 10, before_term, 5), 2 * 0.1272, 1e-4);
	assert_near(test_rank(before_term, 5, at_term, 10), 2 * 0.1272, 1e-4);
}

/* R's airquality, ozone in May and in August; its help of wilcox.test compares the two. */
static const double may[] = {41, 36, 12, 18, 28, 23, 19, 8, 7,	16, 11, 14,  18,
			     14, 34, 6,	 30, 11, 1,  11, 4, 32, 23, 45, 115, 37};
static const double august[] = {39, 9,	16, 78, 35, 66, 122, 89,  110, 44, 28,	65, 22,
				59, 23, 31, 44, 21, 9,	45,  168, 73,  76, 118, 84, 85};

static void normal_rank_test_agrees_with_r(void **state)
{
	(void)state;
	assert_near(test_u(may, N(may), august, N(august)), 127.5, 0);
	assert_near(test_rank_normal(may, N(may), august, N(august)), 0.0001208, 5e-8);
	/* 52 values: more than are counted. */
	assert_true(test_rank(may, N(may), august, N(august)) ==
		    test_rank_normal(may, N(may), august, N(august)));
}

/* p of two series without ties whose U is `u`. */
static double p_of_u(size_t na, size_t nb, size_t u)
{
	g_autofree double *a = g_new(double, na), *b = g_new(double, nb);

	for (size_t j = 0; j < nb; j++)
		b[j] = j;
	/* Each value of a beats b's lowest ones, as many as are left of u. */
	for (size_t i = 0; i < na; i++) {
		size_t beaten = MIN(u, nb);

		a[i] = beaten - 0.5 - i * 1e-3;
		u -= beaten;
	}
	return test_rank_exact(a, na, b, nb);
}

/* Largest U that is significant at 5 %, two-sided: the table in Siegel, Nonparametric
 * Statistics (1956), after Auble (1953). */
static void rank_test_agrees_with_tables(void **state)
{
	static const struct {
		size_t na, nb, u;
	} critical[] = {{4, 4, 0},  {5, 5, 2},	  {5, 8, 6},	{7, 9, 12},
			{8, 8, 13}, {10, 10, 23}, {12, 15, 49}, {20, 20, 127}};

	(void)state;
	for (size_t i = 0; i < N(critical); i++) {
		assert_true(p_of_u(critical[i].na, critical[i].nb, critical[i].u) <= 0.05);
		assert_true(p_of_u(critical[i].na, critical[i].nb, critical[i].u + 1) > 0.05);
	}
	/* Mann and Whitney's own table (1947): P(U = 0) of 3 and 3 is .050, P(U <= 2) of 5 and 5
	 * .016, P(U <= 8) of 6 and 6 .066. */
	assert_near(p_of_u(3, 3, 0) / 2, 0.050, 5e-4);
	assert_near(p_of_u(5, 5, 2) / 2, 0.016, 5e-4);
	assert_near(p_of_u(6, 6, 8) / 2, 0.066, 5e-4);
}

/* Whether |U - middle| of the subset is at least that of the first na. */
static double u_off(const double *pool, size_t n, unsigned subset)
{
	double a[16], b[16];
	size_t na = 0, nb = 0;

	for (size_t i = 0; i < n; i++)
		if (subset >> i & 1)
			a[na++] = pool[i];
		else
			b[nb++] = pool[i];
	return fabs(test_u(a, na, b, nb) - na * nb / 2.0);
}

/* Ties: every division of the pool, one by one. */
static void ties_are_counted_exactly(void **state)
{
	static const double pool[] = {1, 1, 2, 2, 2, 3, 5, 5, 5, 5, 8};
	size_t n = N(pool), na = 5, ways = 0, extreme = 0;

	(void)state;
	for (unsigned subset = 0; subset < 1u << n; subset++) {
		if (__builtin_popcount(subset) != (int)na)
			continue;
		ways++;
		extreme += u_off(pool, n, subset) >= u_off(pool, n, (1u << na) - 1);
	}
	assert_int_equal(ways, 462);
	assert_near(test_rank(pool, na, pool + na, n - na), (double)extreme / ways, 1e-12);
}

static void few_values_can_show_little(void **state)
{
	static const double low[] = {1, 2, 3}, high[] = {7, 8, 9}, same[] = {5, 5, 5};

	(void)state;
	assert_near(test_rank(low, 3, high, 3), 0.1, 1e-12);
	/* All ties within each: what the normal approximation would make 0.047 of. */
	assert_near(test_rank(same, 3, (const double[]){1, 1, 1}, 3), 0.1, 1e-12);
	assert_near(test_rank_smallest(3, 3), 0.1, 1e-9);
	assert_int_equal(compare_samples_needed(compare_test_find("rank", NULL), 1), 4);
	assert_int_equal(compare_samples_needed(compare_test_find("rank", NULL), 13), 6);
	assert_int_equal(compare_samples_needed(compare_test_find("welch", NULL), 13), 2);
}

static void odd_series_are_no_difference(void **state)
{
	static const double same[] = {5, 5, 5, 5}, bad[] = {1, INFINITY, 2}, worse[] = {1, NAN};

	(void)state;
	assert_near(test_rank(same, 4, same, 4), 1, 0);
	assert_near(test_rank_normal(same, 4, same, 4), 1, 0);
	assert_true(isnan(test_rank(NULL, 0, same, 4)) && isnan(test_rank(same, 4, NULL, 0)));
	assert_near(test_rank(same, 1, same, 1), 1, 0);
	assert_true(isnan(test_rank(bad, 3, same, 4)) && isnan(test_rank(same, 4, worse, 2)));
	assert_true(isnan(test_welch(bad, 3, same, 4)) && isnan(test_welch(same, 4, worse, 2)));
	assert_true(isnan(test_welch(same, 4, same, 4)));
	assert_true(isnan(test_welch(same, 1, bad, 1)) && isnan(test_welch(NULL, 0, NULL, 0)));
	assert_false(stats_finite(bad, 3));
	assert_true(stats_finite(NULL, 0));
}

static void a_pool_is_divided_again_and_again(void **state)
{
	static const double pool[] = {0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64,
				      0.73, 1.46, 1.15, 0.88, 0.90, 0.74, 1.21};
	static const unsigned char in_a[15] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
	struct rank_null *null = rank_null_new(pool, 15, 10);

	(void)state;
	assert_near(rank_null_p(null, in_a), test_rank(at_term, 10, before_term, 5), 1e-15);
	rank_null_free(null);
}

/* Student's sleep data: R's help of sleep and t.test. */
static const double drug_1[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double drug_2[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void welch_agrees_with_r(void **state)
{
	struct stats first = stats_of(drug_1, 10), second = stats_of(drug_2, 10);
	struct welch welch = test_welch_of(&first, &second);

	(void)state;
	assert_near(welch.t, -1.8608, 5e-5);
	assert_near(welch.df, 17.776, 5e-4);
	assert_near(test_welch(drug_1, 10, drug_2, 10), 0.07939, 5e-6);
}

/* The example of the article on it in Wikipedia, "Holm-Bonferroni method". */
static void holm_agrees_with_its_example(void **state)
{
	double p[] = {0.01, NAN, 0.04, 0.03, 0.005}, many[] = {0.5, 0.4};

	(void)state;
	test_holm(p, N(p));
	assert_near(p[0], 0.03, 1e-12);
	assert_near(p[2], 0.06, 1e-12);
	assert_near(p[3], 0.06, 1e-12);
	assert_near(p[4], 0.02, 1e-12);
	assert_true(isnan(p[1]));
	test_holm(many, N(many));
	assert_near(many[0], 0.8, 1e-12);
	assert_near(many[1], 0.8, 1e-12);
	test_holm(NULL, 0);
}

/* NIST/SEMATECH e-Handbook 1.3.5.2, ZARR13: 195 values. */
static void interval_of_a_mean_agrees_with_nist(void **state)
{
	struct stats zarr13 = {195, 9.261460, 0.02278881}, one = {1, 5, NAN};
	struct bounds bounds = stats_mean_bounds(&zarr13);

	(void)state;
	assert_near(bounds.low, 9.258242, 1e-6);
	assert_near(bounds.high, 9.264679, 1e-6);
	assert_near(stats_precision(&zarr13), 100 * (9.264679 - 9.258242) / 2 / 9.261460, 1e-4);
	assert_true(isnan(stats_mean_bounds(&one).low) && isnan(stats_precision(&one)));
}

/* Test A of the spatial test data: Efron and Tibshirani, An Introduction to the Bootstrap
 * (1993), tables 14.1 and 14.2: the 90 % interval of its variance by BCa. */
static const double spatial[] = {48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6,
				 0,  33, 28, 34, 4,  32, 24, 47, 41, 24, 26, 30, 41};

static double plug_in_variance(const double *a, size_t na, const double *b, size_t nb)
{
	struct stats stats = stats_of(a, na);

	(void)b;
	(void)nb;
	return stats.sd * stats.sd * (na - 1) / na;
}

static void bootstrap_agrees_with_its_authors(void **state)
{
	struct bounds bounds = bootstrap(spatial, N(spatial), NULL, 0, plug_in_variance, 0.9);

	(void)state;
	assert_near(plug_in_variance(spatial, N(spatial), NULL, 0), 171.5, 0.05);
	/* Theirs are from 2000 draws. */
	assert_near(bounds.low, 115.8, 2.5);
	assert_near(bounds.high, 259.6, 5);
}

/* Of many values the bootstrap, the normal and t intervals of a difference are one; Welch's of
 * the sleep data is -0.205 to 3.365 (R), that of resampling a little narrower. */
static void bootstrap_of_a_difference(void **state)
{
	struct bounds bounds = bootstrap(drug_1, 10, drug_2, 10, statistic_difference, 0.95);
	struct bounds again = bootstrap(drug_1, 10, drug_2, 10, statistic_difference, 0.95);
	struct bounds percent = bootstrap(at_term, 10, before_term, 5, statistic_change, 0.95);

	(void)state;
	assert_near(bounds.low, -0.205, 0.3);
	assert_near(bounds.high, 3.365, 0.3);
	assert_true(bounds.low > -0.205 && bounds.high < 3.365);
	assert_true(again.low == bounds.low && again.high == bounds.high);
	assert_true(percent.low < 100 * (0.976 / 1.313 - 1) &&
		    percent.high > 100 * (0.976 / 1.313 - 1));
}

/* n values as skewed as times are, or as exponential ones. */
static double *drawn(gsl_rng *rng, size_t n, double base, double mean)
{
	double *values = g_new(double, n);

	for (size_t i = 0; i < n; i++)
		values[i] = base + gsl_ran_exponential(rng, mean);
	return values;
}

static void assert_bounds(const struct bounds *got, const struct bounds *want, double share)
{
	double tolerance = share * (want->high - want->low);

	assert_near(got->low, want->low, tolerance);
	assert_near(got->high, want->high, tolerance);
}

/* Where the one takes over from the other, they agree. */
static void intervals_agree_where_they_change_over(void **state)
{
	static const struct {
		size_t na, nb;
		double base, mean;
	} cases[] = {{500, 500, 0, 1}, {500, 500, 10, 2}, {200, 800, 5, 5}, {700, 300, 0, 3}};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	gsl_rng_set(rng, 7);
	for (size_t i = 0; i < N(cases); i++) {
		g_autofree double *x = drawn(rng, cases[i].na, cases[i].base, cases[i].mean);
		g_autofree double *y = drawn(rng, cases[i].nb, cases[i].base, cases[i].mean * 1.2);
		g_auto(Series) a = series_of(x, cases[i].na), b = series_of(y, cases[i].nb);
		struct bounds drawn_difference, drawn_change, difference, change;

		assert_int_equal(cases[i].na + cases[i].nb, INTERVAL_BOOTSTRAP_MAX);
		interval_of_difference(&a, &b, &drawn_difference, &drawn_change);
		interval_by_moments(&a.stats, &b.stats, &difference, &change);
		assert_true(difference.low != drawn_difference.low);
		assert_bounds(&difference, &drawn_difference, 0.05);
		assert_bounds(&change, &drawn_change, 0.05);
	}
	gsl_rng_free(rng);
}

/* Beyond it: R's t.test(extra ~ group, data = sleep) of ten values each, as if of many. */
static void intervals_by_moments_agree_with_r(void **state)
{
	struct stats first = stats_of(drug_1, 10), second = stats_of(drug_2, 10);
	struct stats negative = {10, -2, 0.1}, zero = {10, 0, 1}, same = {10, 4, 0},
		     one = {1, 4, NAN};
	struct bounds difference, change;

	(void)state;
	interval_by_moments(&first, &second, &difference, &change);
	assert_near(difference.low, -0.2054832, 1e-6);
	assert_near(difference.high, 3.3654832, 1e-6);
	/* The mean of the first may be 0. */
	assert_true(isnan(change.low) && isnan(change.high));
	interval_by_moments(&negative, &same, &difference, &change);
	assert_true(change.low < 300 && change.high > 300);
	interval_by_moments(&zero, &same, &difference, &change);
	assert_true(difference.low < 4 && difference.high > 4 && isnan(change.low));
	interval_by_moments(&same, &same, &difference, &change);
	assert_true(difference.low == 0 && difference.high == 0 && change.low == 0);
	interval_by_moments(&one, &same, &difference, &change);
	assert_true(isnan(difference.low) && isnan(change.low));
}

/* 19 in 20 intervals have the truth in them: here 1.5 times, +50 %. */
static void intervals_by_moments_have_the_truth(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int differences = 0, changes = 0;

	(void)state;
	gsl_rng_set(rng, 11);
	for (int i = 0; i < 1000; i++) {
		g_autofree double *x = drawn(rng, 600, 1, 1), *y = drawn(rng, 600, 1, 2);
		struct stats a = stats_of(x, 600), b = stats_of(y, 600);
		struct bounds difference, change;

		interval_by_moments(&a, &b, &difference, &change);
		differences += difference.low <= 1 && difference.high >= 1;
		changes += change.low <= 50 && change.high >= 50;
	}
	gsl_rng_free(rng);
	/* 950, and three times its standard deviation of 6.9. */
	assert_in_range(differences, 929, 971);
	assert_in_range(changes, 929, 971);
}

/* Ranks of many values with ties, in one pass as one by one. */
static void sorted_series_are_ranked_alike(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	gsl_rng_set(rng, 3);
	for (size_t n = 1; n < 400; n += 37) {
		size_t nb = 2 * n + 60;
		g_autofree double *x = g_new(double, n), *y = g_new(double, nb);

		for (size_t i = 0; i < n; i++)
			x[i] = gsl_rng_uniform_int(rng, 30) - 15.0;
		for (size_t i = 0; i < nb; i++)
			y[i] = gsl_rng_uniform_int(rng, 33) - 15.0;
		g_auto(Series) a = series_of(x, n), b = series_of(y, nb);

		assert_near(test_rank_sorted(a.sorted, n, b.sorted, nb), test_rank(x, n, y, nb),
			    1e-12);
		assert_near(test_rank_sorted(b.sorted, nb, a.sorted, n), test_rank(y, nb, x, n),
			    1e-12);
	}
	gsl_rng_free(rng);
}

static void series_are_sorted(void **state)
{
	static const double odd[] = {2, -1, 0, 1e300, -1e300, 5e-324, INFINITY, -INFINITY, 2, -0.5};
	static const double want[] = {-INFINITY, -1e300, -1, -0.5,  0,
				      5e-324,	 2,	 2,  1e300, INFINITY};
	g_auto(Series) series = series_of(odd, N(odd)), none = series_of(NULL, 0);

	(void)state;
	assert_memory_equal(series.sorted, want, sizeof(want));
	assert_int_equal(none.stats.n, 0);
}

static void bootstrap_of_too_little_is_none(void **state)
{
	static const double same[] = {3, 3, 3}, zero[] = {0, 0}, bad[] = {1, INFINITY};
	struct bounds point = bootstrap(same, 3, same, 3, statistic_difference, 0.95);

	(void)state;
	assert_true(point.low == 0 && point.high == 0);
	assert_true(isnan(bootstrap(same, 1, same, 3, statistic_difference, 0.95).low));
	assert_true(isnan(bootstrap(same, 3, same, 1, statistic_difference, 0.95).low));
	assert_true(isnan(bootstrap(bad, 2, same, 3, statistic_difference, 0.95).low));
	assert_true(isnan(bootstrap(zero, 2, same, 3, statistic_change, 0.95).low));
}

/* R's help of mad: mad(c(1:9)) is 2.9652, and the same with 100 for 9. */
static void outlier_scale_agrees_with_r(void **state)
{
	static const double nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	static const double far[] = {1, 2, 3, 4, 5, 6, 7, 8, 100};
	struct outlier_scale a = outlier_scale_of(nine, 9), b = outlier_scale_of(far, 9);

	(void)state;
	assert_near(a.spread, 2.9652, 5e-5);
	assert_near(b.spread, 2.9652, 5e-5);
	assert_near(a.median, 5, 0);
	/* 0.6745 (x - median) / MAD: NIST/SEMATECH e-Handbook 1.3.5.17. */
	assert_near(outlier_score(&b, 100), 0.6745 * 95 / 2, 1e-2);
	assert_near(outlier_score(&b, 1), 0.6745 * -4 / 2, 1e-3);
}

static void outliers_of_odd_series(void **state)
{
	static const double same[] = {7, 7, 7, 7, 7}, most[] = {7, 7, 7, 7, 7, 7, 7, 107};
	static const double few[] = {1, 1, 2, 900};
	struct outlier_scale equal = outlier_scale_of(same, 5), mean = outlier_scale_of(most, 8);
	struct outlier_scale short_one = outlier_scale_of(few, 4);

	(void)state;
	assert_near(outlier_score(&equal, 7), 0, 0);
	/* MAD 0: by the mean deviation, 100 / 8. */
	assert_near(outlier_score(&mean, 107), 8 / 1.253314, 1e-5);
	assert_near(outlier_score(&short_one, 900), 0, 0);
	assert_near(outlier_scale_of(NULL, 0).spread, 0, 0);
}

/* R's help of power.t.test, and Cohen, Statistical Power Analysis (1988), table 2.4.1. */
static void sample_sizes_agree_with_r_and_cohen(void **state)
{
	(void)state;
	assert_near(power_detectable(20, 0.05, 0.8689528), 1, 0.02);
	assert_int_equal(power_values_needed(1, 0.05, 0.9), 23);
	assert_int_equal(power_values_needed(0.5, 0.05, 0.8), 64);
	assert_int_equal(power_values_needed(0.8, 0.05, 0.8), 26);
	assert_true(isnan(power_detectable(1, 0.05, 0.8)));
	assert_int_equal(power_values_needed(0, 0.05, 0.8), 0);
	assert_int_equal(power_values_needed(NAN, 0.05, 0.8), 0);
}

static void means_and_medians(void **state)
{
	static const double speeds[] = {60, 40}, with_zero[] = {1, 0};

	(void)state;
	assert_near(stats_harmonic_mean(speeds, 2), 48, 1e-12);
	assert_true(isnan(stats_harmonic_mean(with_zero, 2)) &&
		    isnan(stats_harmonic_mean(NULL, 0)));
	assert_near(stats_median((const double[]){9, 1, 5}, 3), 5, 0);
	assert_near(stats_median(speeds, 2), 50, 0);
	assert_true(isnan(stats_median(NULL, 0)));
}

/* How many of so many comparisons of equal, skewed series are called different. */
static int false_alarms(test_fn *test, int comparisons, size_t n, double *p)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	g_autofree double *a = g_new(double, n), *b = g_new(double, n);
	int alarms = 0;

	gsl_rng_set(rng, 1);
	for (int i = 0; i < comparisons; i++) {
		for (size_t k = 0; k < n; k++) {
			a[k] = gsl_ran_lognormal(rng, 1, 0.3);
			b[k] = gsl_ran_lognormal(rng, 1, 0.3);
		}
		p[i] = test(a, n, b, n);
		alarms += p[i] < TEST_ALPHA;
	}
	gsl_rng_free(rng);
	return alarms;
}

/* Of 40 comparisons, 5 % are 2, and more than 5 alarms come by chance once in 72 times; of 4000
 * 200, and more than 245 once in 2000. The draws are always the same ones. */
static void equal_series_raise_no_more_alarms_than_the_level(void **state)
{
	g_autofree double *p = g_new(double, 4000);
	int left = 0;

	(void)state;
	assert_true(false_alarms(test_rank, 4000, 8, p) <= 245);
	assert_true(false_alarms(test_welch, 4000, 8, p) <= 245);
	assert_true(false_alarms(test_rank, 40, 10, p) <= 5);
	test_holm(p, 40);
	for (int i = 0; i < 40; i++)
		left += p[i] < TEST_ALPHA;
	assert_int_equal(left, 0);
}

#define FAMILY 14 /* metrics of vfio-pin that have a better direction */

/* Of one sample: most of what differs between samples differs in all of its metrics alike. */
static void draw_sample(gsl_rng *rng, double values[FAMILY][20], int sample)
{
	double common = gsl_ran_gaussian(rng, 0.08);

	for (int metric = 0; metric < FAMILY; metric++)
		values[metric][sample] = exp(common + gsl_ran_gaussian(rng, 0.05));
}

/* How many alarms a table of equal kernels raises: one by one, and once corrected. */
static void alarms_of_table(gsl_rng *rng, int *raw, int *shown)
{
	const struct compare_test *test = compare_test_find("rank", NULL);
	struct comparison comparisons[FAMILY] = {0}, *asked[FAMILY];
	double values[FAMILY][20];

	*raw = *shown = 0;
	for (int sample = 0; sample < 20; sample++)
		draw_sample(rng, values, sample);
	for (int metric = 0; metric < FAMILY; metric++) {
		asked[metric] = &comparisons[metric];
		comparisons[metric].base.n = comparisons[metric].this.n = 10;
		comparisons[metric].p = test_rank(values[metric], 10, values[metric] + 10, 10);
		*raw += comparisons[metric].p < TEST_ALPHA;
	}
	compare_correct(test, asked, FAMILY);
	for (int metric = 0; metric < FAMILY; metric++)
		*shown += comparisons[metric].shown;
}

/*
 * Of 1000 tables 50 may show any difference, and more than 71 do so once in 700 times. One by
 * one 4.3 % of the comparisons are alarms (of 10 and 10 values no p is nearer to 5 %), and so are
 * some in many tables, or there would be nothing to correct.
 */
static void equal_tables_raise_no_more_alarms_than_the_level(void **state)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int alarms = 0, with_alarm = 0, with_shown = 0;

	(void)state;
	gsl_rng_set(rng, 5);
	for (int i = 0; i < 1000; i++) {
		int raw, shown;

		alarms_of_table(rng, &raw, &shown);
		alarms += raw;
		with_alarm += raw > 0;
		with_shown += shown > 0;
	}
	gsl_rng_free(rng);
	assert_in_range(alarms, 30 * FAMILY, 56 * FAMILY);
	assert_true(with_alarm > 100);
	assert_true(with_shown <= 71);
}

/* Compared as deterministic samples: with what p, and how it is shown. */
static void assert_exact(const double *a, guint na, const double *b, guint nb, double p,
			 const char *speedup, const char *change)
{
	g_auto(Series) base = series_of(a, na), this = series_of(b, nb);
	struct comparison c = compare_series(&compare_exact, &base, &this, "lower"), *asked = &c;

	compare_correct(&compare_exact, &asked, 1);
	g_autofree char *speedup_text = compare_speedup_text(&c, "lower");
	g_autofree char *change_text = compare_change_text(&c);

	assert_near(c.p, p, 0);
	assert_int_equal(c.shown, p == 0);
	assert_false(c.too_few);
	assert_string_equal(speedup_text, speedup);
	assert_string_equal(change_text, change);
}

static void deterministic_samples_differ_or_do_not(void **state)
{
	static const double base[] = {0.2, 0.2}, slower[] = {0.201}, last_digit[] = {0.200000001};
	static const double fast[] = {0.002};

	(void)state;
	assert_exact(base, 1, base + 1, 1, 1, "=", "+0.00%");
	assert_exact(base, 2, base, 1, 1, "=", "+0.00%");
	assert_exact(base, 1, slower, 1, 0, "0.995x", "+0.50%");
	assert_exact(base, 2, slower, 1, 0, "0.995x", "+0.50%");
	assert_exact(base, 1, last_digit, 1, 0, "1.000x", "+5e-07%");
	assert_exact(base, 1, fast, 1, 0, "100.0x", "-99.00%");
	assert_int_equal(compare_samples_needed(&compare_exact, 100), 1);
}

/* A larger difference than the spread, and none is shown all the same: the spread is a fault. */
static void what_was_not_deterministic_shows_nothing(void **state)
{
	static const double spread[] = {0.2, 0.2001}, other[] = {0.4, 0.4};
	g_auto(Series) unequal = series_of(spread, 2), equal = series_of(other, 2);

	(void)state;
	assert_exact(spread, 2, other, 2, 1, "?", "+99.95%");
	assert_exact(other, 2, spread, 2, 1, "?", "-49.99%");
	assert_false(compare_all_equal(&unequal));
	assert_true(compare_all_equal(&equal));
}

/* Only the campaign itself can be deterministic. */
static void no_option_makes_samples_deterministic(void **state)
{
	g_autoptr(GError) err = NULL;

	(void)state;
	assert_null(compare_test_find("exact", &err));
	assert_non_null(strstr(err->message, "rank and welch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_rank_test_agrees_with_r),
		cmocka_unit_test(normal_rank_test_agrees_with_r),
		cmocka_unit_test(rank_test_agrees_with_tables),
		cmocka_unit_test(ties_are_counted_exactly),
		cmocka_unit_test(few_values_can_show_little),
		cmocka_unit_test(odd_series_are_no_difference),
		cmocka_unit_test(a_pool_is_divided_again_and_again),
		cmocka_unit_test(welch_agrees_with_r),
		cmocka_unit_test(holm_agrees_with_its_example),
		cmocka_unit_test(interval_of_a_mean_agrees_with_nist),
		cmocka_unit_test(bootstrap_agrees_with_its_authors),
		cmocka_unit_test(bootstrap_of_a_difference),
		cmocka_unit_test(intervals_agree_where_they_change_over),
		cmocka_unit_test(intervals_by_moments_agree_with_r),
		cmocka_unit_test(intervals_by_moments_have_the_truth),
		cmocka_unit_test(sorted_series_are_ranked_alike),
		cmocka_unit_test(series_are_sorted),
		cmocka_unit_test(bootstrap_of_too_little_is_none),
		cmocka_unit_test(outlier_scale_agrees_with_r),
		cmocka_unit_test(outliers_of_odd_series),
		cmocka_unit_test(sample_sizes_agree_with_r_and_cohen),
		cmocka_unit_test(means_and_medians),
		cmocka_unit_test(equal_series_raise_no_more_alarms_than_the_level),
		cmocka_unit_test(equal_tables_raise_no_more_alarms_than_the_level),
		cmocka_unit_test(deterministic_samples_differ_or_do_not),
		cmocka_unit_test(what_was_not_deterministic_shows_nothing),
		cmocka_unit_test(no_option_makes_samples_deterministic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
