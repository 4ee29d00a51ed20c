// SPDX-License-Identifier: GPL-2.0-only
/*
 * A false alarm is a difference that is shown where there is none. Samples come in pairs,
 * one of each side in an iteration: every way of swapping sides within pairs is a campaign
 * that might as well have been run, and the test is asked of each.
 */
#include "reports/aa.h"

#include "lab/protocol.h"
#include "reports/power.h"
#include "reports/print.h"
#include "reports/text.h"

#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

/* Of so many pairs all divisions are tried, which are as many as DIVISIONS_MAX. */
#define PAIRS_MAX     12
#define DIVISIONS_MAX 2048

/* Of more pairs divisions are drawn by lot: fewer where together they have more values than that.
 */
#define VALUES_MAX    (1 << 24)
#define DIVISIONS_MIN 200
#define SEED	      20210917

#define INDENT 4

bool aa_is(const struct report *report)
{
	return report->n_kernels == 2 &&
	       member_int(json_array_get(report->kernels, 0), "id") ==
		       member_int(json_array_get(report->kernels, 1), "id");
}

/* The first n values of each side, a's before b's. */
static double *pool_of(const struct row *row, guint n)
{
	double *pool = g_new(double, 2 * n);

	memcpy(pool, row->values[0]->data, n * sizeof(*pool));
	memcpy(pool + n, row->values[1]->data, n * sizeof(*pool));
	return pool;
}

static bool alarms(const struct report *report, const struct rank_null *null, const double *pool,
		   guint n, const unsigned char *in_a)
{
	g_autofree double *sides = g_new(double, 2 * n);
	guint a = 0, b = n;

	if (report->test->of_ranks)
		return rank_null_p(null, in_a) < TEST_ALPHA;
	for (guint i = 0; i < 2 * n; i++)
		sides[in_a[i] ? a++ : b++] = pool[i];
	return compare_p(report->test, sides, n, sides + n, n) < TEST_ALPHA;
}

static void place_pair(unsigned char *in_a, guint n, guint pair, bool swap)
{
	in_a[pair] = !swap;
	in_a[n + pair] = swap;
}

/*
 * Division `which` of all. The first pair is never swapped: all sides swapped is the same
 * division.
 */
static void divide(unsigned char *in_a, guint n, guint which)
{
	for (guint i = 0; i < n; i++)
		place_pair(in_a, n, i, i && (which >> (i - 1) & 1));
}

static void divide_by_lot(unsigned char *in_a, guint n, gsl_rng *rng)
{
	for (guint i = 0; i < n; i++)
		place_pair(in_a, n, i, i && gsl_rng_uniform_int(rng, 2));
}

static guint divisions_of(guint pairs)
{
	if (pairs <= PAIRS_MAX)
		return 1u << (pairs - 1);
	return CLAMP(VALUES_MAX / (2 * pairs), DIVISIONS_MIN, DIVISIONS_MAX);
}

static void count_alarms(struct aa *aa, const struct report *report, const double *pool)
{
	struct rank_null *null = rank_null_new(pool, 2 * aa->n, aa->n);
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	g_autofree unsigned char *in_a = g_new(unsigned char, 2 * aa->n);

	gsl_rng_set(rng, SEED);
	aa->divisions = divisions_of(aa->n);
	for (guint i = 0; i < aa->divisions; i++) {
		if (aa->n <= PAIRS_MAX)
			divide(in_a, aa->n, i);
		else
			divide_by_lot(in_a, aa->n, rng);
		aa->false_alarms += alarms(report, null, pool, aa->n, in_a);
	}
	gsl_rng_free(rng);
	rank_null_free(null);
}

/* Whether the second half of the campaign was like the first. */
static double drift(const struct report *report, const double *pool, guint n)
{
	guint half = n / 2;
	g_autofree double *early = g_new(double, 2 * half), *late = g_new(double, 2 * half);

	for (guint side = 0; side < 2; side++) {
		memcpy(early + side * half, pool + side * n, half * sizeof(*pool));
		memcpy(late + side * half, pool + (side + 1) * n - half, half * sizeof(*pool));
	}
	return compare_p(report->test, early, 2 * half, late, 2 * half);
}

struct aa aa_of(const struct report *report, const struct row *row)
{
	struct aa aa = {.n = MIN(row->values[0]->len, row->values[1]->len),
			.drift_p = NAN,
			.detectable = NAN};

	if (aa.n < 2)
		return aa;
	g_autofree double *pool = pool_of(row, aa.n);
	struct stats all = stats_of(pool, 2 * aa.n);
	double percent = stats_percent(&all);

	count_alarms(&aa, report, pool);
	aa.drift_p = drift(report, pool, aa.n);
	aa.detectable = percent * power_detectable(aa.n, TEST_ALPHA, POWER_DEFAULT);
	aa.needed = power_values_needed(1 / percent, TEST_ALPHA, POWER_DEFAULT);
	return aa;
}

/* ---- as text ---- */

static void print_row(GString *out, const struct report *report, const struct row *row)
{
	struct aa aa = aa_of(report, row);
	g_autofree char *drifted = compare_p_text(aa.drift_p);
	g_autofree char *text = g_strdup_printf(
		"%s: %.1f %% of %u divisions shown as a difference; the smallest change that "
		"would be shown is %.1f %% (1 %% needs -n %u); first half against second: p %s",
		row->metric, aa.divisions ? 100.0 * aa.false_alarms / aa.divisions : 0,
		aa.divisions, aa.detectable, aa.needed, drifted);

	if (aa.n > 1 && strcmp(row->better, PROTOCOL_BETTER_NEITHER) && !isnan(aa.detectable))
		text_paragraph(out, "  -", INDENT, text);
}

/* What the campaign as it ran shows of differences, before and after Holm's correction. */
struct alarm_counts {
	guint tables, asked, raw, shown;
};

static void count_shown(struct alarm_counts *to, const struct report *report,
			const struct group *group)
{
	to->tables++;
	to->asked += group_asked(report, group);
	for (guint r = 0; r < group->rows->len; r++) {
		const struct row *row = group->rows->pdata[r];

		to->raw += row->versus[1].p < TEST_ALPHA;
		to->shown += row->versus[1].shown;
	}
}

/* before: what it is of, or "". */
static void print_shown(GString *out, const struct report *report, const char *before,
			const struct alarm_counts *counts)
{
	g_autoptr(GString) text = g_string_new(before);

	g_string_append_printf(text, "Equal kernels, %u comparison%s: ", counts->asked,
			       counts->asked == 1 ? "" : "s");
	if (report->test->exact)
		g_string_append_printf(text,
				       "%u different (there is no difference, so each says "
				       "that samples are not deterministic here).",
				       counts->shown);
	else
		g_string_append_printf(text,
				       "%u shown as different at %.0f %% one by one, %u after "
				       "Holm's correction (there is none, so each is a false "
				       "alarm).",
				       counts->raw, 100 * TEST_ALPHA, counts->shown);
	text_paragraph(out, "", 0, text->str);
}

static void print_group(GString *out, const struct report *report, const struct group *group,
			const char *before)
{
	struct alarm_counts counts = {0};

	count_shown(&counts, report, group);
	print_shown(out, report, before, &counts);
	for (guint r = 0; r < group->rows->len && !report->test->exact; r++)
		print_row(out, report, group->rows->pdata[r]);
	g_string_append_c(out, '\n');
}

/* Whether a table's samples are there to be compared, and not for a collector. */
static bool counts_here(const struct group *group)
{
	return group->rows->len && !group_probe(group);
}

void print_aa(GString *out, const struct report *report)
{
	struct alarm_counts all = {0};

	if (!aa_is(report))
		return;
	for (guint i = 0; i < report->groups->len; i++)
		if (counts_here(report->groups->pdata[i]))
			count_shown(&all, report, report->groups->pdata[i]);
	for (guint i = 0; i < report->groups->len; i++) {
		const struct group *group = report->groups->pdata[i];
		g_autofree char *params = group_params_text(group);
		g_autofree char *title =
			g_strdup_printf("%s%s%s: ", member_text(group->scenario, "name"),
					*params ? ", " : "", params);

		if (counts_here(group))
			print_group(out, report, group, all.tables > 1 ? title : "");
	}
	if (all.tables > 1) {
		print_shown(out, report, "All tables: ", &all);
		g_string_append_c(out, '\n');
	}
}
