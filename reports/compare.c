// SPDX-License-Identifier: GPL-2.0-only
#include "reports/compare.h"

#include "lab/protocol.h"
#include "reports/interval.h"

#include <math.h>
#include <string.h>

static double any_p(size_t na, size_t nb)
{
	return na > 1 && nb > 1 ? 0 : 1;
}

static double rank_p(const struct series *a, const struct series *b)
{
	return test_rank_sorted(a->sorted, a->stats.n, b->sorted, b->stats.n);
}

static double welch_p(const struct series *a, const struct series *b)
{
	return test_welch_p(&a->stats, &b->stats);
}

static const struct compare_test tests[] = {
	{"rank", "Mann-Whitney U", rank_p, true, test_rank_smallest, false},
	{"welch", "Welch's t", welch_p, false, any_p, false},
};

bool compare_all_equal(const struct series *series)
{
	size_t n = series->stats.n;

	return !n || series->sorted[0] == series->sorted[n - 1];
}

static double exact_p(const struct series *a, const struct series *b)
{
	if (!a->stats.n || !b->stats.n)
		return NAN;
	return compare_all_equal(a) && compare_all_equal(b) && a->values[0] != b->values[0] ? 0 : 1;
}

static double one_is_enough(size_t na, size_t nb)
{
	return na && nb ? 0 : 1;
}

const struct compare_test compare_exact = {"exact", "exact equality", exact_p,
					   false,   one_is_enough,    true};

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

struct comparison compare_series(const struct compare_test *test, const struct series *base,
				 const struct series *this, const char *better)
{
	struct comparison c = {
		.base = base->stats,
		.this = this->stats,
		.p_rank = rank_p(base, this),
		.p_welch = welch_p(base, this),
	};

	interval_of_difference(base, this, &c.difference_bounds, &c.change_bounds);
	c.difference = c.this.mean - c.base.mean;
	c.change = c.base.mean == 0 ? NAN : 100 * c.difference / fabs(c.base.mean);
	c.worse = c.change * direction(better);
	c.p = isnan(direction(better)) ? NAN : test->p(base, this);
	c.exact = test->exact;
	c.p_holm = c.p;
	return c;
}

double compare_p(const struct compare_test *test, const double *a, size_t na, const double *b,
		 size_t nb)
{
	g_auto(Series) x = series_of(a, na), y = series_of(b, nb);

	return test->p(&x, &y);
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
	return g_strdup_printf(speedup < 0.095 ? "%.3gx"
			       : speedup < 10  ? "%.3fx"
					       : "%.1fx",
			       speedup);
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
