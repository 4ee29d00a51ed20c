// SPDX-License-Identifier: GPL-2.0-only
#include "reports/compare.h"

#include "lab/protocol.h"
#include "reports/bootstrap.h"

#include <math.h>
#include <string.h>

static double any_p(size_t na, size_t nb)
{
	return na > 1 && nb > 1 ? 0 : 1;
}

static const struct compare_test tests[] = {
	{"rank", "Mann-Whitney U", test_rank, test_rank_smallest, false},
	{"welch", "Welch's t", test_welch, any_p, false},
};

static bool all_equal(const double *values, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (values[i] != values[0])
			return false;
	return true;
}

bool compare_all_equal(const GArray *values)
{
	return all_equal((const double *)values->data, values->len);
}

static double exact_p(const double *a, size_t na, const double *b, size_t nb)
{
	if (!na || !nb)
		return NAN;
	return all_equal(a, na) && all_equal(b, nb) && a[0] != b[0] ? 0 : 1;
}

static double one_is_enough(size_t na, size_t nb)
{
	return na && nb ? 0 : 1;
}

const struct compare_test compare_exact = {"exact", "exact equality", exact_p, one_is_enough, true};

const struct compare_test *compare_test_find(const char *name, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++)
		if (!name || !strcmp(tests[i].name, name))
			return &tests[i];
	bl_fail(err, BL_ERROR_INPUT, "--test %s: there are rank and welch", name);
	return NULL;
}

static double direction(const char *better)
{
	if (!strcmp(better, PROTOCOL_BETTER_LOWER))
		return 1;
	return !strcmp(better, PROTOCOL_BETTER_HIGHER) ? -1 : NAN;
}

struct comparison compare_series(const struct compare_test *test, const GArray *base,
				 const GArray *this, const char *better)
{
	const double *a = (const double *)base->data, *b = (const double *)this->data;
	size_t na = base->len, nb = this->len;
	statistic_fn *const wanted[] = {statistic_difference, statistic_change};
	struct bounds bounds[G_N_ELEMENTS(wanted)];
	struct comparison c = {
		.base = stats_of(a, na),
		.this = stats_of(b, nb),
		.p_rank = test_rank(a, na, b, nb),
		.p_welch = test_welch(a, na, b, nb),
	};

	bootstrap_all(a, na, b, nb, wanted, G_N_ELEMENTS(wanted), STATS_LEVEL, bounds);
	c.difference_bounds = bounds[0];
	c.change_bounds = bounds[1];
	c.difference = c.this.mean - c.base.mean;
	c.change = c.base.mean == 0 ? NAN : 100 * c.difference / fabs(c.base.mean);
	c.worse = c.change * direction(better);
	c.p = isnan(direction(better)) ? NAN : test->p(a, na, b, nb);
	c.exact = test->exact;
	c.p_holm = c.p;
	return c;
}

/* The most telling of so many comparisons has to pass this. */
static double first_hurdle(size_t asked)
{
	return TEST_ALPHA / asked * (1 + 1e-9);
}

void compare_correct(const struct compare_test *test, struct comparison **asked, size_t count)
{
	g_autofree double *p = g_new(double, count);
	size_t questions = 0;

	for (size_t i = 0; i < count; i++) {
		p[i] = asked[i]->p;
		questions += !isnan(p[i]);
	}
	test_holm(p, count);
	for (size_t i = 0; i < count; i++) {
		struct comparison *c = asked[i];

		c->p_holm = test->exact ? NAN : p[i];
		c->shown = p[i] < TEST_ALPHA;
		c->too_few = !c->shown && !isnan(c->p) &&
			     test->smallest(c->base.n, c->this.n) > first_hurdle(questions);
	}
}

guint compare_samples_needed(const struct compare_test *test, guint asked)
{
	guint n = 1;

	while (asked && test->smallest(n, n) > first_hurdle(asked))
		n++;
	return n;
}

/* What differs and is not shown was not deterministic. */
static char *exact_speedup_text(const struct comparison *c, double speedup)
{
	if (!c->shown)
		return g_strdup(c->difference == 0 ? "=" : "?");
	return g_strdup_printf(speedup < 0.095 ? "%.3gx" : "%.3fx", speedup);
}

char *compare_speedup_text(const struct comparison *c, const char *better)
{
	double speedup = stats_speedup(&c->base, &c->this, better);

	if (isnan(speedup))
		return g_strdup("");
	if (c->exact)
		return exact_speedup_text(c, speedup);
	if (!c->shown && !c->too_few)
		return g_strdup("~");
	return g_strdup_printf(speedup < 0.095 ? "%.1gx%s" : "%.1fx%s", speedup,
			       c->too_few ? "?" : "");
}

char *compare_p_text(double p)
{
	if (isnan(p))
		return g_strdup("-");
	return p < 0.0005 ? g_strdup("< 0.001") : g_strdup_printf("%.3f", p);
}

/* What is smaller than the digits that are shown is not nothing. */
static char *exact_change_text(double change)
{
	return g_strdup_printf(change && fabs(change) < 0.01 ? "%+.1g%%" : "%+.2f%%", change);
}

char *compare_change_text(const struct comparison *c)
{
	if (isnan(c->change))
		return g_strdup("-");
	if (c->exact)
		return exact_change_text(c->change);
	if (isnan(c->change_bounds.low))
		return g_strdup_printf("%+.1f%%", c->change);
	return g_strdup_printf("%+.1f%% [%+.1f, %+.1f]", c->change, c->change_bounds.low,
			       c->change_bounds.high);
}
