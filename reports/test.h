/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether two series of values differ: tests of significance. */
#ifndef REPORTS_TEST_H
#define REPORTS_TEST_H

#include "reports/stats.h"

#define TEST_ALPHA 0.05

/* Up to so many values in both series together, the rank test counts every arrangement. */
#define TEST_EXACT_MAX 50

/*
 * The probability of a difference as large as this one or larger, in either direction, if
 * there were none. NaN where the test says nothing: a series without values (rank) or with
 * fewer than two (Welch), or without any spread in both.
 */
typedef double test_fn(const double *a, size_t na, const double *b, size_t nb);

/* Mann-Whitney's U, also called Wilcoxon's rank sum: exact where few values, ties or not. */
test_fn test_rank;

/* The same of series that are in ascending order already: a million values take milliseconds. */
test_fn test_rank_sorted;

/*
 * The same by counting all arrangements of the ranks that there are (so with ties it is the
 * exact conditional test), and by the normal approximation with corrections for continuity
 * and ties.
 */
test_fn test_rank_exact, test_rank_normal;

/* Welch's t: means of normal values whose spreads may differ. */
test_fn test_welch;

/* U of series a: pairs in which a's value is the larger, ties counted half. */
double test_u(const double *a, size_t na, const double *b, size_t nb);

/* The degrees of freedom of Welch's t by Satterthwaite, and t itself. */
struct welch {
	double t, df;
};
struct welch test_welch_of(const struct stats *a, const struct stats *b);

/* p of it, as test_welch() has it. */
double test_welch_p(const struct stats *a, const struct stats *b);

/* The smallest p that the exact rank test can come to. */
double test_rank_smallest(size_t na, size_t nb);

/*
 * Holm's correction for having asked m questions at once: p becomes what may be compared with
 * alpha. NaN is no question and stays NaN.
 */
void test_holm(double *p, size_t m);

/*
 * The null distribution of the rank test for one pool of values: once made, each way of
 * dividing the pool costs but a sum.
 */
struct rank_null;

struct rank_null *rank_null_new(const double *pool, size_t n, size_t na);
void rank_null_free(struct rank_null *null);

/* p of the division in which in_a[i] tells whether value i of the pool is in a. */
double rank_null_p(const struct rank_null *null, const unsigned char *in_a);

#endif
