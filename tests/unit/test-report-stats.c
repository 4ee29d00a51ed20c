// SPDX-License-Identifier: GPL-2.0-only
/* Statistics against NIST's reference data sets (StRD, univariate), and units for reading. */
#include "cmocka.h"

#include "lab/protocol.h"
#include "reports/scale.h"
#include "reports/stats.h"
#include "reports/text.h"

#include <glib.h>
#include <math.h>

/* Agree to so many digits (relative error below 10^-digits). */
static void assert_digits(double got, double want, double digits)
{
	if (!(fabs(got - want) <= fabs(want) * pow(10, -digits)))
		fail_msg("%.17g is not %.17g to %g digits", got, want, digits);
}

static void assert_strd(const double *values, size_t n, double mean, double sd, double digits)
{
	struct stats got = stats_of(values, n);

	assert_int_equal(got.n, n);
	assert_digits(got.mean, mean, 15);
	assert_digits(got.sd, sd, digits);
}

/* NumAcc2, 3 and 4: a middle value, then a tenth below and above it by turns. */
static void assert_alternating(double middle, double digits)
{
	double values[1001] = {middle};

	for (int i = 1; i < 1001; i++)
		values[i] = i % 2 ? middle - 0.1 : middle + 0.1;
	assert_strd(values, 1001, middle, 0.1, digits);
}

static void agrees_with_numacc(void **state)
{
	(void)state;
	assert_strd((const double[]){10000001, 10000003, 10000002}, 3, 10000002, 1, 15);
	/* The others' digits are those that the data has left, once it is in binary. */
	assert_alternating(1.2, 14);
	assert_alternating(1000000.2, 9);
	assert_alternating(10000000.2, 8);
}

/* Michelson's speed of light, as kilometres a second above 299000. */
static const int michelso[] = {
	850,  740, 900, 1070, 930, 850, 950, 980, 980, 880, 1000, 980, 930, 650, 760, 810, 1000,
	1000, 960, 960, 960,  940, 960, 940, 880, 800, 850, 880,  900, 840, 830, 790, 810, 880,
	880,  830, 800, 790,  760, 800, 880, 880, 880, 860, 720,  720, 620, 860, 970, 950, 880,
	910,  850, 870, 840,  840, 850, 840, 840, 840, 890, 810,  810, 820, 800, 770, 760, 740,
	750,  760, 910, 920,  890, 860, 880, 720, 840, 850, 850,  780, 890, 840, 780, 810, 760,
	810,  790, 810, 820,  850, 870, 870, 810, 740, 810, 940,  950, 800, 810, 870,
};

static void agrees_with_michelso(void **state)
{
	double values[G_N_ELEMENTS(michelso)];

	(void)state;
	assert_int_equal(G_N_ELEMENTS(michelso), 100);
	for (size_t i = 0; i < G_N_ELEMENTS(michelso); i++)
		values[i] = (299000 + michelso[i]) / 1000.0;
	assert_strd(values, 100, 299.852400000000, 0.0790105478190518, 13);
}

static void few_values_have_no_spread(void **state)
{
	struct stats none = stats_of(NULL, 0), one = stats_of((const double[]){7}, 1);

	(void)state;
	assert_true(isnan(none.mean) && isnan(none.sd) && isnan(stats_percent(&none)));
	assert_true(one.mean == 7 && isnan(one.sd) && isnan(stats_percent(&one)));
}

static void percent_is_of_the_mean(void **state)
{
	struct stats some = {.n = 2, .mean = -50, .sd = 5}, zero = {.n = 2, .mean = 0, .sd = 0};

	(void)state;
	assert_digits(stats_percent(&some), 10, 15);
	assert_true(isnan(stats_percent(&zero)));
}

static void speedup_goes_the_way_that_is_better(void **state)
{
	struct stats base = {.n = 1, .mean = 30}, this = {.n = 1, .mean = 10};
	struct stats zero = {.n = 1, .mean = 0}, none = stats_of(NULL, 0);

	(void)state;
	assert_digits(stats_speedup(&base, &this, PROTOCOL_BETTER_LOWER), 3, 15);
	assert_digits(stats_speedup(&this, &base, PROTOCOL_BETTER_HIGHER), 3, 15);
	assert_true(isnan(stats_speedup(&base, &this, PROTOCOL_BETTER_NEITHER)));
	assert_true(isnan(stats_speedup(&base, &zero, PROTOCOL_BETTER_LOWER)));
	assert_true(isnan(stats_speedup(&none, &this, PROTOCOL_BETTER_LOWER)));
}

static void units_are_chosen_for_reading(void **state)
{
	static const struct {
		const char *base;
		double values[2];
		const char *unit;
	} cases[] = {
		{"s", {25.1, 10.4}, "s"},     {"s", {3.5, 0.035}, "ms"},
		{"s", {2e-6, 3e-6}, "µs"},    {"s", {1e-12, 1e-12}, "ns"},
		{"s", {0, NAN}, "s"},	      {"B/s", {3e9, 6e9}, "GiB/s"},
		{"B", {100, 200}, "B"},	      {"count", {6, 7}, ""},
		{"CPUs", {0.001, 1}, "CPUs"}, {"count", {0, 0}, ""},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_string_equal(scale_for(cases[i].base, cases[i].values, 2).unit,
				    cases[i].unit);
}

static void units_have_a_base(void **state)
{
	double factor;

	(void)state;
	assert_string_equal(scale_base("ms", &factor), "s");
	assert_true(factor == 1e-3);
	assert_string_equal(scale_base("GiB/s", &factor), "B/s");
	assert_true(factor == 0x1p30);
	assert_string_equal(scale_base("widgets", &factor), "widgets");
	assert_true(factor == 1);
}

static void numbers_have_three_digits(void **state)
{
	static const struct {
		struct scale scale;
		double value;
		const char *text;
	} cases[] = {
		{{"s", 1}, 25.12, "25.1"},
		{{"s", 1}, 25, "25.0"},
		{{"s", 1}, 1.234, "1.23"},
		{{"s", 1}, 0.8999, "0.900"},
		{{"s", 1}, 9.9961, "10.0"},
		{{"s", 1}, -3.14159, "-3.14"},
		{{"ms", 1e-3}, 18.7244, "18724"},
		{{"ms", 1e-3}, 1.234e-5, "0.012"},
		{{"", 1}, 7, "7"},
		{{"", 1}, 6.5, "6.50"},
		{{"", 1}, 0, "0"},
		{{"ms", 1e-3}, NAN, "-"},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = scale_number(&cases[i].scale, cases[i].value);

		assert_string_equal(text, cases[i].text);
	}
}

static void a_character_is_a_column(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);

	(void)state;
	assert_int_equal(text_columns("± µs"), 4);
	text_right(out, "µs", 4);
	text_left(out, "±", 3);
	text_centre(out, "ab", 5);
	g_string_append_c(out, '|');
	assert_string_equal(out->str, "  µs±   ab  |");
}

static void paragraphs_wrap_and_carry_no_control_characters(void **state)
{
	g_autoptr(GString) out = g_string_new(NULL);

	(void)state;
	text_paragraph(out, "Label", 8,
		       "one \033[31mtwo three four five six seven eight nine ten eleven twelve "
		       "thirteen fourteen");
	assert_string_equal(out->str,
			    "Label   one [31mtwo three four five six seven eight nine ten eleven "
			    "twelve\n"
			    "        thirteen fourteen\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_numacc),
		cmocka_unit_test(agrees_with_michelso),
		cmocka_unit_test(few_values_have_no_spread),
		cmocka_unit_test(percent_is_of_the_mean),
		cmocka_unit_test(speedup_goes_the_way_that_is_better),
		cmocka_unit_test(units_are_chosen_for_reading),
		cmocka_unit_test(units_have_a_base),
		cmocka_unit_test(numbers_have_three_digits),
		cmocka_unit_test(a_character_is_a_column),
		cmocka_unit_test(paragraphs_wrap_and_carry_no_control_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
